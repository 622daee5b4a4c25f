{#-
  Why a difference of two survey shares is not tested, in words for readers.
  Belongs here: the rules of size. Does not: which shares are compared.

  The sum of answers is taken as normal, as is usual from 30 answers and 5 on each side of
  the answer on; docs/statistics_surveys.md says how well that holds.

  share: n, n_yes, se_of_conditions; pair: benchmark, benchmark_n, _n_yes and _se.
-#}
{% macro survey_untestable(share, pair) -%}
    case
        when {{ share }}.n < 30 then 'fewer than 30 answers'
        when {{ share }}.n_yes < 5 or {{ share }}.n - {{ share }}.n_yes < 5
            then 'fewer than 5 answers within or without the answer'
        when {{ pair }}.benchmark_n < 30 then 'benchmark: fewer than 30 answers'
        when {{ pair }}.benchmark_n_yes < 5
            or {{ pair }}.benchmark_n - {{ pair }}.benchmark_n_yes < 5
            then 'benchmark: fewer than 5 answers within or without the answer'
        when {{ pair }}.benchmark = 'county' and {{ pair }}.benchmark_n - {{ share }}.n < 30
            then 'the benchmark has fewer than 30 other answers'
        when {{ share }}.se_of_conditions is null or {{ pair }}.benchmark_se is null
            then 'no standard error: one answer alone in a stratum'
    end
{%- endmacro %}
