select
    indicator_id,
    note,
    cast(n_values as {{ dbt.type_bigint() }}) as n_values,
    share,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_value_note_count') }}
