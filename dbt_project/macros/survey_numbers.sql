{#-
  Whole-number keys of survey estimates.
  Belongs here: one number for a domain and reading it back. Does not: numbering surveys
  (int_survey), items (int_survey_item) and categories (seed survey_categories).

  A domain is a survey, an item, an area (0: all areas of the region) and a category of up to
  two breakdowns (0: all). Each part has as many places as survey_base says: numbers stay below
  4.5e15, so that a double holds twice of one (int_survey_group) too.
-#}

{#- Breakdowns, with how many numbers the categories of each have, 0 included. -#}
{% macro survey_bases_of_breakdowns() -%}
    {{ return({
        'gender': 4, 'age_group': 8, 'grade': 16, 'education': 4, 'birth_country': 6, 'income': 6,
        'family': 6,
    }) }}
{%- endmacro %}

{% macro survey_breakdowns() -%}
    {{ return(survey_bases_of_breakdowns() | list) }}
{%- endmacro %}

{#- How many numbers a part of a domain has, 0 included. -#}
{% macro survey_base(part) -%}
    {{ return({'survey': 1000, 'item': 1000, 'area': 10000}.get(part)
        or survey_bases_of_breakdowns()[part]) }}
{%- endmacro %}

{#- Columns <breakdown>_no and area_no, item_no, survey_no make the number. -#}
{% macro survey_domain_no() -%}
    {%- set number = namespace(text='(cast(survey_no as ' ~ dbt.type_bigint() ~ ') * 1000 + item_no) * 10000 + area_no') -%}
    {%- for name in survey_breakdowns() -%}
        {%- set number.text = '(' ~ number.text ~ ') * ' ~ survey_base(name) ~ ' + ' ~ name ~ '_no' -%}
    {%- endfor -%}
    {{ number.text }}
{%- endmacro %}

{#- What 1 of a part is worth in a domain's number: without its area it is less by area_no of these. -#}
{% macro survey_place(part) -%}
    {%- set parts = ['survey', 'item', 'area'] + survey_breakdowns() -%}
    {%- set place = namespace(value=1) -%}
    {%- for later in parts[parts.index(part) + 1:] -%}
        {%- set place.value = place.value * survey_base(later) -%}
    {%- endfor -%}
    {{ place.value }}
{%- endmacro %}

{#- The number of one part of a domain_no: survey, item, area or a breakdown. -#}
{% macro survey_part_no(part, domain_no='domain_no') -%}
    cast(mod({{ whole_quotient(domain_no, survey_place(part)) }}, {{ survey_base(part) }}) as {{ dbt.type_int() }})
{%- endmacro %}

{#-
  One number for all that a person is grouped by: columns stratum_id, area_no and
  <breakdown>_no. It is a domain's with the stratum, which tells its survey, in place of survey and
  item; 0: the category is not known.
-#}
{% macro survey_person_no() -%}
    {%- set number = namespace(text='cast(stratum_id as ' ~ dbt.type_bigint() ~ ') * 10000 + area_no') -%}
    {%- for name in survey_breakdowns() -%}
        {%- set number.text = '(' ~ number.text ~ ') * ' ~ survey_base(name) ~ ' + coalesce(' ~ name ~ '_no, 0)' -%}
    {%- endfor -%}
    {{ number.text }}
{%- endmacro %}

{#- A word for a query that is read more than once: DuckDB would else work it out each time. -#}
{% macro once() -%}
    {{ 'materialized' if target.type == 'duckdb' }}
{%- endmacro %}
