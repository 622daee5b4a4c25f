select
    s.survey_no,
    p.stratum,
    cast(row_number() over (order by s.survey_no, p.stratum) as {{ dbt.type_int() }}) as stratum_id,
    cast(count(*) as double) as n_units,
    max(p.population) as population
from {{ ref('int_survey_respondent') }} as p
inner join {{ ref('int_survey') }} as s
    on p.source = s.source and p.round = s.round and p.survey = s.survey and p.basis = s.basis
group by s.survey_no, p.stratum
