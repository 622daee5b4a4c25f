{{ config(materialized='view') }}
{#- Text summaries are short on purpose: quality.load_rejection has every rejection. -#}
{%- set listed = 20 -%}
with

rejections as (
    select
        load_id,
        {{ dbt.concat([
            "kpi", "' '", "municipality", "' '", "period", "' '", "gender", "': '", "reason"
        ]) }} as line
    from (
        select
            load_id,
            coalesce(kpi, '?') as kpi,
            coalesce(municipality, '?') as municipality,
            coalesce(period, '?') as period,
            coalesce(gender, '?') as gender,
            reason
        from {{ ref('stg_kolada__rejection') }}
    ) as filled
),

numbered as (
    select
        *,
        row_number() over (partition by load_id order by line) as line_number
    from rejections
),

summaries as (
    select
        load_id,
        {{ dbt.listagg(
            "case when line_number <= " ~ listed ~ " then line end", "'; '", "order by line") }}
            as lines,
        count(*) as n_rejections
    from numbered
    group by load_id
),

unknown_kpis as (
    select
        load_id,
        {{ dbt.listagg('kpi', "', '", 'order by kpi') }} as kpis
    from (
        select
            load_id,
            case
                when raw_table = 'ou_reading' then {{ dbt.concat(["kpi", "' (units)'"]) }}
                else kpi
            end as kpi
        from {{ ref('stg_kolada__load_kpi') }}
        where not is_known
    ) as unknown
    group by load_id
)

select
    loads.*,
    unknown_kpis.kpis as unknown_kpis,
    case
        when summaries.n_rejections > {{ listed }}
            then {{ dbt.concat([
                "summaries.lines", "'; and '",
                "cast(summaries.n_rejections - " ~ listed ~ " as " ~ dbt.type_string() ~ ")",
                "' more'"
            ]) }}
        else summaries.lines
    end as rejection_summary
from {{ ref('stg_kolada__load') }} as loads
left join summaries on loads.load_id = summaries.load_id
left join unknown_kpis on loads.load_id = unknown_kpis.load_id
