{#-
  Tail areas of the normal distribution, for p-values.
  Belongs here: the tail as an SQL expression and, for constants, as a number while rendering.
  Does not: quantiles (normal.sql) and corrections for many tests (multiplicity.sql).

  erfc(x) = exp(-x²) P(t) / (1 + 2x), t = (x - 4) / (x + 4), for x >= 0: one polynomial for
  the whole half-line (the substitution of Shepherd and Laframboise 1981, Math. Comp.
  36:249). Coefficients: own interpolation of degree 24 at Chebyshev's points in 60 digits.
  P/(1 + 2x) is within 1e-15 of exp(x²) erfc(x); rounding of exp(-x²) adds 1e-16 x²: relative
  error below 2e-13 down to p = 1e-300. Below 1e-307 the result is 0 or loses digits.
-#}

{#- From the constant term upwards, with commas. -#}
{% macro erfc_coefficients() -%}
    1.2329951186255526,
    -0.13962111684056228,
    0.015379652102619974,
    0.06809705425466839,
    -0.10103906603631811,
    0.09373283499911264,
    -0.06633036581186058,
    0.037167515526338006,
    -0.01619773406293477,
    0.005031970069102256,
    -0.0007577732435942576,
    -0.0001992571524726518,
    0.00015062142608651945,
    -2.4397731143023292e-05,
    -1.1221135665965907e-05,
    5.70657829924074e-06,
    2.9173425573089733e-07,
    -8.210647933297337e-07,
    7.771943241086913e-08,
    1.0631817593818149e-07,
    -2.0725802488181963e-08,
    -1.2338731403798444e-08,
    3.232397344508204e-09,
    9.29762526370966e-10,
    -2.7641202337345795e-10
{%- endmacro %}

{#- p-value, both sides, of a standard normal statistic (null stays null). -#}
{% macro normal_p_value(z) -%}
    {{ erfc_of_positive('(abs(cast(' ~ z ~ ' as double)) * 0.7071067811865476)') }}
{%- endmacro %}

{#- erfc(x) for x >= 0. x appears 27 times in the text: give a column or something short. -#}
{% macro erfc_of_positive(x) -%}
    {%- set coefficients = erfc_coefficients().split(',') -%}
    {%- set t = '((' ~ x ~ ' - 4) / (' ~ x ~ ' + 4))' -%}
    {%- set horner = namespace(text=coefficients[-1] | trim) -%}
    {%- for coefficient in coefficients[:-1] | reverse -%}
        {%- set horner.text = '(' ~ horner.text ~ ' * ' ~ t ~ ' + ' ~ coefficient | trim ~ ')' -%}
    {%- endfor -%}
    (exp(-{{ x }} * {{ x }}) * {{ horner.text }} / (1 + 2 * {{ x }}))
{%- endmacro %}

{#- One side's tail beyond a constant z >= 0, worked out while rendering. -#}
{% macro tail_beyond(z) -%}
    {%- set x = (z | float) * 0.7071067811865476 -%}
    {%- set t = (x - 4.0) / (x + 4.0) -%}
    {%- set sum = namespace(value=0.0) -%}
    {%- for coefficient in erfc_coefficients().split(',') | reverse -%}
        {%- set sum.value = sum.value * t + (coefficient | trim | float) -%}
    {%- endfor -%}
    {{ 0.5 * 2.718281828459045 ** (-x * x) * sum.value / (1.0 + 2.0 * x) }}
{%- endmacro %}
