{#-
  How many were asked and answered, per municipality, where the sender tells. Of school health
  it is the pupils in the grades in which talks are held.
-#}
select
    source,
    round,
    survey,
    area_id,
    invited,
    answered
from {{ ref('stg_lupp__round_size') }}
union all
select
    source,
    round,
    source as survey,
    area_id,
    sum(pupils) as invited,
    cast(null as {{ dbt.type_bigint() }}) as answered
from {{ ref('stg_elsa__grade_size') }}
group by source, round, area_id
