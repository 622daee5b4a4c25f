{#-
  Trend over the 5 latest points of a series: is the level, or a gap, changing?
  Belongs here: the test on points that are unbroken and independent. Does not: which points
  those are (series breaks and overlapping windows are cut before) nor the words for readers
  in other languages.

  Test: weighted straight line through t = 1..5; chi² = (slope / se)² > 9.5495 (99.8 %), and
  the slope keeps its sign whichever point is left out. For proportions the weights are
  n / (p (1 - p)) with the pooled p, which is the Cochran-Armitage test (Armitage 1955,
  Biometrics 11:375); elsewhere 1 / se².

  widen=true divides chi² by the overdispersion: residual chi² / 3, at least 1. Without it
  the points are taken to vary by sampling only, as Fingertips does (comparison mode); one
  se of true variation from year to year then multiplies false alarms. What widening costs
  is measured in docs/statistics_areas.md.

  Both macros give one row per series: the keys, n_points (of the latest 5), period_first,
  period_last, slope and slope_se (a year's step, unwidened), chi2, overdispersion,
  statistic (chi2, divided where widened), keeps_sign, fitted_first, fitted_last, trend
  (increasing, decreasing, no significant change, cannot be calculated), trend_reason.
  keys: list of columns, none null. step: the indicator's declared cycle, constant in a
  series: points that many periods apart are unbroken.
-#}

{% macro trend_of_proportions(relation, keys, period, x, n, step='1', widen=true) -%}
    with trend_input as (
        select
            {{ keys | join(', ') }},
            {{ period }} as trend_period,
            {{ step }} as trend_step,
            cast({{ x }} as double) / nullif({{ n }}, 0) as y,
            cast({{ x }} as double) as x,
            cast({{ n }} as double) as w,
            case
                when {{ x }} is null or {{ n }} is null then 'missing values'
                when {{ n }} <= 0 or {{ x }} < 0 or {{ x }} > {{ n }}
                    then 'count outside 0 to denominator'
                when {{ x }} = 0 or {{ x }} = {{ n }} then 'count of 0 or equal to denominator'
            end as fault
        from {{ relation }} as series
    ),
    {{ trend_pivot(keys) }},
    trend_weighted as (
        select
            *,
            (x1 + x2 + x3 + x4 + x5) / (w1 + w2 + w3 + w4 + w5) as pooled
        from trend_pivoted
    ),
    {{ trend_fit('trend_weighted', '(pooled * (1 - pooled))') }}
    {{ trend_result(keys, widen) }}
{%- endmacro %}

{% macro trend_of_estimates(relation, keys, period, estimate, se, step='1', widen=true) -%}
    with trend_input as (
        select
            {{ keys | join(', ') }},
            {{ period }} as trend_period,
            {{ step }} as trend_step,
            cast({{ estimate }} as double) as y,
            cast(null as double) as x,
            case when {{ se }} > 0 then 1.0 / (cast({{ se }} as double) * {{ se }}) end as w,
            case
                when {{ estimate }} is null then 'missing values'
                when {{ se }} is null then 'missing interval or standard error'
                when not {{ se }} > 0 then 'interval of no width'
            end as fault
        from {{ relation }} as series
    ),
    {{ trend_pivot(keys) }},
    {{ trend_fit('trend_pivoted', '1.0') }}
    {{ trend_result(keys, widen) }}
{%- endmacro %}

{#- One row per series with its 5 latest points side by side: sums then have one order. -#}
{% macro trend_pivot(keys) -%}
    trend_numbered as (
        select
            *,
            row_number() over (
                partition by {{ keys | join(', ') }} order by trend_period desc
            ) as back,
            count(*) over (partition by {{ keys | join(', ') }}, trend_period) as n_same
        from trend_input
    ),
    trend_pivoted as (
        select
            {{ keys | join(', ') }},
            count(*) as n_points,
            min(trend_period) as period_first,
            max(trend_period) as period_last,
            {%- for t in range(1, 6) %}
            max(case when back = {{ 6 - t }} then y end) as y{{ t }},
            max(case when back = {{ 6 - t }} then x end) as x{{ t }},
            max(case when back = {{ 6 - t }} then w end) as w{{ t }},
            {%- endfor %}
            case
                when count(*) < 5 then 'fewer than 5 points'
                when max(n_same) > 1 then 'two points for one period'
                when count(fault) > 0 then min(fault)
                when max(trend_period) - min(trend_period) <> 4 * max(trend_step)
                    then 'a gap in the periods'
            end as trend_reason
        from trend_numbered
        where back <= 5
        group by {{ keys | join(', ') }}
    )
{%- endmacro %}

{#- Weighted line; scale: what all weights share as a divisor. -#}
{% macro trend_fit(source, scale) -%}
    trend_sums as (
        select
            *,
            {{ scale }} as w_scale,
            {{ trend_sum('w{0}') }} as s_w,
            {{ trend_sum('w{0} * {0}') }} as s_wt,
            {{ trend_sum('w{0} * {0} * {0}') }} as s_wtt,
            {{ trend_sum('w{0} * y{0}') }} as s_wy,
            {{ trend_sum('w{0} * {0} * y{0}') }} as s_wty
        from {{ source }}
        where trend_reason is null
    ),
    trend_line as (
        select
            *,
            (s_w * s_wty - s_wt * s_wy) / (s_w * s_wtt - s_wt * s_wt) as slope,
            sqrt(w_scale * s_w / (s_w * s_wtt - s_wt * s_wt)) as slope_se
        from trend_sums
    ),
    trend_level as (
        select *, (s_wy - slope * s_wt) / s_w as level_0 from trend_line
    ),
    trend_fitted as (
        select
            *,
            slope * slope / (slope_se * slope_se) as chi2,
            greatest(
                {{ trend_sum('w{0} * power(y{0} - level_0 - slope * {0}, 2)') }}
                / w_scale / 3, cast(1 as double)
            ) as overdispersion,
            {%- for t in range(1, 6) %}
            {#- Sign of the slope without point t: numerator of the line through the others. #}
            {% if t > 1 %}and {% endif -%}
            sign(slope) = sign(
                (s_w - w{{ t }}) * (s_wty - w{{ t }} * {{ t }} * y{{ t }})
                - (s_wt - w{{ t }} * {{ t }}) * (s_wy - w{{ t }} * y{{ t }})
            )
            {%- endfor %} as keeps_sign
        from trend_level
    )
{%- endmacro %}

{% macro trend_sum(term) -%}
    ({%- for t in range(1, 6) -%}
        {{ ' + ' if t > 1 else '' }}{{ term | replace('{0}', t | string) }}
    {%- endfor -%})
{%- endmacro %}

{% macro trend_result(keys, widen) -%}
    {%- set statistic = 'f.chi2 / f.overdispersion' if widen else 'f.chi2' -%}
    select
        {% for key in keys %}p.{{ key }},
        {% endfor -%}
        p.n_points,
        p.period_first,
        p.period_last,
        f.slope,
        f.slope_se,
        f.chi2,
        f.overdispersion,
        {{ statistic }} as statistic,
        f.keeps_sign,
        f.level_0 + f.slope as fitted_first,
        f.level_0 + 5 * f.slope as fitted_last,
        case
            when p.trend_reason is not null then 'cannot be calculated'
            when not ({{ statistic }} > 9.5495 and f.keeps_sign) then 'no significant change'
            when f.slope > 0 then 'increasing'
            else 'decreasing'
        end as trend,
        p.trend_reason
    from trend_pivoted as p
    left join trend_fitted as f using ({{ keys | join(', ') }})
{%- endmacro %}

{#- A level's trend by polarity: improving, worsening; as it is where polarity is 0. -#}
{% macro trend_verdict(trend, polarity) -%}
    case
        when {{ trend }} not in ('increasing', 'decreasing') or {{ polarity }} = 0 then {{ trend }}
        when ({{ trend }} = 'increasing') = ({{ polarity }} = 1) then 'improving'
        when {{ polarity }} in (-1, 1) then 'worsening'
    end
{%- endmacro %}

{#-
  A gap's trend: closing when the fitted line ends nearer to 0 than it began, whichever side
  it is on; also when it crossed 0. Works on differences of any sign and polarity.
-#}
{% macro gap_trend_verdict(trend, fitted_first, fitted_last) -%}
    case
        when {{ trend }} not in ('increasing', 'decreasing') then {{ trend }}
        when abs({{ fitted_last }}) < abs({{ fitted_first }}) then 'closing'
        else 'widening'
    end
{%- endmacro %}
