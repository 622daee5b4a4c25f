{#- Notes on single values. A table of the few that have one, so that fct_value looks them up. -#}
with

total_outside as (
    select total.cell_no
    from {{ ref('int_series_value') }} as total
    inner join {{ ref('int_indicator') }} as indicator
        on total.indicator_no = indicator.indicator_no
    inner join {{ ref('int_series_value') }} as women
        on {{ cell_no('(total.series_no + 1)', 'total.area_no') }} = women.cell_no
    inner join {{ ref('int_series_value') }} as men
        on {{ cell_no('(total.series_no + 2)', 'total.area_no') }} = men.cell_no
    where
        total.gender_no = 0
        and women.gender_no = 1
        and men.gender_no = 2
        and indicator.value_kind = 'share'
        and (
            total.value < least(women.value, men.value) - {{ total_slack() }}
            or total.value > greatest(women.value, men.value) + {{ total_slack() }}
        )
),

medians as (
    select
        indicator_no,
        area_no,
        gender_no,
        percentile_cont(0.5) within group (order by value) as median_value
    from {{ ref('int_series_value') }}
    group by indicator_no, area_no, gender_no
    having count(*) >= {{ outlier_points() }}
),

spreads as (
    select
        v.indicator_no,
        v.area_no,
        v.gender_no,
        medians.median_value,
        percentile_cont(0.5) within group (order by abs(v.value - medians.median_value))
            as deviation
    from {{ ref('int_series_value') }} as v
    inner join medians
        on
            v.indicator_no = medians.indicator_no
            and v.area_no = medians.area_no
            and v.gender_no = medians.gender_no
    group by v.indicator_no, v.area_no, v.gender_no, medians.median_value
),

outliers as (
    select v.cell_no
    from {{ ref('int_series_value') }} as v
    inner join spreads
        on
            v.indicator_no = spreads.indicator_no
            and v.area_no = spreads.area_no
            and v.gender_no = spreads.gender_no
    where
        spreads.deviation > 0
        and abs(v.value - spreads.median_value) > {{ outlier_deviations() }} * spreads.deviation
),

noted as (
    select
        cell_no,
        max(is_total_outside) = 1 as is_total_outside,
        max(is_outlier) = 1 as is_outlier
    from (
        select
            cell_no,
            1 as is_total_outside,
            0 as is_outlier
        from total_outside
        union all
        select
            cell_no,
            0 as is_total_outside,
            1 as is_outlier
        from outliers
    ) as found
    group by cell_no
)

select
    indicator.indicator_id,
    area.area_id,
    v.year_end,
    {{ gender_letter('v.gender_no') }} as gender,
    noted.is_total_outside,
    noted.is_outlier
from noted
inner join {{ ref('int_series_value') }} as v on noted.cell_no = v.cell_no
inner join {{ ref('int_area') }} as area on v.area_no = area.area_no
inner join {{ ref('int_indicator') }} as indicator on v.indicator_no = indicator.indicator_no
