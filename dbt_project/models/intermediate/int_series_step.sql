{{ config(materialized='view') }}
{#-
  How far apart an indicator's independent points are, and where its unbroken series begins.
  Means over k years overlap unless they end k years apart, and an election's turnout is
  repeated until the next election.
-#}
select
    indicator_no,
    cast(case when years_in_mean > cycle_years then years_in_mean else cycle_years end
        as {{ dbt.type_int() }}) as step,
    coalesce(
        cast(right(series_breaks, 4) as {{ dbt.type_int() }}) + years_in_mean - 1, 0
    ) as first_year_end
from {{ ref('int_indicator') }}
where is_register and {{ has_distance('value_kind') }}
