with

placed as (
    select
        indicator.indicator_id,
        indicator.polarity,
        area.area_id,
        pace.year_end,
        pace.value,
        pace.pace_per_year,
        pace.n_points,
        coalesce(own.target_value, everybody.target_value) as target_value,
        coalesce(own.target_year, everybody.target_year) as target_year,
        coalesce(own.source, everybody.source) as target_source
    from {{ ref('int_target_pace') }} as pace
    inner join {{ ref('int_indicator') }} as indicator on pace.indicator_no = indicator.indicator_no
    inner join {{ ref('int_area') }} as area on pace.area_no = area.area_no
    left join {{ ref('int_target') }} as own
        on indicator.indicator_id = own.indicator_id and area.area_id = own.area_id
    left join {{ ref('int_target') }} as everybody
        on indicator.indicator_id = everybody.indicator_id and everybody.area_id is null
    where own.indicator_id is not null or everybody.indicator_id is not null
),

distances as (
    select
        *,
        case
            when polarity <> 0 then round(polarity * (target_value - value), 9)
        end as distance
    from placed
),

paces as (
    select
        *,
        case
            when distance > 0 and target_year > year_end then distance / (target_year - year_end)
        end as pace_needed
    from distances
)

select
    indicator_id,
    area_id,
    year_end,
    value,
    target_value,
    target_year,
    target_source,
    distance,
    pace_needed,
    polarity * pace_per_year as pace,
    case
        when distance is null then 'cannot be calculated'
        when distance <= 0 then 'reached'
        when target_year <= year_end then 'missed'
        when pace_per_year is null then 'cannot be calculated'
        when polarity * pace_per_year >= pace_needed then 'on track'
        else 'not on track'
    end as status,
    case
        when target_value is null then 'no target is set'
        when polarity = 0 then 'neither high nor low is better'
        when distance > 0 and target_year > year_end and pace_per_year is null
            then 'fewer than 5 points in the unbroken series'
    end as reason,
    {{ is_demonstration() }} as is_demonstration
from paces
