{#-
  Slope index of inequality over the quantile groups of one area.
  Belongs here: the weighted line over midpoint ranks, plain and on transformed values. Does
  not: inequality between areas or groups of a whole country.
-#}

{#-
  One row per key: n_groups, slope, slope_se, mean (weighted), all on the scale of
  the values given. Groups are ordered by `position` (1 the most disadvantaged), R is the
  midpoint of a group's share of the population, weights are population shares; with
  sum w = 1 the mean of R is 1/2. slope_se = sqrt(sum (w (R - 1/2) se)²) / sum w (R - 1/2)².
  keys: list of columns, none null. Positions must differ and nothing may be null: rows
  where this fails leave the key without a line (slope null).
-#}
{% macro area_slope(relation, keys, position, population, value, se) -%}
    {%- set by = keys | join(', ') -%}
    select
        {{ by }},
        cast(n_groups as bigint) as n_groups,
        case when {{ area_slope_usable() }} then s_ry / s_rr end as slope,
        case when {{ area_slope_usable() }} then sqrt(s_var) / s_rr end as slope_se,
        case when {{ area_slope_usable() }} then s_y end as mean
    from (
        {{ exact_totals(
            '(' ~ area_ranks(relation, keys, position, population, value, se) ~ ')', keys, {
                'n_groups': '1',
                'n_faults': 'case when y is null or s is null or not n > 0 or n_same > 1'
                    ~ ' then 1 else 0 end',
                's_y': 'w * y',
                's_rr': 'w * (r - 0.5) * (r - 0.5)',
                's_ry': 'w * (r - 0.5) * y',
                's_var': 'w * (r - 0.5) * s * w * (r - 0.5) * s'
            }
        ) }}
    ) as totals
{%- endmacro %}

{% macro area_slope_usable() -%} n_faults = 0 and n_groups >= 3 {%- endmacro %}

{% macro area_ranks(relation, keys, position, population, value, se) -%}
    select
        *,
        n / n_all as w,
        (n_up_to - n / 2.0) / n_all as r
    from (
        select
            {{ keys | join(', ') }},
            cast({{ population }} as double) as n,
            cast({{ value }} as double) as y,
            cast({{ se }} as double) as s,
            cast(sum(cast({{ population }} as decimal(38, 9)))
                over (partition by {{ keys | join(', ') }}) as double) as n_all,
            cast(sum(cast({{ population }} as decimal(38, 9)))
                over (partition by {{ keys | join(', ') }} order by {{ position }}) as double)
                as n_up_to,
            count(*) over (partition by {{ keys | join(', ') }}, {{ position }}) as n_same
        from {{ relation }} as quantiles
    ) as placed
{%- endmacro %}

{#-
  Slope and relative index from a line, and from its limits (mean and slope ± z slope_se):
  the line is turned around the mean at R = 1/2 and turned back to the values' scale.
  transform: none, log, or logit, whichever the values were given in.
-#}
{% macro area_sii(mean, slope, transform='none') -%}
    {{ area_sii_end(mean, slope, '+', transform) }}
    - {{ area_sii_end(mean, slope, '-', transform) }}
{%- endmacro %}

{% macro area_rii(mean, slope, transform='none') -%}
    case
        when {{ area_sii_end(mean, slope, '-', transform) }} > 0
            then {{ area_sii_end(mean, slope, '+', transform) }}
                / {{ area_sii_end(mean, slope, '-', transform) }}
    end
{%- endmacro %}

{#- The line's end on the values' scale: '+' at R = 1, '-' at R = 0 (the intercept). -#}
{% macro area_sii_end(mean, slope, sign, transform) -%}
    {%- set line = '(' ~ mean ~ ' ' ~ sign ~ ' (' ~ slope ~ ') / 2.0)' -%}
    {%- if transform == 'none' -%} {{ line }}
    {%- elif transform == 'log' -%} exp({{ line }})
    {%- elif transform == 'logit' -%} (1.0 / (1.0 + exp(-{{ line }})))
    {%- else -%}
        {{ exceptions.raise_compiler_error('transform is none, log or logit, not ' ~ transform) }}
    {%- endif -%}
{%- endmacro %}
