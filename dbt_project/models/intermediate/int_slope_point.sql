{#-
  The slope index of municipalities by education, year by year: a gap whose trend is tested.
  Thinned like the values it is made of.
-#}
with

numbered as (
    select
        {{ set_series_no('set_id') }} as series_no,
        {{ set_scope_no('set_id') }} as scope_no,
        estimate,
        se
    from {{ ref('int_inequality') }}
    where measure = 'sii' and mod(set_id, 10) = 3 and estimate is not null
),

named as (
    select
        {{ series_indicator_no('series_no') }} as indicator_no,
        {{ series_year('series_no') }} as year_end,
        mod(series_no, 4) as gender_no,
        scope_no,
        estimate,
        se
    from numbered
),

points as (
    select
        named.*,
        series.step,
        max(named.year_end) over (
            partition by named.indicator_no, named.scope_no, named.gender_no
        ) as last_year
    from named
    inner join {{ ref('int_series_step') }} as series on named.indicator_no = series.indicator_no
    where named.year_end >= series.first_year_end
)

select
    indicator_no,
    scope_no as area_no,
    gender_no,
    year_end,
    step,
    estimate,
    se
from points
where mod(last_year - year_end, step) = 0
