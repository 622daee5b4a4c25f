with

few as (
    select
        set_id,
        min(dimension) as dimension,
        cast(sum(n) as {{ dbt.type_bigint() }}) as n
    from {{ ref('int_survey_group') }}
    group by set_id
)

select
    measure.*,
    few.dimension,
    few.n,
    {{ whole_quotient('measure.set_id', 2) }} as domain_no
from (
    {{ inequality_measures(ref('int_survey_group'), ['sii', 'rii']) }}
) as measure
inner join few on measure.set_id = few.set_id
