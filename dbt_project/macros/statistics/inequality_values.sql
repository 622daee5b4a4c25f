{#-
  Inequality between groups, second part: every measure and its standard error, one row a set.
  Belongs here: the formulas, over the sums of inequality_sets.sql. Does not: whether a number
  may be shown (inequality.sql). Measures are columns of their own name, standard errors
  se_<measure>; docs/statistics.md has the formulas and where they come from.

  A null of an input, and a division by zero, give null. Weighted measures are only right where
  all groups have populations and standard errors; inequality.sql sees to that.
-#}
{% macro inequality_values() -%}
    ineq_block as ({{ inequality_blocks() }}),

    ineq_slope as ({{ inequality_slopes() }}),

    ineq_value as ({{ inequality_estimates() }})
{%- endmacro %}

{#- Sums back in the indicator's unit: w share of population, s standard error, d distance. -#}
{% macro inequality_blocks() %}
    {%- set s2 = 's_max * s_max' %}
    {%- set d2 = 'y_range * y_range' %}
    select
        m.*,
        d.*,
        case when m.polarity = -1 and (m.ordered = 1 or m.n_reference > 0)
            then d.y_second else d.y_first end as y1,
        case when m.polarity = -1 and (m.ordered = 1 or m.n_reference > 0)
            then d.y_first else d.y_second end as y2,
        d.n_first / nullif(m.n_max * m.sum_u, 0) as w_first,
        case
            when m.ordered = 1 then d.y_first
            when m.polarity = 1 then m.y_max
            when m.polarity = -1 then m.y_min
        end as y_best,
        {{ s2 }} * sum_q / (sum_u * sum_u) as v_w,
        {{ s2 }} * sum_qx / (sum_u * sum_u) as v_wx,
        {{ s2 }} * sum_qxx / (sum_u * sum_u) as v_wxx,
        {{ s2 }} * {{ d2 }} * {{ at_least_zero(
            'sum_qee - 2 * m * sum_qe + m * m * sum_q') }} / (sum_u * sum_u) as v_wd,
        {{ s2 }} * {{ at_least_zero('sum_uv2 / sum_u - sum_q / (sum_u * sum_u)') }} as noise,
        {{ s2 }} * sum_v2 / n_groups as mean_s2,
        {{ s2 }} * {{ s2 }} * (sum_u2v4 / (sum_u * sum_u)
            - 2 * sum_u3v4 / (sum_u * sum_u * sum_u)) as v_ww,
        {{ d2 }} * {{ at_least_zero('sum_uee / sum_u - m * m') }} as bgv,
        sum_uxx / sum_u as sxx,
        y_range * sum_uxe / sum_u as sxy,
        case when y_min > 0 then ln(y_max / y_min) end as l_range,
        case when y_min > 0 and mean > 0 then ln(mean / y_min) end as l_mean,
        case when y_min > 0 then 1 - mean / y_max end as h_first,
        case when y_min > 0 then mean * y_range / y_min / y_max end as h_slope,
        scale_max - scale_min as span,
        (mean - scale_min) / nullif(scale_max - scale_min, 0) as part,
        -- What relative measures divide by.
        case when mean > 0 then mean end as divisor
    from ineq_middle as m
    left join ineq_deviation as d on m.set_id = d.deviation_set_id
{%- endmacro %}

{#- What several measures build on: slope, predictions at both ends, Theil's index. -#}
{% macro inequality_slopes() %}
    select
        *,
        sxy / nullif(sxx, 0) as sii,
        2 * sxy as aci,
        mean - sxy / nullif(sxx, 0) / 2 as p0,
        mean + sxy / nullif(sxx, 0) / 2 as p1,
        2 * sxy / divisor as rci,
        2 * sxy / nullif(span * part * (1 - part), 0) as rci_wagstaff,
        (y_min * sum_ul + y_range * sum_uel) / sum_u * l_range / divisor - l_mean
            as theil,
        sqrt(4 * v_wd + 2 * {{ at_least_zero('v_w * v_w + v_ww') }}) as se_bgv,
        {{ at_least_zero('bgv - noise') }} as bgv_corrected
    from ineq_block
{%- endmacro %}

{% macro inequality_estimates() %}
    {%- set mdmu = 'coalesce(y_range * (1 + abs(center)) * sum_a / n_groups,
            abs(y_min - mean))' %}
    {%- set mdmw = 'coalesce(y_range * (1 + abs(center)) * sum_ua / sum_u, 0)' %}
    {%- set par = 'case when polarity * (y_best - mean) > 0 then y_best - mean else 0 end' %}
    select
        *,
        y1 - y2 as d,
        sqrt(s_first * s_first + s_second * s_second) as se_d,
        case when y2 > 0 then y1 / y2 end as r,
        case
            when y_first > 0 and y_second > 0
                then
                    sqrt(s_first / y_first * s_first / y_first
                        + s_second / y_second * s_second / y_second)
        end as se_r,
        sqrt(v_wxx) / nullif(sxx, 0) as se_sii,
        case when p0 > 0 then p1 / p0 end as rii,
        case
            when p0 > 0 and p1 > 0
                then sqrt({{ inequality_delta('1 / p1 - 1 / p0', '(1 / p1 + 1 / p0) / 2 / sxx') }})
        end as se_rii,
        2 * sqrt(v_wxx) as se_aci,
        sqrt({{ inequality_delta('rci', '-2') }}) / divisor as se_rci,
        sqrt({{ inequality_delta('rci_wagstaff * (1 - 2 * part)', '-2') }})
            / nullif(abs(span * part * (1 - part)), 0) as se_rci_wagstaff,
        4 * aci / nullif(span, 0) as rci_erreygers,
        8 * sqrt(v_wxx) / nullif(span, 0) as se_rci_erreygers,
        sqrt(bgv) as bgsd,
        100 * sqrt(bgv) / divisor as cov,
        {{ mdmu }} as mdmu,
        {{ mdmw }} as mdmw,
        case when polarity = 1 then y_range * (1 - sum_e / n_groups)
            else y_range * sum_e / n_groups end as mdbu,
        case when polarity = 1 then y_range * (1 - m) else y_range * m end as mdbw,
        y_range * sum_ref / n_groups as mdru,
        y_range * sum_uref / sum_u as mdrw,
        100 * {{ mdmu }} / divisor as idisu,
        100 * {{ mdmw }} / divisor as idisw,
        1000 * {{ at_least_zero('theil') }} as ti,
        1000 * s_max / (sum_u * divisor) * sqrt({{ at_least_zero(
            'l_range * l_range * sum_qll - 2 * l_range * (l_mean + theil) * sum_ql'
            ~ ' + (l_mean + theil) * (l_mean + theil) * sum_q') }}) as se_ti,
        1000 * {{ at_least_zero('l_mean - l_range * sum_ul / sum_u') }} as mld,
        1000 * s_max / (sum_u * divisor) * sqrt({{ at_least_zero(
            'h_first * h_first * sum_q - 2 * h_first * h_slope * sum_qh'
            ~ ' + h_slope * h_slope * sum_qhh') }}) as se_mld,
        {{ par }} as par,
        sqrt({{ at_least_zero('v_w + s_first * s_first * (1 - 2 * w_first)') }}) as se_par,
        100 * ({{ par }}) / divisor as paf,
        100 / divisor * sqrt({{ at_least_zero(
            's_first * s_first * (1 - 2 * w_first * y_best / divisor)'
            ~ ' + y_best / divisor * y_best / divisor * v_w') }}) as se_paf
    from ineq_slope
{%- endmacro %}

{#- Variance of the sum of w (a + b x) y: the delta method for what depends on slope and mean. -#}
{% macro inequality_delta(a, b) -%}
    {{ at_least_zero('(' ~ a ~ ') * (' ~ a ~ ') * v_w + 2 * (' ~ a ~ ') * (' ~ b
        ~ ') * v_wx + (' ~ b ~ ') * (' ~ b ~ ') * v_wxx') }}
{%- endmacro %}

{#- Rounding may leave -1e-17 where the exact number is 0; a null stays null. -#}
{% macro at_least_zero(number) -%}
    case when ({{ number }}) < 0 then 0 else ({{ number }}) end
{%- endmacro %}
