{{ config(materialized='view') }}
with numbered as (
    select
        *,
        -- Failures that no pass parts share a number.
        sum(case when passed then 1 else 0 end) over (
            partition by asset, check_name
            order by checked_at, run_id
            rows between unbounded preceding and current row
        ) as n_passes,
        row_number() over (
            partition by asset, check_name order by checked_at desc, run_id desc
        ) as nth_latest
    from {{ ref('stg_checks__result') }}
)

select
    asset,
    check_name,
    kind,
    rule,
    severity,
    is_blocking,
    passed,
    expected,
    found,
    n_failing,
    case
        when not passed
            then min(case when not passed then checked_at end)
                over (partition by asset, check_name, n_passes)
    end as failing_since,
    run_id,
    checked_at,
    nth_latest = 1 as is_latest
from numbered
