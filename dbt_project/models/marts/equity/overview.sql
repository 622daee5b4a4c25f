{#-
  Counts of verdicts on each indicator's latest year, totals of both genders, indicators with a
  polarity only. A difference counts when its q-value is below 0.05.
-#}
with

latest as (
    select
        point.cell_no,
        point.indicator_no,
        point.area_no
    from {{ ref('int_trend_point') }} as point
    inner join {{ ref('int_area') }} as area on point.area_no = area.area_no
    where point.age = 1 and point.gender_no = 0 and area.area_type <> 'country'
),

benchmarks as (
    select 'riket' as benchmark
    union all
    select 'similar' as benchmark
),

programmes as (
    select 'Strategi för hälsa' as programme
    union all
    select 'Folkhälsa' as programme
    union all
    select 'Agenda 2030' as programme
),

placed as (
    select
        area.area_id,
        benchmarks.benchmark,
        indicator.target_area,
        indicator.polarity,
        programmes.programme,
        test.p_value,
        test.q_value,
        {{ verdict_by_statistic('test.statistic', 'indicator.polarity', '0') }} as side,
        trend.verdict as gap_trend
    from latest
    cross join benchmarks
    inner join {{ ref('int_indicator') }} as indicator on latest.indicator_no = indicator.indicator_no
    inner join programmes
        on {{ dbt.concat(["'|'", "indicator.programmes", "'|'"]) }}
            like {{ dbt.concat(["'%|'", "programmes.programme", "'|%'"]) }}
    inner join {{ ref('int_area') }} as area on latest.area_no = area.area_no
    left join {{ ref('int_gap_test') }} as test
        on latest.cell_no = test.cell_no and benchmarks.benchmark = test.benchmark
    left join {{ ref('int_trend') }} as trend
        on
            latest.indicator_no = trend.indicator_no
            and latest.area_no = trend.area_no
            and trend.gender_no = 0
            and trend.subject = {{ dbt.concat(["'gap_'", "benchmarks.benchmark"]) }}
    where indicator.target_area is not null
)

select
    area_id,
    target_area,
    programme,
    benchmark,
    {{ count_where("polarity <> 0") }} as n_indicators,
    {{ count_where("q_value < 0.05 and side = 'better'") }} as n_better,
    {{ count_where("q_value < 0.05 and side = 'worse'") }} as n_worse,
    {{ count_where("polarity <> 0 and q_value >= 0.05") }} as n_similar,
    {{ count_where("polarity <> 0 and q_value is null") }} as n_not_testable,
    {{ count_where("polarity <> 0 and p_value < 0.05") }} as n_differ_at_95,
    cast(0.05 * {{ count_where("polarity <> 0 and p_value is not null") }} as double)
        as n_expected_by_chance,
    {{ count_where("polarity <> 0 and gap_trend = 'closing'") }} as n_closing,
    {{ count_where("polarity <> 0 and gap_trend = 'widening'") }} as n_widening,
    {{ count_where("polarity = 0") }} as n_without_polarity,
    {{ is_demonstration() }} as is_demonstration
from placed
group by area_id, target_area, programme, benchmark
