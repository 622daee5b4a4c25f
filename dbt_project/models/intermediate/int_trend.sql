{#-
  Trends of levels and of gaps over the 5 latest points, for the indicators whose chance
  variation is known; equity.trend has the others too, with the reason.
-#}
with

level_points as (
    select
        point.indicator_no,
        point.area_no,
        point.gender_no,
        point.year_end,
        point.step,
        share.x,
        share.n
    from {{ ref('int_trend_point') }} as point
    inner join {{ ref('int_share') }} as share on point.cell_no = share.cell_no
),

gap_points as (
    select
        {{ dbt.concat(["'gap_'", "gap.benchmark"]) }} as subject,
        point.indicator_no,
        point.area_no,
        point.gender_no,
        point.year_end,
        point.step,
        gap.difference,
        gap.se
    from {{ ref('int_trend_point') }} as point
    inner join {{ ref('int_gap_difference') }} as gap on point.cell_no = gap.cell_no
    -- The best county is another one from year to year.
    where gap.benchmark <> 'best_county'
    union all
    select
        'gap_gender' as subject,
        test.indicator_no,
        test.area_no,
        0 as gender_no,
        test.year_end,
        point.step,
        test.difference,
        test.se
    from {{ ref('int_gender_gap_test') }} as test
    inner join {{ ref('int_trend_point') }} as point on test.women_cell_no = point.cell_no
    union all
    select
        'sii' as subject,
        indicator_no,
        area_no,
        gender_no,
        year_end,
        step,
        estimate as difference,
        se
    from {{ ref('int_slope_point') }}
    where se is not null
),

levels as (
    {{ trend_of_proportions(
        'level_points', ['indicator_no', 'area_no', 'gender_no'], 'year_end', 'x', 'n',
        step='step'
    ) }}
),

gaps as (
    {{ trend_of_estimates(
        'gap_points', ['subject', 'indicator_no', 'area_no', 'gender_no'], 'year_end',
        'difference', 'se', step='step'
    ) }}
)

select
    'level' as subject,
    levels.indicator_no,
    levels.area_no,
    levels.gender_no,
    levels.n_points,
    levels.period_first,
    levels.period_last,
    levels.slope * indicator.scale as slope,
    levels.overdispersion,
    levels.statistic,
    'approximate: Cochran-Armitage, 5 points' as method,
    {{ trend_verdict('levels.trend', 'indicator.polarity') }} as verdict,
    levels.trend_reason
from levels
inner join {{ ref('int_indicator') }} as indicator on levels.indicator_no = indicator.indicator_no
union all
select
    subject,
    indicator_no,
    area_no,
    gender_no,
    n_points,
    period_first,
    period_last,
    slope,
    overdispersion,
    statistic,
    'approximate: weighted slope, 5 points' as method,
    {{ gap_trend_verdict('trend', 'fitted_first', 'fitted_last') }} as verdict,
    trend_reason
from gaps
