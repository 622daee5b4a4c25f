-- Talks in the store and in the sums made of them, per school year; counts only.
select
    coalesce(stored.round, counted.round) as round,
    stored.n_talks as n_stored,
    counted.n_talks as n_counted
from (
    select
        round,
        count(*) as n_talks
    from {{ ref('stg_elsa__respondent') }}
    group by round
) as stored
full outer join (
    select
        round,
        sum(n_talks) as n_talks
    from {{ ref('coverage') }}
    where grade = 'all' and substr(area_id, 1, 2) <> '00'
    group by round
) as counted on stored.round = counted.round
where coalesce(stored.n_talks, 0) <> coalesce(counted.n_talks, 0)
