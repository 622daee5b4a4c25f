{#- What each code means in each round; files of a round may have codebooks of their own. -#}
select distinct
    option.source,
    option.round,
    item.item_no,
    option.code,
    cast(case when option.is_yes then 1 else 0 end as {{ dbt.type_int() }}) as is_yes
from (
    select * from {{ ref('stg_hlv__codebook_option') }}
    union all
    select * from {{ ref('stg_lupp__codebook_option') }}
    union all
    select * from {{ ref('stg_elsa__codebook_option') }}
) as option
inner join {{ ref('int_survey_item') }} as item on option.item_id = item.item_id
where not option.is_missing
