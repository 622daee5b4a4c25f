{#- Pairs of versions in a fixed order, so that each difference stands once. -#}
with

ranked as (
    select
        *,
        case version when 'answers' then 1 when 'published' then 2 when 'folkhalsodata' then 3 else 4 end
            as place
    from {{ ref('int_survey_version') }}
)

select
    one.survey,
    one.item_id,
    one.area_id,
    one.gender,
    cast(one.year_end as {{ dbt.type_int() }}) as year_end,
    one.version,
    cast(one.year_start as {{ dbt.type_int() }}) as year_start,
    one.n,
    one.share_pct,
    one.ci_lower_pct,
    one.ci_upper_pct,
    other.version as other_version,
    cast(other.year_start as {{ dbt.type_int() }}) as other_year_start,
    other.n as other_n,
    other.share_pct as other_share_pct,
    other.ci_lower_pct as other_ci_lower_pct,
    other.ci_upper_pct as other_ci_upper_pct,
    round(one.share_pct - other.share_pct, 9) as difference_pct,
    one.year_start = other.year_start as is_same_period,
    one.ci_lower_pct <= other.ci_upper_pct and other.ci_lower_pct <= one.ci_upper_pct
        as is_overlapping,
    one.is_demonstration or other.is_demonstration as is_demonstration
from ranked as one
inner join ranked as other
    on one.survey = other.survey and one.item_id = other.item_id and one.area_id = other.area_id
    and one.gender = other.gender and one.year_end = other.year_end and one.place < other.place
