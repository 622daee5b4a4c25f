{#-
  Every area, and the county where all took part, over all, each breakdown and each two of
  them: sums per stratum.
-#}
{%- set by = [] -%}
{%- for name in survey_breakdowns() -%}
    {%- do by.append(name ~ '_no') -%}
{%- endfor -%}
with

cell as {{ once() }} (
    select * from {{ ref('int_survey_cell') }}
),

by_area as {{ once() }} (
    {{ survey_margins('cell', by, ['survey_no', 'item_no', 'area_no'], 2) }}
)

select
    {{ survey_domain_no() }} as domain_no,
    stratum_id,
    cluster_id,
    group_id,
    n,
    n_yes,
    w,
    wy,
    ww,
    wwy,
    d,
    dy
from by_area
union all
select
    {{ survey_domain_no() }} as domain_no,
    stratum_id,
    cluster_id,
    group_id,
    cast(sum(n) as {{ dbt.type_bigint() }}) as n,
    cast(sum(n_yes) as {{ dbt.type_bigint() }}) as n_yes,
    sum(w) as w,
    sum(wy) as wy,
    sum(ww) as ww,
    sum(wwy) as wwy,
    sum(d) as d,
    sum(dy) as dy
from (
    select by_area.* replace (0 as area_no)
    from by_area
    inner join {{ ref('int_survey') }} as survey
        on by_area.survey_no = survey.survey_no and survey.is_of_region
) as of_county
group by domain_no, stratum_id, cluster_id, group_id
