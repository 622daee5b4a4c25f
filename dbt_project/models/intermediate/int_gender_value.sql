{{ config(materialized='view') }}
{#-
  Values by sex. Most indicators have rows K and M. Some (N00925 women, N00923 men) are two
  indicators with T rows only: the register pairs them, and the women's id names the pair.
-#}
select
    case when indicator.pair_gender = 'M' then indicator.pair_id else v.indicator_id end
        as pair_indicator_id,
    v.indicator_id,
    v.area_id,
    v.year_start,
    v.year_end,
    coalesce(indicator.pair_gender, v.gender) as gender,
    v.value
from {{ ref('int_value') }} as v
inner join {{ ref('int_indicator') }} as indicator on v.indicator_id = indicator.indicator_id
where
    v.value is not null
    and (
        (indicator.pair_gender is null and v.gender in ('K', 'M'))
        or (indicator.pair_gender is not null and v.gender = 'T')
    )
