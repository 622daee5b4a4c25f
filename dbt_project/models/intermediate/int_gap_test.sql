{#-
  Is the difference from a benchmark more than chance? Made many at a time: about 1 in 20
  differences passes at 95 % without cause, so each has a q-value over its family: all
  indicators and areas of a county in a year, against one benchmark, for one gender.
-#}
with

tested as (
    select
        gap.cell_no,
        gap.benchmark,
        gap.difference,
        gap.se,
        gap.difference / gap.se as statistic,
        share.year_end,
        share.gender_no,
        -- Counties are compared with each other as one family of their own.
        case when area.area_type = 'municipality' then area.county_no else 0 end as family_no
    from {{ ref('int_gap_difference') }} as gap
    inner join {{ ref('int_share') }} as share on gap.cell_no = share.cell_no
    inner join {{ ref('int_area') }} as area on share.area_no = area.area_no
    where gap.se > 0
),

with_p as (
    select
        *,
        {{ normal_p_value('statistic') }} as p_value
    from tested
)

select
    cell_no,
    benchmark,
    statistic,
    difference - {{ z_value(95) }} * se as ci_lower,
    difference + {{ z_value(95) }} * se as ci_upper,
    p_value,
    q_value
from (
    {{ with_q_values('with_p', 'p_value', ['family_no', 'year_end', 'benchmark', 'gender_no']) }}
) as corrected
