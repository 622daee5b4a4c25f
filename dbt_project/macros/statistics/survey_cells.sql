{#-
  Survey answers into additive cells: what all estimates are made from.
  Belongs here: scaling weights, sums per cell, rolling cells up to margins, facts of the whole
  sample. Does not: variances (survey_variance.sql) and intervals (survey_interval.sql).

  A relation of rows holds, per person: stratum_id, cluster_id (0 where persons were drawn
  themselves), group_id (of calibration, 0 without), weight, design_weight (null without
  calibration), population (units in the stratum, or null), population_2 (persons in the
  cluster, or null), the answer and the columns to group by. Ids are whole numbers; a
  cluster_id is found in one stratum only.
-#}

{#-
  All columns of the rows, and w, ww, d: the weight, its square and the design weight, scaled
  to mean 1 and rounded to multiples of 2^-52 of the next power of 2 above the number of rows.
  Sums of such multiples are exact in any order, so that a result is the same in every run;
  each term is off by 1e-10 of its size at 1 million rows. Shares and their errors do not
  depend on the scale.
-#}
{% macro survey_rows(relation) -%}
    select
        *,
        {{ survey_rounded('raw_w', 'magic') }} as w,
        {{ survey_rounded('raw_w * raw_w', '16e0 * magic') }} as ww,
        {{ survey_rounded('raw_d', 'magic') }} as d
    from (
        select
            r.*,
            cast(r.weight as double) * t.n_rows / t.weight_total as raw_w,
            cast(r.design_weight as double) * t.n_rows / t.design_total as raw_d,
            {{ survey_magic('t.n_rows') }} as magic
        from {{ relation }} as r
        cross join (
            select
                cast(count(*) as double) as n_rows,
                cast(sum(cast(weight as decimal(38, 10))) as double) as weight_total,
                cast(sum(cast(design_weight as decimal(38, 10))) as double) as design_total
            from {{ relation }} as weighed
        ) as t
    ) as scaled
{%- endmacro %}

{#- A multiple of 2^-52 of `magic`, the power of 2 at or above the number of rows. -#}
{% macro survey_rounded(value, magic) -%}
    ({{ value }} + {{ magic }}) - {{ magic }}
{%- endmacro %}

{% macro survey_magic(n_rows) -%}
    power(2e0, ceil(ln({{ n_rows }}) / ln(2e0)))
{%- endmacro %}

{#-
  Per key, stratum, cluster and group: n (answers), n_yes, w, wy, ww, wwy, d, dy. rows: from
  survey_rows; answer: SQL expression, 1, 0 or null (no answer: outside every domain).
-#}
{% macro survey_cells(rows, keys, answer) -%}
    {%- set by = (keys + ['stratum_id', 'cluster_id', 'group_id']) | join(', ') -%}
    select
        {{ by }},
        cast(count(*) as bigint) as n,
        cast(sum(y) as bigint) as n_yes,
        sum(w) as w,
        sum(w * y) as wy,
        sum(ww) as ww,
        sum(ww * y) as wwy,
        sum(d) as d,
        sum(d * y) as dy
    from (select *, {{ answer }} as y from {{ rows }} as answered) as answers
    where y is not null
    group by {{ by }}
{%- endmacro %}

{#-
  Cells for all margins of some columns of whole numbers from 1 on: 0 stands for all, and a
  null label belongs to no domain of its column. keys: columns that are never rolled up, such
  as the item; most: the largest number of columns at a time.
-#}
{% macro survey_margins(cells, by, keys=[], most=none) -%}
    {%- set place = keys + ['stratum_id', 'cluster_id', 'group_id'] -%}
    {%- set kept = namespace(all=[[]]) -%}
    {%- for name in by -%}
        {%- for names in kept.all -%}
            {%- if most is none or names | length < most -%}
                {%- set kept.all = kept.all + [names + [name]] -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for names in kept.all %}
    select
        {%- for name in by %}
        cast({{ name if name in names else '0' }} as {{ dbt.type_bigint() }}) as {{ name }},
        {%- endfor %}
        {{ place | join(', ') }},
        {%- for name in ['n', 'n_yes'] %}
        cast(sum({{ name }}) as bigint) as {{ name }},
        {%- endfor %}
        {%- for name in ['w', 'wy', 'ww', 'wwy', 'd', 'dy'] %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ cells }} as finest
    {%- for name in names %}
    {{ 'where' if loop.first else 'and' }} {{ name }} is not null
    {%- endfor %}
    group by {{ (names + place) | join(', ') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Per stratum of the whole sample: n_units (persons, or clusters), population (or null). -#}
{% macro survey_strata(rows, clustered) -%}
    select
        stratum_id,
        cast(count({{ 'distinct cluster_id' if clustered else '*' }}) as double) as n_units,
        cast(max(population) as double) as population
    from {{ rows }} as sampled
    group by stratum_id
{%- endmacro %}

{#- Per cluster of the whole sample: n_rows and population (persons in the cluster). -#}
{% macro survey_clusters(rows) -%}
    select
        cluster_id,
        cast(count(*) as double) as n_rows,
        cast(max(population_2) as double) as population
    from {{ rows }} as sampled
    group by cluster_id
{%- endmacro %}

{#- Per stratum, cluster and group of the whole sample, answered or not: w and ww. -#}
{% macro survey_sample(rows) -%}
    select stratum_id, cluster_id, group_id, sum(w) as sample_w, sum(ww) as sample_ww
    from {{ rows }} as sampled
    group by stratum_id, cluster_id, group_id
{%- endmacro %}
