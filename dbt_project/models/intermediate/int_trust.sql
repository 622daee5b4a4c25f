{{ config(materialized='view') }}
select
    lineage.asset as mart,
    checks.asset,
    checks.check_name,
    checks.kind,
    checks.rule,
    checks.is_blocking,
    results.passed,
    results.severity,
    results.n_failing,
    results.failing_since,
    results.checked_at
from {{ ref('stg_checks__upstream') }} as lineage
inner join {{ ref('stg_checks__check_in_force') }} as checks
    on lineage.upstream_asset = checks.asset
left join {{ ref('int_check_result') }} as results
    on
        checks.asset = results.asset
        and checks.check_name = results.check_name
        and results.is_latest
where
    lineage.asset like 'core.%'
    or lineage.asset like 'equity.%'
    or lineage.asset like 'survey.%'
    or lineage.asset like 'quality.%'
    or lineage.asset like 'published.%'
