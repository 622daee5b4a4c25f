select
    item_id,
    title,
    short_title,
    role,
    cast(target_area as {{ dbt.type_int() }}) as target_area,
    cast(polarity as {{ dbt.type_int() }}) as polarity,
    sources,
    cast(indicator_id as {{ dbt.type_string() }}) as indicator_id,
    cast(note as {{ dbt.type_string() }}) as note,
    {{ is_demonstration('surveys') }} as is_demonstration
from {{ ref('int_survey_item') }}
