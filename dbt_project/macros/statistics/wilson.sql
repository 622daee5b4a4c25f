{#-
  Wilson's score interval of a proportion (Wilson 1927, JASA 22:209).
  Belongs here: limits of x out of n, as shares between 0 and 1, and the n behind them. Does not:
  surveys' weighted shares. x need not be whole. Null where n is not positive or x lies outside 0..n.
-#}

{#-
  As many answers of an endless population as have the same error as n of a finite one: the
  variance p(1-p)/n (N-n)/(N-1) is p(1-p)/n* with n* = n (N-1)/(N-n) (Cochran 1977, Sampling
  Techniques, 3.2). n itself where the population is not known; null where all of it answered.
-#}
{% macro endless_n(n, population) -%}
    case
        when {{ population }} is null then cast({{ n }} as double)
        when {{ n }} < {{ population }}
            then cast({{ n }} as double) * ({{ population }} - 1) / ({{ population }} - {{ n }})
    end
{%- endmacro %}

{#- Written out at x = 0, where rounding leaves 1e-17 instead of 0. -#}
{% macro wilson_lower(x, n, z) -%}
    case
        when {{ x }} = 0 and {{ n }} > 0 then cast(0 as double)
        when {{ x }} > 0 and {{ x }} <= {{ n }} then {{ wilson_root(x, n, z, '-') }}
    end
{%- endmacro %}

{#- Written out at x = n for the same reason. -#}
{% macro wilson_upper(x, n, z) -%}
    case
        when {{ x }} = {{ n }} and {{ n }} > 0 then cast(1 as double)
        when {{ x }} >= 0 and {{ x }} < {{ n }} then {{ wilson_root(x, n, z, '+') }}
    end
{%- endmacro %}

{#- All in doubles: literals with a point are decimals on some engines, and overflow. -#}
{% macro wilson_root(x, n, z, sign) -%}
    {%- set x = 'cast(' ~ x ~ ' as double)' -%}
    {%- set z = 'cast(' ~ z ~ ' as double)' -%}
    (
        2 * {{ x }} + {{ z }} * {{ z }}
        {{ sign }} {{ z }} * sqrt({{ z }} * {{ z }} + 4 * {{ x }} * (1 - {{ x }} / {{ n }}))
    ) / (2 * ({{ n }} + {{ z }} * {{ z }}))
{%- endmacro %}

{#-
  The n behind two limits of Wilson's, as shares: solving both for x and n gives
  1 + z²/n = 1/B with B = (sqrt(lower upper) + sqrt((1 - lower)(1 - upper)))². Whole but for
  rounding of doubles (1e-4 at a million); null unless 0 <= lower < upper <= 1.
-#}
{% macro wilson_n(lower, upper, z) -%}
    {%- set below = 'sqrt(' ~ lower ~ ' * ' ~ upper ~ ')' -%}
    {%- set above = 'sqrt((1 - ' ~ lower ~ ') * (1 - ' ~ upper ~ '))' -%}
    {%- set b = 'power(' ~ below ~ ' + ' ~ above ~ ', 2)' -%}
    case
        when {{ lower }} >= 0 and {{ lower }} < {{ upper }} and {{ upper }} <= 1
            then {{ z }} * {{ z }} * {{ b }} / (1 - {{ b }})
    end
{%- endmacro %}
