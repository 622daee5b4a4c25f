{{ config(materialized='view') }}
select
    source,
    round,
    survey,
    basis,
    area_id,
    coalesce(stratum, area_id) as stratum,
    weight,
    population
from (
    {{ survey_bases(ref('stg_hlv__respondent')) }}
) as hlv
union all
select
    p.source,
    p.round,
    p.survey,
    p.basis,
    p.area_id,
    coalesce(p.stratum, p.area_id) as stratum,
    p.weight,
    case when p.basis = 'home' then cast(size.invited as double) end as population
from (
    {{ survey_bases(ref('stg_lupp__respondent')) }}
) as p
left join {{ ref('stg_lupp__round_size') }} as size
    on p.round = size.round and p.survey = size.survey and p.area_id = size.area_id
union all
select
    p.source,
    p.round,
    p.survey,
    p.basis,
    p.area_id,
    p.stratum,
    p.weight,
    cast(size.pupils as double) as population
from (
    {{ survey_bases(ref('int_elsa_talk')) }}
) as p
left join {{ ref('stg_elsa__grade_size') }} as size
    on p.round = size.round and p.area_id = size.area_id and p.grade = size.grade
