{#- Delivered files with their rejections counted by reason; no reason holds a value. -#}
with

files as (
    select * from {{ ref('stg_hlv__load') }}
    union all
    select * from {{ ref('stg_lupp__load') }}
    union all
    select * from {{ ref('stg_elsa__load') }}
),

counted as (
    select
        source,
        file_id,
        reason,
        count(*) as n
    from (
        select source, file_id, reason from {{ ref('stg_hlv__rejection') }}
        union all
        select source, file_id, reason from {{ ref('stg_lupp__rejection') }}
        union all
        select source, file_id, reason from {{ ref('stg_elsa__rejection') }}
    ) as rejections
    group by source, file_id, reason
),

summaries as (
    select
        source,
        file_id,
        {{ dbt.listagg(
            dbt.concat(["reason", "': '", "cast(n as " ~ dbt.type_string() ~ ")"]),
            "'; '", "order by n desc, reason") }} as lines
    from counted
    group by source, file_id
)

select
    files.*,
    summaries.lines as rejection_summary
from files
left join summaries on files.source = summaries.source and files.file_id = summaries.file_id
