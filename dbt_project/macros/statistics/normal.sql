{#-
  Quantiles of the normal distribution for the two levels in use.
  Belongs here: constants. Does not: formulas that use them.
-#}

{#- z for two-sided 95 % or 99.8 %, to the last bit of a double: 1e-9 agreement needs it. -#}
{% macro z_value(level) -%}
    {%- if level == 95 -%}
        1.959963984540054
    {%- elif level == 99.8 -%}
        3.0902323061678132
    {%- else -%}
        {{ exceptions.raise_compiler_error('z_value takes 95 or 99.8, not ' ~ level) }}
    {%- endif -%}
{%- endmacro %}
