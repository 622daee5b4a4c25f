{#-
  Verdicts: is an area's value distinguishable from a benchmark, and on which side?
  Belongs here: the comparison's arithmetic and its words. Does not: which benchmark, at
  which levels (the marts), nor corrections for many comparisons (multiplicity.sql).

  The words: better, worse (polarity 1 or -1), higher, lower (polarity 0), similar; null
  where something is missing. "similar" means "not distinguishable", never "equal".
-#}

{#- A side in words: sign > 0 when the area's value is significantly above the benchmark. -#}
{% macro verdict_word(is_above, is_below, polarity) -%}
    case
        when {{ is_above }} and {{ polarity }} = 1 then 'better'
        when {{ is_above }} and {{ polarity }} = -1 then 'worse'
        when {{ is_above }} and {{ polarity }} = 0 then 'higher'
        when {{ is_below }} and {{ polarity }} = 1 then 'worse'
        when {{ is_below }} and {{ polarity }} = -1 then 'better'
        when {{ is_below }} and {{ polarity }} = 0 then 'lower'
        when not {{ is_above }} and not {{ is_below }} and {{ polarity }} in (-1, 0, 1)
            then 'similar'
    end
{%- endmacro %}

{#- Benchmark without error: similar when it lies inside the area's interval, limits included. -#}
{% macro verdict_by_interval(value, lower, upper, benchmark, polarity) -%}
    case
        when {{ value }} is not null and {{ lower }} <= {{ upper }}
            and {{ benchmark }} is not null
            then {{ verdict_word(
                '(' ~ lower ~ ' > ' ~ benchmark ~ ')',
                '(' ~ upper ~ ' < ' ~ benchmark ~ ')', polarity
            ) }}
    end
{%- endmacro %}

{#-
  Benchmark with its own error: z-test of the difference. A statistic of exactly z is similar.
  z is that of the level asked for, two-sided.
-#}
{% macro verdict_by_statistic(statistic, polarity, z) -%}
    {{ verdict_word(
        '(' ~ statistic ~ ' > ' ~ z ~ ')', '(' ~ statistic ~ ' < -' ~ z ~ ')', polarity
    ) }}
{%- endmacro %}

{#-
  Covariance of an area with a benchmark that contains it: the benchmark is the mean weighted
  by n, so the area enters it with weight n_area / n_benchmark, and the rest is independent.
  Null where the area cannot be a part (n_area larger than n_benchmark).
-#}
{% macro covariance_with_whole(se_area, n_area, n_benchmark) -%}
    case
        when {{ n_area }} >= 0 and {{ n_area }} <= {{ n_benchmark }} and {{ n_benchmark }} > 0
            then cast({{ n_area }} as double) / {{ n_benchmark }} * {{ se_area }} * {{ se_area }}
    end
{%- endmacro %}

{#- Standard error of area minus benchmark; 0 for the covariance of independent values. -#}
{% macro difference_se(se_area, se_benchmark, covariance) -%}
    case
        when {{ se_area }} >= 0 and {{ se_benchmark }} >= 0 and {{ covariance }} is not null
            then sqrt(greatest(
                {{ se_area }} * {{ se_area }} + {{ se_benchmark }} * {{ se_benchmark }}
                - 2.0 * {{ covariance }},
                cast(0 as double)
            ))
    end
{%- endmacro %}

{#- Null without an error: a difference known without error is no test. -#}
{% macro difference_statistic(difference, se_difference) -%}
    case when {{ se_difference }} > 0 then {{ difference }} / {{ se_difference }} end
{%- endmacro %}

{#-
  Comparison modes of Fingertips, to reproduce its verdicts; no mart uses them.
  Overlap: similar when the two 95 % intervals touch. It misses real differences: of two
  intervals that just touch, the difference is 1.4 times its own z away from 0.
-#}
{% macro compare_by_overlap(lower, upper, benchmark_lower, benchmark_upper, polarity) -%}
    case
        when {{ lower }} <= {{ upper }} and {{ benchmark_lower }} <= {{ benchmark_upper }} then
            {{ verdict_word(
                '(' ~ lower ~ ' > ' ~ benchmark_upper ~ ')',
                '(' ~ upper ~ ' < ' ~ benchmark_lower ~ ')', polarity
            ) }}
    end
{%- endmacro %}

{#- Control limits around a benchmark share: benchmark and value in `unit` (100 for percent). -#}
{% macro compare_spc_proportion(value, n, benchmark, unit, polarity, z) -%}
    {%- set expected = '(' ~ benchmark ~ ' * ' ~ n ~ ' / ' ~ unit ~ ')' -%}
    case
        when {{ n }} > 0 and {{ benchmark }} between 0 and {{ unit }} then
            {{ verdict_word(
                '(' ~ value ~ ' > ' ~ unit ~ ' * ' ~ wilson_upper(expected, n, z) ~ ')',
                '(' ~ value ~ ' < ' ~ unit ~ ' * ' ~ wilson_lower(expected, n, z) ~ ')', polarity
            ) }}
    end
{%- endmacro %}

{#-
  Control limits around the count that the benchmark's rate leads one to expect (Byar, as
  expectations are not whole): value and benchmark per `unit` persons. A lower limit that
  does not exist is 0.
-#}
{% macro compare_spc_rate_poisson(value, n, benchmark, unit, polarity, z) -%}
    {%- set expected = '(' ~ benchmark ~ ' * ' ~ n ~ ' / ' ~ unit ~ ')' -%}
    {%- set observed = '(' ~ value ~ ' * ' ~ n ~ ' / ' ~ unit ~ ')' -%}
    case
        when {{ n }} > 0 and {{ benchmark }} > 0 then
            {{ verdict_word(
                '(' ~ observed ~ ' > ' ~ byar_upper(expected, z) ~ ')',
                '(' ~ observed ~ ' < coalesce(' ~ byar_lower(expected, z) ~ ', 0))', polarity
            ) }}
    end
{%- endmacro %}
