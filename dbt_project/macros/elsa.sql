{#-
  What the models of school-health talks share.
  Belongs here: grades in which talks are held, when coverage is low, parts of the questionnaire.
  Does not: what all surveys share (survey_*.sql).
-#}

{#- Grades with the school years between them and the first: a talk is due that much later. -#}
{% macro elsa_grades() -%}
    {{ return([('F', 0), ('2', 2), ('4', 4), ('7', 7), ('8', 8), ('GY1', 10)]) }}
{%- endmacro %}

{% macro elsa_years(grade) -%}
    case {{ grade }}
        {%- for name, years in elsa_grades() %} when '{{ name }}' then {{ years }}{% endfor %} end
{%- endmacro %}

{#- Whose answers an item's are: guardian, pupil or measured; the second word of its key. -#}
{% macro elsa_parts() -%}
    {{ return(['guardian', 'pupil', 'measured']) }}
{%- endmacro %}

{#- Below this part of a grade's pupils a share says little about all of them. -#}
{% macro elsa_low_coverage_pct() -%}
    {{ var('elsa_low_coverage_pct', 70) }}
{%- endmacro %}
