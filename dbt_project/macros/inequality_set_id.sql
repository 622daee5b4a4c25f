{#-
  One number for a result set of inequality measures: series, scope (0 Sweden, else a county's
  number below 100) and dimension (below 10). Belongs here: making the number and reading it.
-#}

{% macro inequality_set_id(series_no, scope_no, dimension_no) -%}
    {{ series_no }} * 1000 + {{ scope_no }} * 10 + {{ dimension_no }}
{%- endmacro %}

{% macro set_series_no(set_id) -%}
    {{ whole_quotient(set_id, 1000) }}
{%- endmacro %}

{% macro set_scope_no(set_id) -%}
    mod({{ whole_quotient(set_id, 10) }}, 100)
{%- endmacro %}

{% macro set_dimension(set_id) -%}
    case mod({{ set_id }}, 10)
        when 0 then 'municipality'
        when 1 then 'county'
        when 2 then 'gender'
        when 3 then 'municipality_by_education'
        when 4 then 'municipality_by_income'
        when 5 then 'municipality_by_child_poverty'
    end
{%- endmacro %}
