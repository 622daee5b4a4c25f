with

numbered as (
    select
        *,
        {{ set_series_no('set_id') }} as series_no,
        {{ set_scope_no('set_id') }} as scope_no
    from {{ ref('int_inequality') }}
),

named as (
    select
        *,
        {{ series_indicator_no('series_no') }} as indicator_no,
        {{ series_year('series_no') }} as year_end,
        mod(series_no, 4) as gender_no
    from numbered
)

select
    indicator.indicator_id,
    cast(named.year_end - indicator.years_in_mean + 1 as {{ dbt.type_int() }}) as year_start,
    named.year_end,
    {{ gender_letter('named.gender_no') }} as gender,
    area.area_id as scope,
    {{ set_dimension('named.set_id') }} as dimension,
    named.measure,
    named.estimate,
    named.se,
    named.ci_lower,
    named.ci_upper,
    case
        when named.ci_method = 'none' then 'none'
        else {{ dbt.concat(["'approximate: '", "named.ci_method"]) }}
    end as ci_method,
    named.n_groups,
    named.gap_size,
    named.gap_direction,
    case
        when named.reason = 'a group has no standard error'
            then coalesce({{ untestable_reason('indicator') }}, named.reason)
        else named.reason
    end as reason,
    {{ is_demonstration() }} as is_demonstration
from named
inner join {{ ref('int_indicator') }} as indicator on named.indicator_no = indicator.indicator_no
inner join {{ ref('int_area') }} as area on named.scope_no = area.area_no
