{#- The number of persons behind a share: the sum of the KPIs that the register names for it. -#}
with

terms as (
    select
        indicator.indicator_no,
        kpi.kpi,
        length(indicator.denominator_kpis)
            - length(replace(indicator.denominator_kpis, '|', '')) + 1 as n_terms
    from {{ ref('int_indicator') }} as indicator
    inner join (select distinct kpi from {{ ref('stg_kolada__load_kpi') }}) as kpi
        on {{ dbt.concat(["'|'", "indicator.denominator_kpis", "'|'"]) }}
            like {{ dbt.concat(["'%|'", "kpi.kpi", "'|%'"]) }}
),

latest as (
    select
        terms.indicator_no,
        terms.n_terms,
        readings.municipality,
        readings.period,
        readings.gender,
        readings.value,
        readings.isdeleted,
        row_number() over (
            partition by
                terms.indicator_no, readings.kpi, readings.municipality,
                readings.period, readings.gender
            order by readings.read_at desc
        ) as age
    from {{ ref('stg_kolada__reading') }} as readings
    inner join terms on readings.kpi = terms.kpi
)

select
    {{ cell_no(
        series_no('latest.indicator_no', 'latest.period', gender_no('latest.gender')),
        'area.area_no'
    ) }} as cell_no,
    -- Whole numbers, so that the order of adding does not matter.
    cast(sum(latest.value) as {{ dbt.type_bigint() }}) as n
from latest
inner join {{ ref('int_area') }} as area on latest.municipality = area.area_id
where latest.age = 1 and not latest.isdeleted and latest.value is not null
group by latest.indicator_no, latest.period, latest.gender, area.area_no
having count(*) = max(latest.n_terms)
