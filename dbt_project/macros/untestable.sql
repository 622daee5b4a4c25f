{#-
  Why a difference cannot be tested, in words for readers.
  Belongs here: reasons that lie in the indicator. Does not: reasons of a single value (the
  marts), such as a benchmark without a value.

  indicator: a relation with int_indicator's columns. Null where a test is possible, so far
  as the indicator goes.
-#}
{% macro untestable_reason(indicator) -%}
    case
        when not {{ indicator }}.is_register then 'not in the register: no population is declared'
        when {{ indicator }}.source_kind = 'survey'
            then 'survey: Kolada does not give the number of answers'
        when {{ indicator }}.years_in_mean > 1 then 'mean over several years'
        when {{ indicator }}.value_kind <> 'share' then 'not a share of counted persons'
        when {{ indicator }}.denominator is null
            then 'not single persons counted once in one population'
        when {{ indicator }}.denominator_kpis is null
            then 'Kolada does not give the size of the population'
    end
{%- endmacro %}

{% macro not_testable() -%}
    'not testable'
{%- endmacro %}
