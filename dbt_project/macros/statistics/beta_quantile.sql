{#-
  Lower-tail quantiles of the beta distribution as plain arithmetic, row by row.
  Belongs here: the quantile. Does not: where its two parameters come from.

  In u = ln(t / (1 - t)) the density is exp(a ln t + b ln(1 - t)) / B(a, b), log-concave, and
  the tail below u is that density times an integral over (0, infinity) which the double
  exponential rule (Takahasi and Mori 1974, Publ RIMS 9:721) takes in 58 fixed points. The
  logarithm of the tail is concave in u with 1/integral as its slope, so Newton's steps
  approach the root from one side wherever they start. After 4 steps the quantile moves by
  less than 2e-12, so 5 are made: error below 1e-10 for a from 0.01 and b from 1 to 1e6
  (measured in tests/statistics/test_survey_quantiles.py).
-#}

{#-
  All columns of a relation, <name> with the quantile, and helpers that begin with <name>_.
  a, b: SQL expressions, positive; z: a number from 0.7 to 4, the quantile's tail is
  the normal one beyond z. For the upper tail: 1 - quantile with a and b exchanged.
-#}
{% macro with_beta_quantile(relation, a, b, z, name) -%}
    {%- set a_, b_, n = name ~ '_a', name ~ '_b', '(' ~ name ~ '_a + ' ~ name ~ '_b)' -%}
    {%- set log_p = 'ln(' ~ tail_beyond(z) ~ ')' -%}
    {%- set nest = namespace(sql='') -%}
    {%- set nest.sql -%}
        select *, {{ log_gamma(a_) }} + {{ log_gamma(b_) }} - {{ log_gamma(n) }} as {{ name }}_lnb
        from (
            select *, cast({{ a }} as double) as {{ a_ }}, cast({{ b }} as double) as {{ b_ }}
            from {{ relation }} as parameters
        ) as beta_parameters
    {%- endset -%}
    {%- set nest.sql -%}
        select *, {{ beta_start(a_, b_, z, log_p, name ~ '_lnb') }} as {{ name }}_u0
        from ({{ nest.sql }}) as beta_constants
    {%- endset -%}
    {%- for step in range(5) -%}
        {%- set nest.sql -%}
            {{ beta_step(nest.sql, a_, b_, name, log_p, step) }}
        {%- endset -%}
    {%- endfor -%}
    select *, {{ expit(name ~ '_u5') }} as {{ name }} from ({{ nest.sql }}) as beta_solved
{%- endmacro %}

{#- One of Newton's steps for the logarithm of the tail. -#}
{% macro beta_step(relation, a, b, name, log_p, step) -%}
    {%- set u, t, c = name ~ '_u' ~ step, name ~ '_t' ~ step, name ~ '_c' ~ step -%}
    {%- set v = name ~ '_v' ~ step -%}
    select
        *,
        {{ u }} - {{ v }} * (
            ln({{ v }}) - {{ name }}_lnb - {{ log_p }}
            - {{ a }} * {{ softplus('(-' ~ u ~ ')') }} - {{ b }} * {{ softplus(u) }}
        ) as {{ name }}_u{{ step + 1 }}
    from (
        select
            *,
            {{ c }} * (
                {%- for k in range(-27, 31) %}
                {%- set tau = k * 0.125 -%}
                {%- set x = e_to(tau - e_to(-tau) | float) | float %}
                {{ x * (1 + e_to(-tau) | float) * 0.125 }} * exp(
                    -{{ a }} * {{ c }} * {{ x }}
                    - ({{ a }} + {{ b }}) * ln(1e0 - {{ t }} * (1e0 - exp(-{{ c }} * {{ x }})))
                ){{ ' +' if not loop.last }}
                {%- endfor %}
            ) as {{ v }}
        from (
            select
                *,
                1e0 / greatest({{ a }} - ({{ a }} + {{ b }}) * {{ t }},
                    least({{ a }}, sqrt({{ a }})) * (1e0 - {{ t }})) as {{ c }}
            from (
                select *, {{ expit(u) }} as {{ t }} from ({{ relation }}) as beta_place
            ) as beta_share
        ) as beta_scale
    ) as beta_tail
{%- endmacro %}

{#-
  Where to start: for a from 1 on Abramowitz and Stegun 26.5.22, below 1 the first term of the
  power series of the tail.
-#}
{% macro beta_start(a, b, z, log_p, log_beta) -%}
    {%- set ga = '(1e0 / (2e0 * ' ~ a ~ ' - 1e0))' -%}
    {%- set gb = '(1e0 / (2e0 * greatest(' ~ b ~ ', 1e0) - 1e0))' -%}
    {%- set h = '(2e0 / (' ~ ga ~ ' + ' ~ gb ~ '))' -%}
    {%- set lambda = '((' ~ z ~ ' * ' ~ z ~ ' - 3e0) / 6e0)' -%}
    case
        when {{ a }} >= 1
            then ln({{ a }} / {{ b }}) - 2e0 * (
                {{ z }} * sqrt(greatest({{ h }} + {{ lambda }}, 0e0)) / {{ h }}
                - ({{ gb }} - {{ ga }}) * ({{ lambda }} + 5e0 / 6e0 - 2e0 / (3e0 * {{ h }}))
            )
        else ({{ log_p }} + ln({{ a }}) + {{ log_beta }}) / {{ a }}
    end
{%- endmacro %}

{#- Stirling's series at x + 10, stepped back: relative error below 1e-14 for x > 0. -#}
{% macro log_gamma(x) -%}
    {%- set y = '(' ~ x ~ ' + 10e0)' -%}
    {%- set yy = '(' ~ y ~ ' * ' ~ y ~ ')' -%}
    (
        ({{ y }} - 0.5e0) * ln({{ y }}) - {{ y }} + 0.9189385332046727e0
        + (1e0 / 12e0 - (1e0 / 360e0 - (1e0 / 1260e0 - (1e0 / 1680e0 - 1e0 / 1188e0
        / {{ yy }}) / {{ yy }}) / {{ yy }}) / {{ yy }}) / {{ y }}
        - ln({% for k in range(10) %}({{ x }} + {{ k }}e0){{ ' * ' if not loop.last }}{% endfor %})
    )
{%- endmacro %}

{% macro softplus(u) -%} (greatest({{ u }}, 0e0) + ln(1e0 + exp(-abs({{ u }})))) {%- endmacro %}

{% macro expit(u) -%} (exp(least({{ u }}, 0e0)) / (1e0 + exp(-abs({{ u }})))) {%- endmacro %}

{#- A power of e while rendering. -#}
{% macro e_to(x) -%} {{ 2.718281828459045 ** x }} {%- endmacro %}
