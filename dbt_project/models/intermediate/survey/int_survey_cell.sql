{#-
  The first aggregate, and the only model that reads answers: sums over persons per survey,
  item, area, categories and stratum. Codes are counted first and understood after, so that
  60 million answers meet no join.

  Never a table: half of these cells are one person with all of their categories.
-#}
{{ config(materialized='ephemeral') }}
with

hlv as {{ once() }} (
    {{ survey_packed(ref('int_hlv_person')) }}
),

lupp as {{ once() }} (
    {{ survey_packed(ref('int_lupp_person')) }}
),

elsa as {{ once() }} (
    {{ survey_packed(ref('int_elsa_person')) }}
),

counted as (
    {{ survey_counts('hlv', ref('int_hlv_person')) }}
    union all
    {{ survey_counts('lupp', ref('int_lupp_person')) }}
    union all
    {{ survey_counts('elsa', ref('int_elsa_person')) }}
),

meanings as {{ once() }} (
    select
        stratum.stratum_id,
        stratum.survey_no,
        item.item_id,
        item.item_no,
        option.code,
        option.is_yes
    from {{ ref('int_survey_stratum') }} as stratum
    inner join {{ ref('int_survey') }} as survey on stratum.survey_no = survey.survey_no
    inner join {{ ref('int_survey_option') }} as option
        on survey.source = option.source and survey.round = option.round
    inner join {{ ref('int_survey_item') }} as item on option.item_no = item.item_no
),

understood as (
    select
        counted.person_no,
        meanings.stratum_id,
        meanings.survey_no,
        meanings.item_no,
        cast(sum(counted.n) as {{ dbt.type_bigint() }}) as n,
        cast(sum(counted.n * meanings.is_yes) as {{ dbt.type_bigint() }}) as n_yes,
        sum(counted.w) as w,
        sum(counted.w * meanings.is_yes) as wy,
        sum(counted.ww) as ww,
        sum(counted.ww * meanings.is_yes) as wwy
    from counted
    inner join meanings
        on {{ whole_quotient('counted.person_no', survey_place('item')) }} = meanings.stratum_id
        and counted.item_id = meanings.item_id and counted.code = meanings.code
    group by counted.person_no, meanings.stratum_id, meanings.survey_no, meanings.item_no
)

select
    survey_no,
    stratum_id,
    {{ survey_part_no('area', 'person_no') }} as area_no,
    {%- for name in survey_breakdowns() %}
    nullif({{ survey_part_no(name, 'person_no') }}, 0) as {{ name }}_no,
    {%- endfor %}
    item_no,
    cast(0 as {{ dbt.type_int() }}) as cluster_id,
    cast(0 as {{ dbt.type_int() }}) as group_id,
    n,
    n_yes,
    w,
    wy,
    ww,
    wwy,
    cast(null as double) as d,
    cast(null as double) as dy
from understood
