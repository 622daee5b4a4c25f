{#- The answers that make an item's positive share in a round, in words. -#}
select
    source,
    round,
    item_id,
    {{ dbt.listagg('label', "' / '", 'order by label') }} as answer
from (
    select distinct source, round, item_id, label
    from (
        select * from {{ ref('stg_hlv__codebook_option') }}
        union all
        select * from {{ ref('stg_lupp__codebook_option') }}
        union all
        select * from {{ ref('stg_elsa__codebook_option') }}
    ) as options
    where is_yes
) as positive
group by source, round, item_id
