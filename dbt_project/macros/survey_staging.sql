{#-
  Delivered survey files as staging reads them: the same tables for every survey.
  Belongs here: selecting a raw table with its source's name beside it, persons with their
  numbers, and answers from one column an item into one row an answer. Does not: what a code
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
-#}
{% macro survey_persons(respondents) -%}
    select
        s.survey_no,
        t.stratum_id,
        cast(p.area_id as {{ dbt.type_int() }}) as area_no,
        {%- for name in survey_breakdowns() %}
        {{ name }}_of.category_no as {{ name }}_no,
        {%- endfor %}
        {{ survey_rounded('p.weight * s.n_respondents / s.weight_total', 's.magic') }} as w,
        {{ survey_rounded(
            'power(p.weight * s.n_respondents / s.weight_total, 2)', '16e0 * s.magic') }} as ww,
        p.* exclude (
            file_id, row_number, source, round, survey, basis, area_id, school_area_id, gender, age,
            age_group, grade, education, birth_country, income, birth_year, stratum, weight,
            population
        )
    from (
        {{ survey_bases(respondents) }}
    ) as p
    inner join {{ ref('int_survey') }} as s
        on p.source = s.source and p.round = s.round and p.survey = s.survey and p.basis = s.basis
    inner join {{ ref('int_survey_stratum') }} as t
        on s.survey_no = t.survey_no and coalesce(p.stratum, p.area_id) = t.stratum
    {%- for name in survey_breakdowns() %}
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
  One row per person and answer: the columns of `keys` in the relation, item_id and code.
  Items are the columns that begin with item_; a new one needs no change here. A person's
  blank is no row.
-#}
{% macro survey_answers(relation, keys) -%}
    {{ return(adapter.dispatch('survey_answers')(relation, keys)) }}
{%- endmacro %}

{#- Spark: `unpivot` with a list of columns, which the caller's adapter can ask for. -#}
{% macro default__survey_answers(relation, keys) -%}
    {%- set items = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- if column.name.startswith('item_') -%}
                {%- do items.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for item in items %}
    select {{ keys | join(', ') }}, '{{ item[5:] }}' as item_id, {{ item }} as code
    from {{ relation }}
    where {{ item }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__survey_answers(relation, keys) -%}
    select
        {{ keys | join(', ') }},
        substr(item_column, 6) as item_id,
        code
    from (
        unpivot (select {{ keys | join(', ') }}, columns('^item_') from {{ relation }})
        on columns('^item_')
        into name item_column value code
    ) as answers
{%- endmacro %}
