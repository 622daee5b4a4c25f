{#- Number of a group's rows for which a condition holds. -#}
{% macro count_where(condition) -%}
    cast(count(case when {{ condition }} then 1 end) as {{ dbt.type_int() }})
{%- endmacro %}
