{{ config(materialized='view') }}

with

counts as (
    {%- for note in ['total_outside', 'outlier'] %}
    select
        indicator_id,
        '{{ note }}' as note,
        count(*) as n_values
    from {{ ref('int_value_note') }}
    where is_{{ note }}
    group by indicator_id
    union all
    {%- endfor %}
    {%- for note in ['whole_among_decimals', 'coverage_drop', 'preliminary'] %}
    select
        indicator_id,
        '{{ note }}' as note,
        sum(n_values) as n_values
    from {{ ref('int_indicator_year') }}
    where is_{{ note }}
    group by indicator_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

totals as (
    select
        indicator_id,
        sum(n_values) as n_values
    from {{ ref('int_indicator_year') }}
    group by indicator_id
)

select
    counts.indicator_id,
    counts.note,
    counts.n_values,
    cast(counts.n_values as double) / totals.n_values as share
from counts
inner join totals on counts.indicator_id = totals.indicator_id
