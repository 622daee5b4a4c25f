{#-
  Delivered survey files as staging reads them: the same tables for every survey.
  Belongs here: selecting a raw table with its source's name beside it, persons with their
  numbers, and answers counted. Does not: what a code
  means (codebooks).
-#}

{#- A raw table as it is, with its source. -#}
{% macro survey_table(source_name, table) -%}
    select
        '{{ source_name }}' as source,
        *
    from {{ source('raw_' ~ source_name, table) }}
{%- endmacro %}

{#-
  Persons of one source, once for each basis, with whole numbers for all that is grouped by
  and weights scaled to mean 1 within their survey, and their answers (columns item_...).
  Weights and squares are rounded as survey_rows rounds them, so sums are exact in any order.

  without: breakdowns of which the relation has no column; they are known of nobody.
-#}
{% macro survey_persons(respondents, without=[]) -%}
    {%- set asked = survey_breakdowns() | reject('in', without) | list -%}
    select
        s.survey_no,
        t.stratum_id,
        cast(p.area_id as {{ dbt.type_int() }}) as area_no,
        {%- for name in survey_breakdowns() %}
        {{ name ~ '_of.category_no' if name in asked else 'cast(null as ' ~ dbt.type_int() ~ ')' }}
            as {{ name }}_no,
        {%- endfor %}
        {{ survey_rounded('p.weight * s.n_respondents / s.weight_total', 's.magic') }} as w,
        {{ survey_rounded(
            'power(p.weight * s.n_respondents / s.weight_total, 2)', '16e0 * s.magic') }} as ww,
        p.* exclude (
            file_id, row_number, source, round, survey, basis, area_id, school_area_id, age,
            birth_year, stratum, weight, population, {{ asked | join(', ') }}
        )
    from (
        {{ survey_bases(respondents) }}
    ) as p
    inner join {{ ref('int_survey') }} as s
        on p.source = s.source and p.round = s.round and p.survey = s.survey and p.basis = s.basis
    inner join {{ ref('int_survey_stratum') }} as t
        on s.survey_no = t.survey_no and coalesce(p.stratum, p.area_id) = t.stratum
    {%- for name in asked %}
    left join {{ ref('survey_categories') }} as {{ name }}_of
        on p.{{ name }} = {{ name }}_of.category and {{ name }}_of.dimension = '{{ name }}'
    {%- endfor %}
{%- endmacro %}

{#-
  All rows twice: by home, and, where the school's municipality is known, by school. There
  area_id is the school's, and no stratum or population is known but the municipality.
-#}
{% macro survey_bases(respondents) -%}
    select *, 'home' as basis
    from {{ respondents }}
    union all
    select
        * replace (
            school_area_id as area_id,
            cast(null as {{ dbt.type_string() }}) as stratum,
            cast(null as double) as population
        ),
        'school' as basis
    from {{ respondents }}
    where school_area_id is not null and survey = 'gy'
        and {{ in_focus_region('school_area_id') }}
{%- endmacro %}

{#- Whether a municipality's id lies in the region that the warehouse is for. -#}
{% macro in_focus_region(area_id) -%}
    substr({{ area_id }}, 1, 2) = '{{ env_var('JAMLIK_REGION', '20') }}'
{%- endmacro %}

{#-
  Persons as little as grouping needs: one number for all that they are grouped by, weights,
  and answers (columns item_...).
-#}
{% macro survey_packed(persons) -%}
    select
        {{ survey_person_no() }} as person_no,
        w,
        ww
        {%- for item in survey_item_columns(persons) %},
        {{ item }}
        {%- endfor %}
    from {{ persons }}
{%- endmacro %}

{#-
  Answers counted: person_no, item_id, code, n, w, ww. packed: name of the relation that
  survey_packed of the persons makes. A query for each item over narrow columns takes half the
  time of one over all answers in rows. A person's blank is not counted.
-#}
{% macro survey_counts(packed, persons) -%}
    {%- for item in survey_item_columns(persons) %}
    select
        person_no,
        '{{ item[5:] }}' as item_id,
        {{ item }} as code,
        cast(count(*) as {{ dbt.type_bigint() }}) as n,
        sum(w) as w,
        sum(ww) as ww
    from {{ packed }}
    where {{ item }} is not null
    group by person_no, {{ item }}
    union all
    {%- endfor %}
    select
        person_no,
        cast(null as {{ dbt.type_string() }}) as item_id,
        cast(null as {{ dbt.type_int() }}) as code,
        cast(0 as {{ dbt.type_bigint() }}) as n,
        w,
        ww
    from {{ packed }}
    where 1 = 0
{%- endmacro %}

{#- Columns of answers: those that begin with item_; a new one needs no change anywhere. -#}
{% macro survey_item_columns(persons) -%}
    {%- set items = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(persons) -%}
            {%- if column.name.startswith('item_') -%}
                {%- do items.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(items) }}
{%- endmacro %}
