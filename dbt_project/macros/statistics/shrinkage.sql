{#-
  Empirical Bayes: values of small areas drawn towards the mean of all areas.
  Belongs here: the normal-normal model with known standard errors. Does not: verdicts and
  gaps, which are never made from shrunken values.

  Give it all 290 municipalities: with 15 small areas the between-variance is estimated as 0
  in more than half of the cases.
-#}

{#-
  One row per partition: the keys, n_in_prior, prior_mean, between_variance. Model:
  value ~ N(theta, se²), theta ~ N(prior_mean, between_variance). Between-variance by
  DerSimonian and Laird (1986, Control Clin Trials 7:177), with w = 1/se²:
  max(0, (Q - (k - 1)) / (sum w - sum w² / sum w)); null for one area. The prior mean has
  weights 1/(se² + between_variance). Rows without value or with se <= 0 take no part.

  partition: list of columns, none of them null, within which areas are alike.
-#}
{% macro empirical_bayes_prior(relation, value, se, partition) -%}
    {%- set keys = partition | join(', ') -%}
    with eb_area as (
        select
            {{ keys }},
            cast({{ value }} as double) as y,
            cast({{ se }} as double) * {{ se }} as s2
        from {{ relation }} as areas
        where {{ value }} is not null and {{ se }} > 0
    ),
    eb_fixed as (
        {{ exact_totals(
            'eb_area', partition,
            {'n': '1', 'w': '1 / s2', 'wy': 'y / s2', 'w2': '1 / (s2 * s2)'}
        ) }}
    ),
    eb_spread as (
        {{ exact_totals(
            '(select a.*, f.wy / f.w as mean from eb_area as a inner join eb_fixed as f using ('
            ~ keys ~ '))',
            partition, {'q': '(y - mean) * (y - mean) / s2'}
        ) }}
    ),
    eb_between as (
        select
            {{ keys }},
            cast(n as bigint) as n_in_prior,
            case
                when n > 1
                    then greatest((q - (n - 1)) / (w - w2 / w), cast(0 as double))
            end as between_variance
        from eb_fixed
        inner join eb_spread using ({{ keys }})
    ),
    eb_mean as (
        {{ exact_totals(
            '(select * from eb_area inner join eb_between using (' ~ keys ~ '))', partition,
            {'w': '1 / (s2 + between_variance)', 'wy': 'y / (s2 + between_variance)'}
        ) }}
    )
    select
        {{ keys }},
        n_in_prior,
        case when n_in_prior > 1 then wy / w end as prior_mean,
        between_variance
    from eb_between
    inner join eb_mean using ({{ keys }})
{%- endmacro %}

{#- mean + B (value - mean), B = between / (between + se²). Null without a standard error. -#}
{% macro shrunken_value(value, se, prior_mean, between_variance) -%}
    case
        when {{ se }} > 0
            then {{ prior_mean }} + ({{ value }} - {{ prior_mean }})
                * {{ between_variance }} / ({{ between_variance }} + {{ se }} * {{ se }})
    end
{%- endmacro %}

{#- Takes the prior as known: somewhat too small where few areas make it. -#}
{% macro shrunken_se(se, between_variance) -%}
    case
        when {{ se }} > 0
            then {{ se }} * sqrt(
                {{ between_variance }} / ({{ between_variance }} + {{ se }} * {{ se }})
            )
    end
{%- endmacro %}
