{#-
  Weighted shares, their variances and covariances by Taylor linearisation.
  Belongs here: estimates per domain, linearised sums, variances, differences of domains. Does
  not: cells (survey_cells.sql) and intervals (survey_interval.sql).

  A share p = sum wy / sum w of a domain has the linearised value z = (y - p) / sum w inside
  the domain and 0 outside it; its variance is that of the total of w z over the whole sample
  (Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, ch. 5). With
  calibrated weights z is first replaced by its residual from the regression on the margins,
  weighted by the design weights (Deville and Särndal 1992, JASA 87:376): the fitted value
  of a group is sum over groups of projection * sum d z.
-#}

{#-
  One row per key: n, n_yes, w, estimate, n_eff (Kish: (sum w)² / sum w²), n_units, n_strata,
  df (primary units less strata, both in the domain).
-#}
{% macro survey_domains(cells, keys, clustered) -%}
    select
        *,
        wy / nullif(w, 0) as estimate,
        w * w / nullif(ww, 0) as n_eff,
        n_units - n_strata as df
    from (
        select
            {{ keys | join(', ') }},
            cast(sum(n) as bigint) as n,
            cast(sum(n_yes) as bigint) as n_yes,
            sum(w) as w,
            sum(wy) as wy,
            sum(ww) as ww,
            cast({{ 'count(distinct cluster_id)' if clustered else 'sum(n)' }} as bigint)
                as n_units,
            cast(count(distinct stratum_id) as bigint) as n_strata
        from {{ cells }} as of_domain
        group by {{ keys | join(', ') }}
    ) as totals
{%- endmacro %}

{#-
  Per key, stratum, cluster and group: s1 = sum w z and s2 = sum (w z)², z the residual where
  calibrated; and what covariances need: line = sum w² z before the regression, fit, sample_ww.
  sample, projection (group_id, from_group_id, value): relations; none: weights as fixed.
-#}
{% macro survey_parts(cells, domains, keys, sample=none, projection=none) -%}
    {%- set of = survey_on('c', 'e', keys) -%}
    {%- set s1 = '(c.wy - e.estimate * c.w) / e.w' -%}
    {%- set line = '(c.wwy - e.estimate * c.ww) / e.w' -%}
    {%- set s2 -%}
        ((1e0 - 2e0 * e.estimate) * c.wwy + e.estimate * e.estimate * c.ww) / (e.w * e.w)
    {%- endset -%}
    {%- if not sample %}
    select {{ survey_columns('c', keys) }}, c.stratum_id, c.cluster_id, c.group_id,
        {{ s1 }} as s1, {{ s2 }} as s2, {{ line }} as line, 0e0 as fit, 0e0 as sample_ww
    from {{ cells }} as c
    inner join {{ domains }} as e on {{ of }}
    {%- else %}
    select {{ survey_columns('e', keys) }}, a.stratum_id, a.cluster_id, a.group_id,
        coalesce({{ s1 }}, 0) - b.fit * a.sample_w as s1,
        coalesce({{ s2 }}, 0) - 2e0 * b.fit * coalesce({{ line }}, 0)
            + b.fit * b.fit * a.sample_ww as s2,
        coalesce({{ line }}, 0) as line, b.fit, a.sample_ww
    from {{ domains }} as e
    cross join {{ sample }} as a
    inner join (
        {{ survey_fit(cells, domains, keys, projection) }}
    ) as b on {{ survey_on('b', 'e', keys) }} and a.group_id = b.group_id
    left join {{ cells }} as c on {{ of }} and a.stratum_id = c.stratum_id
        and a.cluster_id = c.cluster_id and a.group_id = c.group_id
    {%- endif %}
{%- endmacro %}

{#- Per key and group of calibration: the fitted value of z. -#}
{% macro survey_fit(cells, domains, keys, projection) -%}
    select {{ survey_columns('z', keys) }}, p.group_id, {{ exact_sum('p.value * z.total') }} as fit
    from (
        select {{ survey_columns('c', keys) }}, c.group_id,
            {{ exact_sum('(c.dy - e.estimate * c.d) / e.w') }} as total
        from {{ cells }} as c
        inner join {{ domains }} as e on {{ survey_on('c', 'e', keys) }}
        group by {{ survey_columns('c', keys) }}, c.group_id
    ) as z
    inner join {{ projection }} as p on z.group_id = p.from_group_id
    group by {{ survey_columns('z', keys) }}, p.group_id
{%- endmacro %}

{#-
  Parts of differences of two domains, to be given to survey_variance under the pair's keys.
  pairs: pair_id, the first domain's keys as a_<key>, the second's as b_<key>, those of the
  domain of their common rows as c_<key> (null where there are none). The covariance is in
  s1, and, where persons are units, in the rows with s1 = 0.
-#}
{% macro survey_pair_parts(pairs, parts, cells, domains, keys) -%}
    {%- for side, sign in [('a', ''), ('b', '-')] %}
    select q.pair_id, m.stratum_id, m.cluster_id, {{ sign }}m.s1 as s1, m.s2
    from {{ pairs }} as q
    inner join {{ parts }} as m on {{ survey_on('m', 'q', keys, side) }}
    union all
    {%- endfor %}
    select q.pair_id, a.stratum_id, a.cluster_id, 0e0 as s1,
        2e0 * (a.fit * b.line + b.fit * a.line - a.fit * b.fit * a.sample_ww) as s2
    from {{ pairs }} as q
    inner join {{ parts }} as a on {{ survey_on('a', 'q', keys, 'a') }}
    inner join {{ parts }} as b on {{ survey_on('b', 'q', keys, 'b') }}
        and a.stratum_id = b.stratum_id and a.cluster_id = b.cluster_id
        and a.group_id = b.group_id
    union all
    select q.pair_id, c.stratum_id, c.cluster_id, 0e0 as s1,
        -2e0 * ((1e0 - a.estimate - b.estimate) * c.wwy + a.estimate * b.estimate * c.ww)
            / (a.w * b.w) as s2
    from {{ pairs }} as q
    inner join {{ cells }} as c on {{ survey_on('c', 'q', keys, 'c') }}
    inner join {{ domains }} as a on {{ survey_on('a', 'q', keys, 'a') }}
    inner join {{ domains }} as b on {{ survey_on('b', 'q', keys, 'b') }}
{%- endmacro %}

{#-
  Per key: variance; null where a unit stands alone in its stratum or cluster and others of
  the population were not drawn. v = sum over strata of (1 - f) n/(n-1) sum (t - mean t)²,
  t the totals of units (0 for those outside the domain); with two stages f1 times the
  same within clusters is added (Särndal et al., ch. 4.3). clusters: none for one stage.
  variance_of_conditions: with f = 0 throughout, for statements about the conditions that made
  this population and not about its members alone (differences, trends, verdicts).
-#}
{% macro survey_variance(parts, keys, strata, clustered, clusters=none) -%}
    {%- set by = keys | join(', ') -%}
    {%- set units -%}
        select {{ by }}, stratum_id, cluster_id,
            {{ exact_sum('s1') }} as s1, {{ exact_sum('s2') }} as s2
        from {{ parts }} as unit_parts
        group by {{ by }}, stratum_id, cluster_id
    {%- endset -%}
    select
        {{ by }},
        case
            when sum(case when factor is null or n_alone > 0 then 1 else 0 end) = 0
                then greatest({{ exact_sum(
                    'coalesce(factor, 0) * (s2 - s1 * s1 / n_units) + fraction * within') }}, 0e0)
        end as variance,
        case
            when min(n_units) > 1 then greatest({{ exact_sum(
                'n_units / nullif(n_units - 1e0, 0) * (s2 - s1 * s1 / n_units)') }}, 0e0)
        end as variance_of_conditions
    from (
        select
            t.*,
            h.n_units,
            coalesce(h.n_units / h.population, 0e0) as fraction,
            {{ survey_factor('h.n_units', 'h.population') }} as factor
        from (
            select {{ by }}, stratum_id, {{ exact_sum('s1') }} as s1,
                {{ exact_sum('s1 * s1' if clustered else 's2') }} as s2,
                {{ exact_sum('within') }} as within,
                sum(is_alone) as n_alone
            from (
                {%- if clusters %}
                {%- set factor = survey_factor('k.n_rows', 'k.population') %}
                select u.*,
                    coalesce({{ factor }}, 0e0) * (u.s2 - u.s1 * u.s1 / k.n_rows) as within,
                    case when {{ factor }} is null then 1 else 0 end as is_alone
                from ({{ units }}) as u
                inner join {{ clusters }} as k on u.cluster_id = k.cluster_id
                {%- else %}
                select *, 0e0 as within, 0 as is_alone from ({{ units }}) as one_stage
                {%- endif %}
            ) as summed_units
            group by {{ by }}, stratum_id
        ) as t
        inner join {{ strata }} as h on t.stratum_id = h.stratum_id
    ) as factored
    group by {{ by }}
{%- endmacro %}

{#-
  Per area domain: covariance with the domain that contains it, f = 0, one stage, persons as
  units. pairs: domain_no and whole_no. Only the area's own strata contribute, so this reads
  each part once, where survey_pair_parts would read the whole's for every area.
-#}
{% macro survey_covariance_with_whole(pairs, parts, cells, domains, strata) -%}
    select
        q.domain_no,
        {{ exact_sum('h.n_units / nullif(h.n_units - 1e0, 0) * ('
            ~ '((1e0 - a.estimate - b.estimate) * c.wwy + a.estimate * b.estimate * c.ww)'
            ~ ' / (a.w * b.w) - m.s1 * o.s1 / h.n_units)') }} as covariance
    from {{ pairs }} as q
    inner join {{ domains }} as a on q.domain_no = a.domain_no
    inner join {{ domains }} as b on q.whole_no = b.domain_no
    inner join {{ parts }} as m on q.domain_no = m.domain_no
    inner join {{ parts }} as o on q.whole_no = o.domain_no and m.stratum_id = o.stratum_id
    inner join {{ cells }} as c on q.domain_no = c.domain_no and m.stratum_id = c.stratum_id
    inner join {{ strata }} as h on m.stratum_id = h.stratum_id
    group by q.domain_no
{%- endmacro %}

{#- (1 - f) n/(n-1): 0 when all were drawn, null when one of several was. -#}
{% macro survey_factor(n, population) -%}
    case
        when {{ n }} >= {{ population }} then 0e0
        when {{ n }} > 1
            then (1e0 - coalesce({{ n }} / {{ population }}, 0e0)) * {{ n }} / ({{ n }} - 1e0)
    end
{%- endmacro %}

{#- Equality of keys; the second side's may begin with a prefix. -#}
{% macro survey_on(left, right, keys, prefix='') -%}
    {%- for key in keys -%}
        {{ left }}.{{ key }} = {{ right }}.{{ prefix ~ '_' if prefix }}{{ key }}
        {{- ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro survey_columns(relation, keys) -%}
    {%- for key in keys -%} {{ relation }}.{{ key }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro %}
