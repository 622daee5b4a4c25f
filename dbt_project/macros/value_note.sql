{#-
  The rules behind core.fct_value.value_note: codes and limits, in one place.
  Belongs here: what a note is called and where its limit lies. Does not: finding the values
  (int_value_note for single values, int_indicator_year for whole years).
-#}

{#- T lies outside K and M by more than this, for shares: 0.5 is what rounding can do. -#}
{% macro total_slack() -%} 0.5 {%- endmacro %}

{#- Distance from the median of its series, in median absolute deviations, and points needed. -#}
{% macro outlier_deviations() -%} 10 {%- endmacro %}
{% macro outlier_points() -%} 6 {%- endmacro %}

{#- A year with a smaller part of the year before's areas; with fewer areas one is too much. -#}
{% macro coverage_kept() -%} 0.8 {%- endmacro %}
{% macro coverage_areas() -%} 5 {%- endmacro %}

{#- Values other than 0 that must all be whole: zeros are whole in a year of decimals too. -#}
{% macro whole_values() -%} 5 {%- endmacro %}
