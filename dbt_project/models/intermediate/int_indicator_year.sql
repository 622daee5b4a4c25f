{#- One row per indicator and year with values, and what is odd about the year as a whole. -#}
with

-- By series first: counting the distinct areas of a year takes three times as long.
series as (
    select
        indicator_no,
        year_end,
        count(*) as n_values,
        count(case when value <> 0 then 1 end) as n_not_zero,
        count(case when value <> floor(value) then 1 end) as n_with_decimals
    from {{ ref('int_series_value') }}
    group by series_no, indicator_no, year_end
),

counted as (
    select
        indicator_no,
        year_end,
        sum(n_values) as n_values,
        max(n_values) as n_areas,
        sum(n_not_zero) as n_not_zero,
        sum(n_with_decimals) as n_with_decimals
    from series
    group by indicator_no, year_end
),

judged as (
    select
        *,
        n_with_decimals = 0 and n_not_zero >= {{ whole_values() }} as is_whole
    from counted
),

kinds_of_year as (
    select
        indicator_no,
        count(case when is_whole then 1 end) as n_whole_years,
        count(case when n_with_decimals > 0 then 1 end) as n_decimal_years
    from judged
    group by indicator_no
),

last_load as (
    select max(read_at) as read_at
    from {{ ref('stg_kolada__load') }}
    where state = 'complete'
)

select
    indicator.indicator_id,
    judged.year_end,
    judged.n_values,
    judged.n_areas,
    judged.is_whole and kinds_of_year.n_decimal_years > kinds_of_year.n_whole_years
        as is_whole_among_decimals,
    coalesce(
        before.n_areas >= {{ coverage_areas() }}
        and judged.n_areas < {{ coverage_kept() }} * before.n_areas,
        false
    ) as is_coverage_drop,
    -- Kolada gives the dates of the next publication and the year it is about. Only where a
    -- preliminary one is announced before the final one can that year's values be preliminary,
    -- and they are until a load after the final date. Without dates nothing is known.
    coalesce(
        metadata.prel_publication_date < metadata.publication_date
        and metadata.publ_period = judged.year_end
        and cast(last_load.read_at as date) < metadata.publication_date,
        false
    ) as is_preliminary
from judged
cross join last_load
inner join kinds_of_year on judged.indicator_no = kinds_of_year.indicator_no
inner join {{ ref('int_indicator') }} as indicator on judged.indicator_no = indicator.indicator_no
left join judged as before
    on judged.indicator_no = before.indicator_no and judged.year_end = before.year_end + 1
left join {{ ref('int_indicator_history') }} as metadata
    on indicator.indicator_id = metadata.indicator_id and metadata.valid_to is null
