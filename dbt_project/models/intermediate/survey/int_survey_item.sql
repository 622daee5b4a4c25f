select
    *,
    cast(row_number() over (order by item_id) as {{ dbt.type_int() }}) as item_no
from {{ ref('items') }}
