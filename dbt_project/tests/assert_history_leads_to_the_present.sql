-- What is in force began when its predecessor ended, unless it came back after a withdrawal.
select
    history.indicator_id,
    history.area_id,
    history.year_end,
    history.gender,
    history.valid_to,
    v.read_at
from {{ ref('reading_history') }} as history
inner join {{ ref('fct_value') }} as v
    on
        history.indicator_id = v.indicator_id
        and history.area_id = v.area_id
        and history.year_end = v.year_end
        and history.gender = v.gender
where history.valid_to > v.read_at or history.valid_from >= history.valid_to
