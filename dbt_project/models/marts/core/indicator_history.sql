select
    indicator_id,
    title,
    title_before,
    is_divided_by_gender,
    municipality_type,
    has_ou_data,
    prel_publication_date,
    publication_date,
    publ_period,
    is_withdrawn,
    kind,
    valid_from,
    valid_to,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_indicator_history') }}
