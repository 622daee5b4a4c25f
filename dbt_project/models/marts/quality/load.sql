select
    load_id,
    'kolada' as source,
    origin,
    started_at,
    finished_at,
    read_at,
    cast(null as {{ dbt.type_string() }}) as file_hash,
    cast(null as {{ dbt.type_string() }}) as file_kind,
    cast(null as {{ dbt.type_string() }}) as sender,
    cast(null as {{ dbt.type_string() }}) as rounds,
    values_read as rows_read,
    values_read - values_rejected as rows_kept,
    values_new as rows_new,
    values_changed as rows_changed,
    values_withdrawn as rows_withdrawn,
    values_rejected as rows_rejected,
    requests,
    retries,
    state,
    unknown_kpis,
    rejection_summary,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_load') }}
union all
select
    {{ dbt.concat(["source", "'-'", "file_id"]) }} as load_id,
    source,
    case when is_demonstration then 'demo' else 'delivered' end as origin,
    cast(loaded_at as {{ dbt.type_timestamp() }}) as started_at,
    cast(loaded_at as {{ dbt.type_timestamp() }}) as finished_at,
    cast(loaded_at as {{ dbt.type_timestamp() }}) as read_at,
    sha256 as file_hash,
    kind as file_kind,
    sender,
    rounds,
    rows_read,
    rows_kept,
    cast(null as {{ dbt.type_bigint() }}) as rows_new,
    cast(null as {{ dbt.type_bigint() }}) as rows_changed,
    cast(null as {{ dbt.type_bigint() }}) as rows_withdrawn,
    rows_rejected,
    cast(null as {{ dbt.type_int() }}) as requests,
    cast(null as {{ dbt.type_int() }}) as retries,
    status as state,
    cast(null as {{ dbt.type_string() }}) as unknown_kpis,
    case
        when reason is not null and rejection_summary is not null
            then {{ dbt.concat(["reason", "'; '", "rejection_summary"]) }}
        else coalesce(reason, rejection_summary)
    end as rejection_summary,
    is_demonstration
from {{ ref('int_delivery') }}
