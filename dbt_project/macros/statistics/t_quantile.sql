{#-
  Quantiles of Student's t for a constant level, from the degrees of freedom in a column.
  Belongs here: the quantile. Does not: which degrees of freedom a design has.

  z is a number from 0.7 to 4: the same tail of the normal distribution. Below 30 degrees the
  quantile is solved while rendering, so every engine gets the same constants. From 30 on it
  is z plus a series in 1/df. Relative error below 1e-10; 1e-12 at 95 % (measured in
  tests/statistics/test_survey_quantiles.py).
-#}

{#- df: whole numbers from 1 on; null for anything else. -#}
{% macro t_quantile(df, z) -%}
    case
        {%- for nu in range(1, 30) %}
        when {{ df }} = {{ nu }} then {{ t_of_few(nu, z) }}
        {%- endfor %}
        when {{ df }} >= 30 then {{ t_series(df, z) }}
    end
{%- endmacro %}

{#-
  The series of Cornish and Fisher (1937): with t' = phi(z) / f(t), f the density with df
  degrees, comparing powers of 1/df gives each term as an odd polynomial in z. The fractions
  behind these coefficients are derived again in tests/statistics/test_survey_t_series.py.
-#}
{% macro t_series(df, z) -%}
    {%- set sum = namespace(text='0e0') -%}
    {%- for term in t_series_coefficients().split(';') | reverse -%}
        {%- set at = namespace(value=0.0) -%}
        {%- for one in term.split(',') | reverse -%}
            {%- set at.value = at.value * (z | float) * (z | float) + (one | trim | float) -%}
        {%- endfor -%}
        {%- set sum.text = '(' ~ at.value * (z | float) ~ ' + ' ~ sum.text ~ ') / ' ~ df -%}
    {%- endfor -%}
    (cast({{ z }} as double) + {{ sum.text }})
{%- endmacro %}

{#- Terms in 1/df, 1/df², ..., 1/df^8; in each the coefficients of z, z³, z⁵, ... -#}
{% macro t_series_coefficients() -%}
    0.25, 0.25;
    0.03125, 0.16666666666666666, 0.052083333333333336;
    -0.0390625, 0.044270833333333336, 0.049479166666666664, 0.0078125;
    -0.01025390625, -0.020833333333333332, 0.016080729166666665, 0.008420138888888888,
    0.0008572048611111111;
    0.0487060546875, -0.0020751953125, -0.004833984375, 0.0025227864583333335,
    0.0009195963541666667, 7.32421875e-05;
    0.0132598876953125, 0.035888671875, 0.0033192952473958333, -0.0004437158978174603,
    0.00026276872692074514, 8.314559909611993e-05, 5.732137690145502e-06;
    -0.15001296997070312, -0.024524688720703125, 0.007587941487630209, 0.001462433830140129,
    0.00015324856658881724, 5.531243756544863e-05, 9.272338221312831e-06,
    4.5614898520171956e-07;
    -0.03987276554107666, -0.11947123209635417, -0.02573118209838867, -0.0016588665190197173,
    7.797952682252914e-05, 4.669646947682429e-05, 9.512534077065191e-06,
    8.315187843318269e-07, 2.5675200070443397e-08
{%- endmacro %}

{#-
  Newton's method on the tail of t with nu degrees (closed form: Abramowitz and Stegun
  26.7.3-4 in the angle atan(t / sqrt(nu))). The tail is convex, so that steps from z stay
  on one side of the root.
-#}
{% macro t_of_few(nu, z) -%}
    {%- if not 0.7 <= z | float <= 4 -%}
        {{ exceptions.raise_compiler_error('t_quantile needs a number z, 0.7 to 4, not ' ~ z) }}
    {%- endif -%}
    {%- set p = tail_beyond(z) | float -%}
    {%- set at = namespace(t=z | float, step=1.0, k=0.5 if nu % 2 == 0 else 0.3183098861837907) -%}
    {%- for m in range(2 - nu % 2, nu, 2) -%}
        {%- set at.k = at.k * (m + 1) / m -%}
    {%- endfor -%}
    {%- for step in range(60) if at.step * at.step > at.t * at.t * 1e-31 -%}
        {%- set c2 = nu / (nu + at.t * at.t) -%}
        {%- set sine = at.t / (nu + at.t * at.t) ** 0.5 -%}
        {%- set term = namespace(value=1.0, sum=0.0) -%}
        {%- for j in range(1, nu // 2 + 1) -%}
            {%- set term.sum = term.sum + term.value -%}
            {%- set ratio = (2 * j - 1) / (2 * j) if nu % 2 == 0 else 2 * j / (2 * j + 1) -%}
            {%- set term.value = term.value * c2 * ratio -%}
        {%- endfor -%}
        {%- if nu % 2 == 0 -%}
            {%- set tail = 0.5 - sine * term.sum / 2 -%}
        {%- else -%}
            {%- set rest = arctangent(nu ** 0.5 / at.t) | float -%}
            {%- set tail = (rest - sine * c2 ** 0.5 * term.sum) * 0.3183098861837907 -%}
        {%- endif -%}
        {%- set at.step = (tail - p) / (at.k * c2 ** ((nu + 1) / 2)) * nu ** 0.5 -%}
        {%- set at.t = at.t + at.step -%}
    {%- endfor -%}
    cast({{ at.t }} as double)
{%- endmacro %}

{#- Of a positive number while rendering: three halvings of the angle, then Taylor. -#}
{% macro arctangent(x) -%}
    {%- set at = namespace(x=x, sum=0.0) -%}
    {%- for half in range(3) -%}
        {%- set at.x = at.x / (1 + (1 + at.x * at.x) ** 0.5) -%}
    {%- endfor -%}
    {%- for k in range(12, -1, -1) -%}
        {%- set at.sum = 1 / (2 * k + 1) - at.x * at.x * at.sum -%}
    {%- endfor -%}
    {{ 8 * at.x * at.sum }}
{%- endmacro %}
