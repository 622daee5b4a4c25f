select
    'elsa' as source,
    cast(followed.round as {{ dbt.type_int() }}) as round,
    {{ survey_area_id('followed') }} as area_id,
    followed.from_grade,
    followed.to_grade,
    followed.gender,
    followed.n_due,
    followed.n_in_time,
    followed.n_late,
    followed.n_missing,
    followed.n_moved_out,
    followed.n_moved_in,
    {{ is_demonstration('surveys') }} as is_demonstration
from {{ ref('int_elsa_follow_up') }} as followed
