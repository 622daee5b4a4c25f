select
    id,
    title,
    description,
    is_divided_by_gender,
    municipality_type,
    auspice,
    operating_area,
    perspective,
    prel_publication_date,
    publication_date,
    publ_period,
    has_ou_data,
    isdeleted,
    read_at
from {{ source('raw_kolada', 'kpi') }}
