{#- What codebooks say of each round. -#}
select * from {{ ref('stg_hlv__round') }}
union all
select * from {{ ref('stg_lupp__round') }}
union all
select * from {{ ref('stg_elsa__round') }}
