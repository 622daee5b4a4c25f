{#-
  The first aggregate, and the only model that reads answers: sums over persons per survey,
  item, area, categories and stratum. Codes are counted first and understood after, so that
  60 million answers meet no join.
-#}
{%- set keys = ['survey_no', 'stratum_id', 'area_no'] -%}
{%- for name in survey_breakdowns() -%}
    {%- do keys.append(name ~ '_no') -%}
{%- endfor -%}
with

answers as (
    {{ survey_answers(ref('int_hlv_person'), keys + ['w', 'ww']) }}
    union all
    {{ survey_answers(ref('int_lupp_person'), keys + ['w', 'ww']) }}
),

counted as (
    select
        {{ keys | join(', ') }},
        item_id,
        code,
        cast(count(*) as {{ dbt.type_bigint() }}) as n,
        sum(w) as w,
        sum(ww) as ww
    from answers
    group by {{ keys | join(', ') }}, item_id, code
)

select
    {%- for key in keys %}
    counted.{{ key }},
    {%- endfor %}
    item.item_no,
    cast(0 as {{ dbt.type_int() }}) as cluster_id,
    cast(0 as {{ dbt.type_int() }}) as group_id,
    cast(sum(counted.n) as {{ dbt.type_bigint() }}) as n,
    cast(sum(counted.n * option.is_yes) as {{ dbt.type_bigint() }}) as n_yes,
    sum(counted.w) as w,
    sum(counted.w * option.is_yes) as wy,
    sum(counted.ww) as ww,
    sum(counted.ww * option.is_yes) as wwy,
    cast(null as double) as d,
    cast(null as double) as dy
from counted
inner join {{ ref('int_survey_item') }} as item on counted.item_id = item.item_id
inner join {{ ref('int_survey') }} as survey on counted.survey_no = survey.survey_no
inner join {{ ref('int_survey_option') }} as option
    on survey.source = option.source and survey.round = option.round
    and item.item_no = option.item_no and counted.code = option.code
group by
    {%- for key in keys %}
    counted.{{ key }},
    {%- endfor %}
    item.item_no
