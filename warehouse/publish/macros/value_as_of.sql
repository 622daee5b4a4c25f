-- core.value_as_of(moment): the values as the warehouse held them at a moment (UTC), without
-- value_note, which judges the values of today. Plain SQL: the publisher executes it in
-- the file it writes. A date means its first second: value_as_of(date '2026-04-01').
-- Example: select * from core.value_as_of(timestamp '2026-04-01 12:00') where area_id = '2080';
create or replace macro core.value_as_of(moment) as table
select
    indicator_id,
    area_id,
    year_start,
    year_end,
    gender,
    value,
    status,
    read_at,
    is_demonstration
from core.fct_value
where read_at <= cast(moment as timestamp)
union all
select
    indicator_id,
    area_id,
    year_start,
    year_end,
    gender,
    value,
    status,
    valid_from as read_at,
    is_demonstration
from core.reading_history
where
    valid_from <= cast(moment as timestamp)
    and valid_to > cast(moment as timestamp)
