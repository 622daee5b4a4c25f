select
    {{ survey_label_columns('share') }},
    labels.answer,
    share.n,
    share.n_yes,
    share.n_eff as n_effective,
    100 * share.estimate as share_pct,
    100 * share.se as se_pct,
    100 * share.ci_lower as ci_lower_pct,
    100 * share.ci_upper as ci_upper_pct,
    coalesce(share.ci_method, 'none') as ci_method,
    100 * share.simple_lower as simple_ci_lower_pct,
    100 * share.simple_upper as simple_ci_upper_pct,
    share.reason,
    {{ is_demonstration('surveys') }} as is_demonstration
from {{ ref('int_survey_share') }} as share
{{ survey_label_joins('share') }}
left join {{ ref('int_survey_label') }} as labels
    on survey.source = labels.source and survey.round = labels.round
    and item.item_id = labels.item_id
