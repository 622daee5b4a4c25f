{#- Each family of tests: one survey, benchmark and kind of breakdown, over its items and areas. -#}
with

tested as (
    select
        domain_no,
        benchmark,
        difference,
        se,
        difference / se as statistic,
        {{ survey_part_no('survey') }} as survey_no,
        {%- for name in survey_breakdowns() %}
        {{ survey_part_no(name) }} > 0 as by_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_survey_difference') }}
    where se > 0 and verdict_reason is null
),

with_p as (
    select
        *,
        {{ normal_p_value('statistic') }} as p_value
    from tested
)

{%- set family = ['survey_no', 'benchmark'] -%}
{%- for name in survey_breakdowns() -%}
    {%- do family.append('by_' ~ name) -%}
{%- endfor %}

select
    domain_no,
    benchmark,
    statistic,
    difference - {{ z_value(95) }} * se as ci_lower,
    difference + {{ z_value(95) }} * se as ci_upper,
    p_value,
    q_value
from (
    {{ with_q_values('with_p', 'p_value', family) }}
) as corrected
