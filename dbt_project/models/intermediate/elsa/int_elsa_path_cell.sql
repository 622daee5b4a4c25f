{#-
  Pairs of answers counted, per item; codes are understood afterwards. Never a table: many of
  these cells are one pupil.
-#}
{{ config(materialized='ephemeral') }}
{%- set keys = ['from_grade', 'to_grade', 'from_round', 'to_round', 'to_area_id', 'gender'] | join(', ') %}
with

path as {{ once() }} (
    select *
    from {{ ref('int_elsa_pupil_path') }}
    where to_round is not null
)

{%- for item in survey_item_columns(ref('stg_elsa__respondent')) %}
select
    {{ keys }},
    '{{ item[5:] }}' as item_id,
    from_{{ item }} as from_code,
    to_{{ item }} as to_code,
    cast(count(*) as {{ dbt.type_bigint() }}) as n
from path
where from_{{ item }} is not null and to_{{ item }} is not null
group by {{ keys }}, from_{{ item }}, to_{{ item }}
union all
{%- endfor %}
select
    {{ keys }},
    cast(null as {{ dbt.type_string() }}) as item_id,
    cast(null as {{ dbt.type_int() }}) as from_code,
    cast(null as {{ dbt.type_int() }}) as to_code,
    cast(0 as {{ dbt.type_bigint() }}) as n
from path
where 1 = 0
