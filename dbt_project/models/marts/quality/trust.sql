select
    mart,
    asset,
    check_name,
    kind,
    rule,
    is_blocking,
    passed,
    severity,
    n_failing,
    failing_since,
    checked_at,
    {{ is_demonstration() }} as is_demonstration
from {{ ref('int_trust') }}
