{#- One row per register indicator, area, gender and subject, also where nothing can be tested. -#}
with

series as (
    select distinct
        point.indicator_no,
        point.area_no,
        point.gender_no,
        area.area_type
    from {{ ref('int_trend_point') }} as point
    inner join {{ ref('int_area') }} as area on point.area_no = area.area_no
),

subjects as (
    select
        'level' as subject,
        series.*
    from series
    union all
    select
        'gap_riket' as subject,
        series.*
    from series
    where area_type <> 'country'
    union all
    select
        'gap_county' as subject,
        series.*
    from series
    where area_type = 'municipality'
    union all
    select
        'gap_similar' as subject,
        series.*
    from series
    where area_type <> 'country'
    union all
    select
        'gap_gender' as subject,
        women.indicator_no,
        women.area_no,
        0 as gender_no,
        women.area_type
    from series as women
    inner join series as men
        on women.indicator_no = men.indicator_no and women.area_no = men.area_no
    where women.gender_no = 1 and men.gender_no = 2
    union all
    select distinct
        'sii' as subject,
        point.indicator_no,
        point.area_no,
        point.gender_no,
        area.area_type
    from {{ ref('int_slope_point') }} as point
    inner join {{ ref('int_area') }} as area on point.area_no = area.area_no
)

select
    indicator.indicator_id,
    area.area_id,
    {{ gender_letter('subjects.gender_no') }} as gender,
    subjects.subject,
    cast(trend.period_first as {{ dbt.type_int() }}) as year_first,
    cast(trend.period_last as {{ dbt.type_int() }}) as year_last,
    cast(trend.n_points as {{ dbt.type_int() }}) as n_points,
    trend.slope,
    trend.statistic,
    trend.overdispersion,
    case when trend.trend_reason is null then trend.method end as method,
    coalesce(trend.verdict, 'cannot be calculated') as verdict,
    case
        when trend.subject is not null then trend.trend_reason
        else coalesce(
            {{ untestable_reason('indicator') }},
            'the size of a population, or the benchmark, is not known'
        )
    end as reason,
    {{ is_demonstration() }} as is_demonstration
from subjects
inner join {{ ref('int_indicator') }} as indicator on subjects.indicator_no = indicator.indicator_no
inner join {{ ref('int_area') }} as area on subjects.area_no = area.area_no
left join {{ ref('int_trend') }} as trend
    on
        subjects.subject = trend.subject
        and subjects.indicator_no = trend.indicator_no
        and subjects.area_no = trend.area_no
        and subjects.gender_no = trend.gender_no
