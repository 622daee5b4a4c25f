{#-
  Numbers of survey domains back into the words of the marts.
  Belongs here: the columns that every survey mart begins with. Does not: figures.
-#}

{#- Columns of a relation that has survey_no, item_no, area_no and <breakdown>_no. -#}
{% macro survey_label_columns(of) -%}
    survey.source,
    cast(survey.round as {{ dbt.type_int() }}) as round,
    survey.survey,
    survey.basis,
    item.item_id,
    {{ survey_area_id(of) }} as area_id
    {%- for name in survey_breakdowns() %},
    coalesce({{ name }}_label.category, '{{ 'T' if name == 'gender' else 'all' }}') as {{ name }}
    {%- endfor %}
{%- endmacro %}

{#- Area 0 is the focus region. -#}
{% macro survey_area_id(of) -%}
    case
        when {{ of }}.area_no = 0 then '00{{ env_var('JAMLIK_REGION', '20') }}'
        else lpad(cast({{ of }}.area_no as {{ dbt.type_string() }}), 4, '0')
    end
{%- endmacro %}

{#- Percentage points for absolute measures; ratios have no unit. -#}
{% macro survey_percent(number) -%}
    case when numbered.measure = 'rii' then {{ number }} else 100 * {{ number }} end
{%- endmacro %}

{% macro survey_label_joins(of) -%}
    inner join {{ ref('int_survey') }} as survey on {{ of }}.survey_no = survey.survey_no
    inner join {{ ref('int_survey_item') }} as item on {{ of }}.item_no = item.item_no
    {%- for name in survey_breakdowns() %}
    left join {{ ref('int_survey_category') }} as {{ name }}_label
        on {{ name }}_label.dimension = '{{ name }}'
        and {{ of }}.{{ name }}_no = {{ name }}_label.category_no
    {%- endfor %}
{%- endmacro %}
