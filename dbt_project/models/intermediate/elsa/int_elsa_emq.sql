{#- The seed of EMQ's areas, as marts read it. -#}
{{ config(materialized='view') }}
select * from {{ ref('emq_areas') }}
