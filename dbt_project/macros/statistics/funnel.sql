{#-
  Funnel plots: control limits around a baseline, and which areas lie outside.
  Belongs here: limits and significance for shares, and for observed against expected counts.
  Does not: the baseline itself (usually sum x / sum n over the areas shown).
  Method: Spiegelhalter 2005, Stat Med 24:1185, with the rules and words of OHID.
-#}

{#- Limits of a share when n persons share the baseline p0: the x that Wilson would reject. -#}
{% macro funnel_share_lower(p0, n, z) -%}
    case
        when {{ n }} > 0 and {{ p0 }} between 0 and 1
            then greatest({{ p0 }} - {{ funnel_share_reach(p0, n, z) }}, cast(0 as double))
    end
{%- endmacro %}

{% macro funnel_share_upper(p0, n, z) -%}
    case
        when {{ n }} > 0 and {{ p0 }} between 0 and 1
            then least({{ p0 }} + {{ funnel_share_reach(p0, n, z) }}, cast(1 as double))
    end
{%- endmacro %}

{% macro funnel_share_reach(p0, n, z) -%}
    {{ z }} * sqrt({{ p0 }} * (1.0 - {{ p0 }}) / {{ n }})
{%- endmacro %}

{#-
  Limits of a ratio at x observed events: the observed/expected at which x would just reach
  the limit, x over its exact Poisson limits. Null at x = 0 for the upper limit.
-#}
{% macro funnel_ratio_lower(x, z) -%}
    cast({{ x }} as double) / {{ poisson_exact_upper(x, z) }}
{%- endmacro %}

{% macro funnel_ratio_upper(x, z) -%}
    cast({{ x }} as double) / nullif({{ poisson_exact_lower(x, z) }}, 0)
{%- endmacro %}

{#- z_outer and z_inner: 99.8 and 95 %, which leave 0.001 and 0.025 on each side. -#}
{% macro funnel_share_significance(x, n, p0, z_inner, z_outer) -%}
    {%- set share = '(cast(' ~ x ~ ' as double) / ' ~ n ~ ')' -%}
    case
        when {{ n }} > 0 and {{ x }} between 0 and {{ n }} and {{ p0 }} between 0 and 1 then
            case
                when {{ share }} > {{ p0 }} + {{ funnel_share_reach(p0, n, z_outer) }}
                    then 'High (0.001)'
                when {{ share }} < {{ p0 }} - {{ funnel_share_reach(p0, n, z_outer) }}
                    then 'Low (0.001)'
                when {{ share }} > {{ p0 }} + {{ funnel_share_reach(p0, n, z_inner) }}
                    then 'High (0.025)'
                when {{ share }} < {{ p0 }} - {{ funnel_share_reach(p0, n, z_inner) }}
                    then 'Low (0.025)'
                else 'Not significant'
            end
    end
{%- endmacro %}

{#- Is the expected count outside the interval of x (exact below 10, Byar from 10 upwards)? -#}
{% macro funnel_ratio_significance(x, expected, z_inner, z_outer) -%}
    case
        when {{ expected }} > 0 and {{ poisson_upper(x, z_inner) }} is not null then
            case
                when {{ poisson_lower(x, z_outer) }} > {{ expected }} then 'High (0.001)'
                when {{ poisson_upper(x, z_outer) }} < {{ expected }} then 'Low (0.001)'
                when {{ poisson_lower(x, z_inner) }} > {{ expected }} then 'High (0.025)'
                when {{ poisson_upper(x, z_inner) }} < {{ expected }} then 'Low (0.025)'
                else 'Not significant'
            end
    end
{%- endmacro %}
