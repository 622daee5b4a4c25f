{#-
  Shares whose numerator and denominator are known: what chance can be reckoned with. Every
  interval, test, trend and shrunken value of Kolada's indicators starts here.
  Approximate: whole populations were counted, and the numbers are taken as draws from what
  could have happened in the same conditions.
-#}
with

counted as (
    select
        v.cell_no,
        v.series_no,
        v.indicator_no,
        v.area_no,
        v.year_end,
        v.gender_no,
        v.value,
        indicator.scale,
        denominator.n,
        -- Kolada rounds the share; the count behind it is whole.
        round(v.value / indicator.scale * denominator.n) as x
    from {{ ref('int_series_value') }} as v
    inner join {{ ref('int_indicator') }} as indicator on v.indicator_no = indicator.indicator_no
    inner join {{ ref('int_denominator') }} as denominator on v.cell_no = denominator.cell_no
    where
        indicator.value_kind = 'share'
        and indicator.years_in_mean = 1
        and denominator.n > 0
        and v.value between 0 and indicator.scale
)

select
    *,
    -- n - 1 makes the variance unbiased; measures of spread subtract it.
    case when n > 1 then scale * sqrt(x * (n - x) / (cast(n as double) * n * (n - 1))) end as se,
    scale * {{ wilson_lower('x', 'n', z_value(95)) }} as ci_lower,
    scale * {{ wilson_upper('x', 'n', z_value(95)) }} as ci_upper
from counted
