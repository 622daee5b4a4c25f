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
    failing_since,
    run_id,
    checked_at,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_check_result') }}
