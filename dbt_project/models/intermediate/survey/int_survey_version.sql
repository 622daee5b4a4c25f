{#-
  One number of a survey as each of its senders gives it: persons' answers, a published table,
  Folkhälsodata, Kolada. Percent; intervals where the sender has one. Never blended. Where a
  sender has a number twice (a county stands in the county table and the municipal one, over
  different years), the one from most answers counts.
-#}
with

from_answers as (
    select
        {{ survey_label_columns('share') }},
        share.n,
        100 * share.estimate as share_pct,
        100 * share.ci_lower as ci_lower_pct,
        100 * share.ci_upper as ci_upper_pct
    from {{ ref('int_survey_share') }} as share
    {{ survey_label_joins('share') }}
    where survey.basis = 'home'
        {%- for name in survey_breakdowns() if name != 'gender' %}
        and share.{{ name }}_no = 0
        {%- endfor %}
),

published as (
    select * from {{ ref('stg_hlv__published_share') }}
    union all by name
    select * from {{ ref('stg_lupp__published_share') }}
),

versions as (

select
    'answers' as version,
    survey,
    item_id,
    area_id,
    gender,
    round as year_start,
    round as year_end,
    n,
    share_pct,
    ci_lower_pct,
    ci_upper_pct,
    {{ is_demonstration('surveys') }} as is_demonstration,
    '' as told_in
from from_answers
where gender in ('T', 'K', 'M')
union all
select
    'published' as version,
    survey,
    item_id,
    area_id,
    gender,
    cast(round as {{ dbt.type_int() }}) as year_start,
    cast(round as {{ dbt.type_int() }}) as year_end,
    n,
    share as share_pct,
    ci_lower as ci_lower_pct,
    ci_upper as ci_upper_pct,
    {{ is_demonstration('surveys') }} as is_demonstration,
    question as told_in
from published
where item_id is not null and dimension is null
union all
select
    'folkhalsodata' as version,
    'adults' as survey,
    item_id,
    area_id,
    gender,
    year_start,
    year_end,
    n,
    share as share_pct,
    ci_lower as ci_lower_pct,
    ci_upper as ci_upper_pct,
    is_demonstration,
    table_id as told_in
from {{ ref('stg_folkhalsodata__estimate') }}
where item_id is not null
union all
select
    'kolada' as version,
    'adults' as survey,
    item.item_id,
    kolada.area_id,
    kolada.gender,
    kolada.year_start,
    kolada.year_end,
    cast(null as {{ dbt.type_bigint() }}) as n,
    kolada.value as share_pct,
    cast(null as double) as ci_lower_pct,
    cast(null as double) as ci_upper_pct,
    {{ is_demonstration() }} as is_demonstration,
    '' as told_in
from {{ ref('int_value') }} as kolada
inner join {{ ref('int_survey_item') }} as item
    on kolada.indicator_id = item.indicator_id and item.sources = 'hlv'
where kolada.value is not null

)

select
    version,
    survey,
    item_id,
    area_id,
    gender,
    year_start,
    year_end,
    n,
    share_pct,
    ci_lower_pct,
    ci_upper_pct,
    is_demonstration
from (
    select
        *,
        row_number() over (
            partition by version, survey, item_id, area_id, gender, year_end
            order by coalesce(n, 0) desc, year_start, told_in
        ) as place
    from versions
    where share_pct is not null
) as ranked
where place = 1
