{#-
  Quantiles of the normal distribution for the two levels in use.
  Belongs here: constants. Does not: formulas that use them.
-#}

{#-
  z for two-sided 95 % or 99.8 %, to the last bit of a double: 1e-9 agreement needs it. With
  an exponent, since engines read it as a decimal otherwise, and products of decimals overflow.
-#}
{% macro z_value(level) -%}
    {%- if level == 95 -%}
        1.959963984540054e0
    {%- elif level == 99.8 -%}
        3.0902323061678132e0
    {%- else -%}
        {{ exceptions.raise_compiler_error('z_value takes 95 or 99.8, not ' ~ level) }}
    {%- endif -%}
{%- endmacro %}
