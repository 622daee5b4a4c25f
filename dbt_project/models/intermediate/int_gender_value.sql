{{ config(materialized='view') }}
{#-
  Values by sex. Most indicators have rows K and M. Some (N00925 women, N00923 men) are two
  indicators with T rows only: the register pairs them, and the women's id names the pair.
-#}
with

indicators as (
    select
        own.indicator_no,
        {{ gender_no('own.pair_gender') }} as pair_gender_no,
        case when own.pair_gender = 'M' then partner.indicator_no else own.indicator_no end
            as pair_indicator_no
    from {{ ref('int_indicator') }} as own
    left join {{ ref('int_indicator') }} as partner on own.pair_id = partner.indicator_id
)

select
    {{ cell_no(
        series_no('indicators.pair_indicator_no', 'v.year_end', '0'), 'v.area_no'
    ) }} as pair_cell_no,
    v.indicator_no,
    v.area_no,
    v.year_end,
    coalesce(indicators.pair_gender_no, v.gender_no) as gender_no,
    v.value
from {{ ref('int_series_value') }} as v
inner join indicators on v.indicator_no = indicators.indicator_no
where
    (indicators.pair_gender_no is null and v.gender_no > 0)
    or (indicators.pair_gender_no is not null and v.gender_no = 0)
