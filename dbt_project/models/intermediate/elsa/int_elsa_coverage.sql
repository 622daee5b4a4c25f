{#-
  Coverage per municipality and for the region (area 0), per grade and for all (0). Where the
  pupils of one part are not known, those of the whole are not.
-#}
with

{%- for name, columns in {
    'grade': ['n_talks', 'n_seen', 'n_pupils'],
    'delivery': ['delivery_no', 'n_delivered', 'n_without_consent'],
    'answered': ['part', 'n_possible', 'n_answers'],
}.items() %}

{{ name }}_margin as (
    {%- for area in ['area_no', '0'] %}
    {%- for grade in ['grade_no', '0'] %}
    select
        round,
        {{ area }} as area_no,
        {{ grade }} as grade_no,
        {{ columns | join(', ') }}
    from {{ ref('int_elsa_' ~ name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),
{%- endfor %}

counted as (
    select
        round,
        area_no,
        grade_no,
        sum(n_talks) as n_talks,
        sum(n_seen) as n_seen,
        case when count(*) = count(n_pupils) then sum(n_pupils) end as n_pupils
    from grade_margin
    group by round, area_no, grade_no
),

{#- A file counts once, however many grades and municipalities it holds. #}
delivered as (
    select
        round,
        area_no,
        grade_no,
        sum(n_delivered) as n_delivered,
        sum(n_without_consent) as n_without_consent
    from (select distinct * from delivery_margin) as files
    group by round, area_no, grade_no
),

answered as (
    select
        round,
        area_no,
        grade_no
        {%- for part in elsa_parts() %},
        sum(case when part = '{{ part }}' then n_possible end) as n_possible_{{ part }},
        sum(case when part = '{{ part }}' then n_answers end) as n_answers_{{ part }}
        {%- endfor %}
    from answered_margin
    group by round, area_no, grade_no
)

select
    counted.*,
    100 * cast(counted.n_seen as double) / nullif(counted.n_pupils, 0) as coverage_pct,
    100 * cast(counted.n_seen as double) / nullif(counted.n_pupils, 0)
        < {{ elsa_low_coverage_pct() }} as is_low_coverage,
    100 * (1 - cast(delivered.n_without_consent as double) / nullif(delivered.n_delivered, 0))
        as consent_pct
    {%- for part in elsa_parts() %},
    100 * (1 - cast(answered.n_answers_{{ part }} as double)
        / nullif(answered.n_possible_{{ part }}, 0)) as unanswered_{{ part }}_pct
    {%- endfor %}
from counted
left join delivered
    on counted.round = delivered.round and counted.area_no = delivered.area_no
    and counted.grade_no = delivered.grade_no
left join answered
    on counted.round = answered.round and counted.area_no = answered.area_no
    and counted.grade_no = answered.grade_no
