{#-
  The arithmetic of a gap between a value and what it is compared with, in one place.
  Belongs here: difference, ratio, size, direction and the mean of peers, as expressions.
  Does not: which areas are compared (int_similar_area) and why a gap is absent (the marts).

  Differences and means are rounded to 9 decimals: 80.3 - 80.1 in doubles is
  0.20000000000000284, and equal values must give "equal". Kolada's values have 8 or fewer.
-#}

{% macro gap_difference(value, benchmark) -%}
    round({{ value }} - {{ benchmark }}, 9)
{%- endmacro %}

{#- Null where a quotient says nothing: benchmark zero or negative, or a negative value. -#}
{% macro gap_ratio(value, benchmark) -%}
    case
        when {{ benchmark }} > 0 and {{ value }} >= 0
            then cast({{ value }} as double) / {{ benchmark }}
    end
{%- endmacro %}

{#- Positive: worse off. Null for polarity 0. Zero is written out, since -1 * 0.0 is -0.0. -#}
{% macro gap_size(difference, polarity) -%}
    case
        when {{ polarity }} = 0 then null
        when {{ difference }} = 0 then 0
        else -1 * {{ polarity }} * {{ difference }}
    end
{%- endmacro %}

{#- The labels are arguments: equity.area_gap and equity.gender_gap word the sides differently. -#}
{% macro gap_direction(
    difference, polarity, better='better', worse='worse', higher='higher', lower='lower'
) -%}
    case
        when {{ difference }} = 0 then 'equal'
        when {{ polarity }} = 0 and {{ difference }} > 0 then '{{ higher }}'
        when {{ polarity }} = 0 and {{ difference }} < 0 then '{{ lower }}'
        when {{ polarity }} * {{ difference }} > 0 then '{{ better }}'
        when {{ polarity }} * {{ difference }} < 0 then '{{ worse }}'
    end
{%- endmacro %}

{#-
  Unweighted mean, the same to the last bit in every run. Doubles added by several threads
  differ in the last bit with the order, and that would look like a changed value in the
  next release's data diff; decimals do not. The mean takes numbers made exact beforehand:
  cast inside it, each value would be cast once for every area it is compared with.
-#}
{% macro exact_number(value) -%}
    cast({{ value }} as decimal(38, 9))
{%- endmacro %}

{% macro exact_mean(exact_value) -%}
    round(cast(sum({{ exact_value }}) as double) / count({{ exact_value }}), 9)
{%- endmacro %}

{#- Why a gap, or its ratio, is absent although both values are there; null when it is not. -#}
{% macro gap_reason(value, benchmark, polarity, is_register) -%}
    case
        when {{ polarity }} = 0 and {{ is_register }} then 'neither high nor low is better'
        when {{ polarity }} = 0 then 'polarity not declared'
        when {{ benchmark }} <= 0 or {{ value }} < 0
            then 'a ratio needs a positive benchmark and no negative value'
    end
{%- endmacro %}

{#- Why nothing is computed for values like 0/1/2: the steps between codes are no amounts. -#}
{% macro no_distance_reason() -%}
    'coded values have no distance'
{%- endmacro %}

{% macro has_distance(value_kind) -%}
    coalesce({{ value_kind }} <> 'code', true)
{%- endmacro %}

{#- With fewer values of similar areas than this their mean says nothing. -#}
{% macro min_similar() -%}
    4
{%- endmacro %}
