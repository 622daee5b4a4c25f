select
    'elsa' as source,
    cast(coverage.round as {{ dbt.type_int() }}) as round,
    {{ survey_area_id('coverage') }} as area_id,
    coalesce(grade.category, 'all') as grade,
    cast(coverage.n_talks as {{ dbt.type_bigint() }}) as n_talks,
    cast(coverage.n_seen as {{ dbt.type_bigint() }}) as n_seen,
    cast(coverage.n_pupils as {{ dbt.type_bigint() }}) as n_pupils,
    coverage.coverage_pct,
    coverage.is_low_coverage,
    coverage.consent_pct
    {%- for part in elsa_parts() %},
    coverage.unanswered_{{ part }}_pct
    {%- endfor %},
    {{ is_demonstration('surveys') }} as is_demonstration
from {{ ref('int_elsa_coverage') }} as coverage
left join {{ ref('int_survey_category') }} as grade
    on grade.dimension = 'grade' and coverage.grade_no = grade.category_no
