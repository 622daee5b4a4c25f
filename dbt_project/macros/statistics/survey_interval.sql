{#-
  Intervals of survey shares.
  Belongs here: limits from a share, its standard error and degrees of freedom. Does not: how
  those come about (survey_variance.sql).
-#}

{#-
  All columns of a relation with n, n_yes, estimate, se, df and n_eff, and ci_lower, ci_upper,
  ci_method, reason (when there is no interval). z: a number, 0.7 to 4.

  method 'logit': expit(logit p ± t_df se / (p (1 - p))). 'korn_graubard': Clopper-Pearson
  with n* = p (1 - p) / se² (t_{n-1} / t_df)² and p n* (Korn and Graubard 1998, Survey
  Methodology 24:193). Both: a share of 0 or 1 has Clopper-Pearson's interval with n_eff;
  one without error but rounding, since margins fix it or everybody was drawn, has no width.
  'simple': p ± z sqrt(p (1 - p) / n) with the unweighted n, floored at 0 and not capped, as
  the Public Health Agency publishes it: no design effect.
-#}
{% macro survey_intervals(relation, z, method='logit') -%}
    {%- set p = 'cast(' ~ tail_beyond(z) ~ ' as double)' -%}
    {%- if method == 'simple' -%}
        select
            *,
            greatest(estimate - {{ survey_simple(z) }}, 0e0) as ci_lower,
            estimate + {{ survey_simple(z) }} as ci_upper,
            'simple' as ci_method,
            cast(null as {{ dbt.type_string() }}) as reason
        from {{ relation }} as shares
    {%- elif method in ['logit', 'korn_graubard'] -%}
        select
            *,
            {%- for side in ['lower', 'upper'] %}
            case ci_method
                when 'clopper_pearson_kish' then {{ survey_extreme(side, p) }}
                when 'no_sampling_error' then estimate
                when '{{ method }}' then {{ 'limit_' ~ side if method == 'korn_graubard'
                    else survey_logit_limit('-' if side == 'lower' else '+') }}
            end as ci_{{ side }},
            {%- endfor %}
            case
                when ci_method is not null then null
                when se is null then 'one unit alone in a stratum or cluster: no standard error'
                else 'as many strata as sampled units in the domain: no degrees of freedom'
            end as reason
        from (
            {%- if method == 'korn_graubard' %}
            {{ survey_korn_graubard(survey_method(relation, z, method), z) }}
            {%- else %}
            {{ survey_method(relation, z, method) }}
            {%- endif %}
        ) as limited
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            'method is logit, korn_graubard or simple, not ' ~ method) }}
    {%- endif -%}
{%- endmacro %}

{#- Which interval a share gets. 1e-7 of a share's deviation would be 10^14 answers. -#}
{% macro survey_method(relation, z, method) -%}
    select
        *,
        {{ t_quantile('df', z) }} as t_df,
        case
            when n_yes in (0, n) then 'clopper_pearson_kish'
            when se < 1e-7 * sqrt(estimate * (1e0 - estimate)) then 'no_sampling_error'
            when se is not null and df >= 1 then '{{ method }}'
        end as ci_method
    from {{ relation }} as shares
{%- endmacro %}

{#- z with two places, as published: 1.96 at 95 %. -#}
{% macro survey_simple(z) -%}
    {{ (z | float) | round(2) }} * sqrt(estimate * (1e0 - estimate) / n)
{%- endmacro %}

{#- Clopper-Pearson for none or all of n_eff. -#}
{% macro survey_extreme(side, p) -%}
    {%- if side == 'lower' -%}
        case when n_yes = 0 then 0e0 else power({{ p }}, 1e0 / n_eff) end
    {%- else -%}
        case when n_yes = 0 then 1e0 - power({{ p }}, 1e0 / n_eff) else 1e0 end
    {%- endif -%}
{%- endmacro %}

{% macro survey_logit_limit(sign) -%}
    1e0 / (1e0 + (1e0 - estimate) / estimate
        * exp(-({{ sign }}t_df * se / (estimate * (1e0 - estimate)))))
{%- endmacro %}

{#- limit_lower and limit_upper; where the method is another one, of a harmless n* = 1. -#}
{% macro survey_korn_graubard(relation, z) -%}
    {%- set sized -%}
        select
            *,
            case when is_inner then estimate else 0.5e0 end as inner_estimate,
            case
                when is_inner
                    then estimate * (1e0 - estimate) / (se * se) * power(t_n / t_df, 2)
                else 1e0
            end as n_star
        from (
            select *, {{ t_quantile('(n - 1)', z) }} as t_n,
                coalesce(ci_method = 'korn_graubard', false) as is_inner
            from ({{ relation }}) as chosen
        ) as with_t
    {%- endset -%}
    {%- set yes, no = 'inner_estimate * n_star', '(1e0 - inner_estimate) * n_star' -%}
    {%- set lower = with_beta_quantile('(' ~ sized ~ ')', yes, no ~ ' + 1e0', z, 'below') -%}
    {%- set both = with_beta_quantile('(' ~ lower ~ ')', no, yes ~ ' + 1e0', z, 'above') -%}
    select *, below as limit_lower, 1e0 - above as limit_upper from ({{ both }}) as solved
{%- endmacro %}
