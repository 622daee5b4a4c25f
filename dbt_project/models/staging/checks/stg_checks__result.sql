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
    run_id,
    checked_at
from {{ source('raw_checks', 'result') }}
where origin = '{{ env_var('JAMLIK_ORIGIN', 'demo') }}'
