{#- Women against men within an area; the family of a q-value is that of int_gap_test. -#}
with

sides as (
    select
        women.cell_no as women_cell_no,
        women.indicator_no,
        women.area_no,
        women.year_end,
        case when area.area_type = 'municipality' then area.county_no else 0 end as family_no,
        women.scale
        * ({{ adjusted_share('women.x', 'women.n', 2) }} - {{ adjusted_share('men.x', 'men.n', 2) }})
            as difference,
        women.scale * sqrt(
            {{ adjusted_share_variance('women.x', 'women.n', 2) }}
            + {{ adjusted_share_variance('men.x', 'men.n', 2) }}
        ) as se
    from {{ ref('int_share') }} as women
    inner join {{ ref('int_share') }} as men
        on
            women.indicator_no = men.indicator_no
            and women.area_no = men.area_no
            and women.year_end = men.year_end
    inner join {{ ref('int_area') }} as area on women.area_no = area.area_no
    where women.gender_no = 1 and men.gender_no = 2
),

with_p as (
    select
        *,
        difference / se as statistic,
        {{ normal_p_value('(difference / se)') }} as p_value
    from sides
    where se > 0
)

select
    {{ cell_no(series_no('indicator_no', 'year_end', '0'), 'area_no') }} as pair_cell_no,
    women_cell_no,
    indicator_no,
    area_no,
    year_end,
    difference,
    se,
    statistic,
    difference - {{ z_value(95) }} * se as ci_lower,
    difference + {{ z_value(95) }} * se as ci_upper,
    p_value,
    q_value
from ({{ with_q_values('with_p', 'p_value', ['family_no', 'year_end']) }}) as corrected
