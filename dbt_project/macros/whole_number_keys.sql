{#-
  Keys as whole numbers. Joins and groups over text keys took 90 of 150 seconds of a build of
  9 million values, so the intermediate layer compares numbers and the marts write the text.
  Belongs here: how a number is made of a key and read back. Does not: numbering indicators
  (int_indicator) and areas (int_area).
-#}

{% macro gender_no(gender) -%}
    case {{ gender }} when 'T' then 0 when 'K' then 1 when 'M' then 2 end
{%- endmacro %}

{% macro gender_letter(gender_no) -%}
    case {{ gender_no }} when 0 then 'T' when 1 then 'K' when 2 then 'M' end
{%- endmacro %}

{#- One number for indicator, year and gender: 4 numbers a year, years below 10 000. -#}
{% macro series_no(indicator_no, year_end, gender_no) -%}
    (cast({{ indicator_no }} as {{ dbt.type_bigint() }}) * 40000
        + {{ year_end }} * 4 + {{ gender_no }})
{%- endmacro %}

{#- One number for a series and an area: joins on one column take a fifth less than on two. -#}
{% macro cell_no(series_no, area_no) -%}
    {{ series_no }} * 10000 + {{ area_no }}
{%- endmacro %}

{% macro series_indicator_no(series_no) -%}
    {{ whole_quotient(series_no, 40000) }}
{%- endmacro %}

{% macro series_year(series_no) -%}
    cast(mod({{ whole_quotient(series_no, 4) }}, 10000) as {{ dbt.type_int() }})
{%- endmacro %}

{#- Whole division, written so that engines whose division gives a fraction agree. -#}
{% macro whole_quotient(number, divisor) -%}
    cast(({{ number }} - mod({{ number }}, {{ divisor }})) / {{ divisor }} as {{ dbt.type_bigint() }})
{%- endmacro %}
