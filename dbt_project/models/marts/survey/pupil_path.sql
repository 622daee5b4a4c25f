select
    'elsa' as source,
    cast(changed.round as {{ dbt.type_int() }}) as round,
    item.item_id,
    {{ survey_area_id('changed') }} as area_id,
    changed.from_grade,
    changed.to_grade,
    changed.gender,
    cast(changed.n as {{ dbt.type_bigint() }}) as n,
    cast(changed.yes1 as {{ dbt.type_bigint() }}) as n_yes_from,
    cast(changed.yes2 as {{ dbt.type_bigint() }}) as n_yes_to,
    case item.polarity when 1 then changed.n_second when -1 then changed.n_first end as n_better,
    case item.polarity when 1 then changed.n_first when -1 then changed.n_second end as n_worse,
    changed.n_both + changed.n_neither as n_unchanged,
    100 * changed.p1 as share_from_pct,
    100 * changed.p2 as share_to_pct,
    case item.polarity when 1 then changed.n_second when -1 then changed.n_first end
        * 100 / changed.n as better_pct,
    case item.polarity when 1 then changed.n_first when -1 then changed.n_second end
        * 100 / changed.n as worse_pct,
    (changed.n_both + changed.n_neither) * 100 / changed.n as unchanged_pct,
    100 * changed.change as change_pct,
    100 * changed.ci_lower as ci_lower_pct,
    100 * changed.ci_upper as ci_upper_pct,
    'newcombe' as ci_method,
    {{ is_demonstration('surveys') }} as is_demonstration
from (
    {{ paired_change(ref('int_elsa_change'), z_value(95)) }}
) as changed
inner join {{ ref('int_survey_item') }} as item on changed.item_no = item.item_no
