select
    indicator_id,
    note,
    n_values,
    share
from {{ ref('value_note_count') }}
where note <> 'preliminary'
