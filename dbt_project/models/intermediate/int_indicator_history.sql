{{ config(materialized='view') }}

with

readings as (
    select
        id as indicator_id,
        -- A withdrawn KPI comes without metadata: it keeps its last title.
        coalesce(title, lag(title) over (partition by id order by read_at)) as title,
        description,
        is_divided_by_gender,
        municipality_type,
        has_ou_data,
        {{ lenient_cast('prel_publication_date', 'date') }} as prel_publication_date,
        {{ lenient_cast('publication_date', 'date') }} as publication_date,
        {{ lenient_cast('publ_period', dbt.type_int()) }} as publ_period,
        isdeleted as is_withdrawn,
        read_at as valid_from,
        lead(read_at) over (partition by id order by read_at) as valid_to
    from {{ ref('stg_kolada__kpi') }}
),

compared as (
    select
        *,
        lag(valid_from) over (partition by indicator_id order by valid_from) as valid_from_before,
        {%- for column in [
            'title', 'description', 'is_divided_by_gender', 'municipality_type', 'has_ou_data',
            'prel_publication_date', 'publication_date', 'publ_period', 'is_withdrawn'
        ] %}
        lag({{ column }}) over (partition by indicator_id order by valid_from)
            as {{ column }}_before{{ ',' if not loop.last }}
        {%- endfor %}
    from readings
)

select
    indicator_id,
    title,
    is_divided_by_gender,
    municipality_type,
    has_ou_data,
    prel_publication_date,
    publication_date,
    publ_period,
    is_withdrawn,
    case
        when valid_from_before is null then 'first'
        when is_withdrawn and not is_withdrawn_before then 'withdrawn'
        when is_withdrawn_before and not is_withdrawn then 'returned'
        when title is distinct from title_before then 'retitled'
        when
            is_divided_by_gender is distinct from is_divided_by_gender_before
            or municipality_type is distinct from municipality_type_before
            or has_ou_data is distinct from has_ou_data_before
            then 'reflagged'
        when description is distinct from description_before then 'redescribed'
        when
            prel_publication_date is distinct from prel_publication_date_before
            or publication_date is distinct from publication_date_before
            or publ_period is distinct from publ_period_before
            then 'rescheduled'
        else 'other'
    end as kind,
    case when title is distinct from title_before then title_before end as title_before,
    valid_from,
    valid_to
from compared
