{#-
  A cast that gives null for what cannot be cast: one odd date of Kolada's must not stop the
  build. dbt's own safe_cast is a plain cast on DuckDB.
-#}
{% macro lenient_cast(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}
