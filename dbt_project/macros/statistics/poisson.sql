{#-
  Intervals of a count: Byar's approximation and the exact Poisson (chi-squared) limits.
  Belongs here: limits of the expected count behind a count x. Rates multiply both limits.
  Does not: rates' multipliers and standardisation (standardised.sql).

  z of an exact limit is a number, not a column: limits below 30 are solved while rendering,
  so that every engine gets the same constants.
-#}

{#- Byar (Breslow and Day 1987, IARC 82, p. 69). Null where the cube would be negative. -#}
{% macro byar_lower(x, z) -%}
    case
        when {{ x }} > 0 and {{ byar_root(x, '(-' ~ z ~ ')') }} >= 0
            then {{ x }} * power({{ byar_root(x, '(-' ~ z ~ ')') }}, 3)
    end
{%- endmacro %}

{% macro byar_upper(x, z) -%}
    {%- set next = '(' ~ x ~ ' + 1)' -%}
    case when {{ x }} >= 0 then {{ next }} * power({{ byar_root(next, z) }}, 3) end
{%- endmacro %}

{% macro byar_root(x, z) -%}
    (
        1 - 1 / (9 * cast({{ x }} as double))
        + cast({{ z }} as double) / (3 * sqrt(cast({{ x }} as double)))
    )
{%- endmacro %}

{#- The rule of OHID: exact below 10 (whole counts only, else null), Byar from 10 upwards. -#}
{% macro poisson_lower(x, z) -%}
    case
        when {{ x }} >= 10 then {{ byar_lower(x, z) }}
        {{ exact_branches(x, z, 'lower', 10) }}
    end
{%- endmacro %}

{% macro poisson_upper(x, z) -%}
    case
        when {{ x }} >= 10 then {{ byar_upper(x, z) }}
        {{ exact_branches(x, z, 'upper', 10) }}
    end
{%- endmacro %}

{#-
  Exact limits of any whole count (Garwood 1936, Biometrika 28:437): half a quantile of
  chi-squared with 2x and 2x + 2 degrees of freedom. Relative error below 1e-13 under 30,
  below 2e-12 from 30 upwards (z up to 4).
-#}
{% macro poisson_exact_lower(x, z) -%}
    case
        {{ exact_branches(x, z, 'lower', 30) }}
        when {{ x }} >= 30 and {{ x }} = floor({{ x }})
            then {{ gamma_quantile(x, '(-' ~ z ~ ')') }}
    end
{%- endmacro %}

{% macro poisson_exact_upper(x, z) -%}
    case
        {{ exact_branches(x, z, 'upper', 29) }}
        when {{ x }} >= 29 and {{ x }} = floor({{ x }})
            then {{ gamma_quantile('(' ~ x ~ ' + 1)', z) }}
    end
{%- endmacro %}

{% macro exact_branches(x, z, side, below) -%}
    {%- for count in range(below) %}
        when {{ x }} = {{ count }} then {{ exact_limit(count, z, side) }}
    {%- endfor %}
{%- endmacro %}

{#-
  One exact limit, solved by Newton's method while rendering: P(X >= x) = p for the lower,
  P(X <= x) = p for the upper. Both start at their inflection, from where Newton's steps
  stay on one side of the root; 60 steps settle every limit for z between 0.7 and 6.
-#}
{% macro exact_limit(x, z, side) -%}
    {%- if not 0.7 <= z | float <= 6 -%}
        {{ exceptions.raise_compiler_error('an exact limit needs a number z, 0.7 to 6, not ' ~ z) }}
    {%- endif -%}
    {%- set p = tail_beyond(z) | float -%}
    {%- set start = x if side == 'upper' else [x - 1, 0] | max -%}
    {%- set at = namespace(value=start * 1.0, step=1.0 if x > 0 or side == 'upper' else 0.0) -%}
    {%- for step in range(60) if at.step * at.step > at.value * at.value * 1e-32 -%}
        {%- set term = namespace(value=2.718281828459045 ** (-at.value), sum=0.0) -%}
        {%- for k in range(1, x + (1 if side == 'upper' else 0)) -%}
            {%- set term.sum = term.sum + term.value -%}
            {%- set term.value = term.value * at.value / k -%}
        {%- endfor -%}
        {%- set slope = term.value -%}
        {%- if side == 'upper' -%}
            {%- set at.step = (term.sum + slope - p) / slope -%}
        {%- else -%}
            {%- set term.sum = 0.0 -%}
            {%- for k in range(x, x + 80) if term.value > term.sum * 1e-17 -%}
                {%- set term.value = term.value * at.value / k -%}
                {%- set term.sum = term.sum + term.value -%}
            {%- endfor -%}
            {%- set at.step = (p - term.sum) / slope -%}
        {%- endif -%}
        {%- set at.value = at.value + at.step -%}
    {%- endfor -%}
    cast({{ at.value }} as double)
{%- endmacro %}

{#-
  Quantile of the gamma distribution with shape a >= 30 at the normal quantile z:
  a (h0(u) + h1(u)/a + ... + h5(u)/a^5), u = z/sqrt(a), each h a power series. With w the
  quantile over a and G(a) = gamma(a) e^a a^(1/2 - a) / sqrt(2 pi), the equality of tails
  means ln w' - ln w - ln G(a) = a (w - 1 - ln w - u²/2), and comparing powers of a and u
  gives the coefficients as fractions (idea: Temme 1992, SIAM J. Math. Anal. 23:1 and
  Cornish and Fisher 1937; tests/statistics/test_area_gamma_series.py
  derives them again).
-#}
{% macro gamma_quantile(a, z) -%}
    {%- set u = '(cast(' ~ z ~ ' as double) / sqrt(' ~ a ~ '))' -%}
    {%- set outer = namespace(text='0.0') -%}
    {%- for series in gamma_coefficients().split(';') | reverse -%}
        {%- set inner = namespace(text='0.0') -%}
        {%- for coefficient in series.split(',') | reverse -%}
            {%- set inner.text = '(' ~ inner.text ~ ' * ' ~ u ~ ' + ' ~ coefficient | trim ~ ')' -%}
        {%- endfor -%}
        {%- set outer.text = '(' ~ outer.text ~ ' / ' ~ a ~ ' + ' ~ inner.text ~ ')' -%}
    {%- endfor -%}
    ({{ a }} * {{ outer.text }})
{%- endmacro %}

{#- h0; h1; ...; h5, each from its constant term upwards. -#}
{% macro gamma_coefficients() -%}
    1.0, 1.0, 0.3333333333333333, 0.027777777777777776, -0.003703703703703704,
    0.0002314814814814815, 5.878894767783657e-05, -2.553644914756026e-05,
    4.899078973153047e-06, -2.428276122977769e-07, -1.85406221071516e-07,
    7.542464855411896e-08, -1.47216272806884e-08, 5.159887341078076e-10,
    7.32986413160022e-10, -2.921357345635569e-10, 5.717312238897994e-11;
    -0.3333333333333333, -0.19444444444444445, -0.008641975308641974, 0.006584362139917695,
    -0.0011904761904761906, -2.9619014958521132e-05, 8.37198162301043e-05,
    -2.5886869379667732e-05, 3.1606390583680632e-06, 7.141944463516492e-07,
    -4.862830116312092e-07, 1.2597739160689628e-07, -1.0727261975015052e-08,
    -5.3823156694394545e-09, 2.8318979540274848e-09;
    0.019753086419753086, -0.011136831275720165, -0.004521849892220263,
    0.0019699536764865985, -0.0001726108824874257, -0.00012957468509809046,
    6.401354139884852e-05, -1.2067700029214249e-05, -1.2910952342610796e-06,
    1.6169950999454123e-06, -5.215193450492114e-07, 6.134899589490101e-08,
    2.2228338885458432e-08;
    0.007211444248481286, 0.0019713145317569185, -0.0019049977863420935,
    0.0003315300488940178, 0.00015464459476106582, -0.00010892212692274078,
    2.584903934438905e-05, 2.3373997567293168e-06, -4.03057610274527e-06,
    1.4596007989857974e-06, -1.805735457340096e-07;
    0.0006526298981717363, 0.0017720095753556973, -0.0003422181639308517,
    -0.00021062606246895457, 0.00015965487056649542, -3.8088777470510184e-05,
    -7.441658238208083e-06, 9.103421322062891e-06, -3.187050776764147e-06;
    -0.0012385769635511374, 0.00018480123844331257, 0.00033242239699043496,
    -0.00021660803036033374, 3.5204146127751125e-05, 2.588026549396464e-05,
    -1.9675371733794243e-05
{%- endmacro %}
