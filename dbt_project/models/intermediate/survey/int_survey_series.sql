{#- Items in rounds, numbered so that the same number means: asked of the same people in the same words. -#}
with

asked as (
    select distinct
        survey.survey_no,
        survey.source,
        survey.survey,
        survey.basis,
        survey.round,
        item.item_no,
        wording.instrument,
        wording.wording
    from (
        select * from {{ ref('stg_hlv__codebook_item') }}
        union all
        select * from {{ ref('stg_lupp__codebook_item') }}
        union all
        select * from {{ ref('stg_elsa__codebook_item') }}
    ) as wording
    inner join {{ ref('int_survey_item') }} as item on wording.item_id = item.item_id
    inner join {{ ref('int_survey') }} as survey
        on wording.source = survey.source and wording.round = survey.round
)

select
    survey_no,
    item_no,
    round,
    instrument,
    wording,
    cast(dense_rank() over (order by source, survey, basis, item_no, instrument, wording)
        as {{ dbt.type_int() }}) as series_no
from asked
