with

kpi_readings as (
    select
        *,
        -- What Kolada no longer has keeps its last metadata, and is_gone says so.
        row_number() over (partition by id order by isdeleted, read_at desc) as age,
        first_value(isdeleted) over (partition by id order by read_at desc) as is_gone
    from {{ ref('stg_kolada__kpi') }}
),

kpis as (
    select * from kpi_readings where age = 1
),

spans as (
    select
        indicator_id,
        min(case when value is not null then year_end end) as first_year,
        max(case when value is not null then year_end end) as last_year,
        max(case when gender = 'K' and value is not null then 1 else 0 end)
        + max(case when gender = 'M' and value is not null then 1 else 0 end) = 2
            as is_divided_by_gender
    from {{ ref('int_value') }}
    group by indicator_id
),

ids as (
    select indicator_id from {{ ref('int_register') }}
    union distinct
    select indicator_id from spans
    union distinct
    select indicator_id from {{ ref('int_unit_value') }}
),

named as (
    select
        ids.indicator_id,
        register.indicator_id is not null as is_register,
        coalesce(register.title, kpis.title, ids.indicator_id) as title,
        kpis.title as kolada_title,
        {{ title_tail('kpis.title') }} as tail
    from ids
    left join {{ ref('int_register') }} as register on ids.indicator_id = register.indicator_id
    left join kpis on ids.indicator_id = kpis.id
)

select
    named.indicator_id,
    row_number() over (order by named.indicator_id) as indicator_no,
    named.title,
    coalesce(register.short_title, named.title) as short_title,
    case when named.is_register then register.unit else {{ tail_unit('named.tail') }} end as unit,
    case
        when named.is_register then register.value_kind
        else {{ tail_value_kind('named.tail') }}
    end as value_kind,
    register.scale,
    coalesce(register.polarity, 0) as polarity,
    register.target_area,
    register.target_area_source,
    register.source_kind,
    named.is_register,
    coalesce(spans.is_divided_by_gender, false) as is_divided_by_gender,
    register.programmes,
    case
        when register.status = 'withdrawn' or kpis.id is null or kpis.is_gone then 'withdrawn'
        when register.title <> kpis.title then 'renamed'
        else 'current'
    end as status,
    named.kolada_title,
    kpis.description,
    register.numerator,
    register.denominator,
    register.denominator_kpis,
    coalesce(register.years_in_mean, 1) as years_in_mean,
    register.cycle_years,
    register.pair_id,
    register.pair_gender,
    register.series_breaks,
    spans.first_year,
    spans.last_year,
    {{ lenient_cast('kpis.publication_date', 'date') }} as next_publication,
    register.note
from named
left join {{ ref('int_register') }} as register on named.indicator_id = register.indicator_id
left join kpis on named.indicator_id = kpis.id
left join spans on named.indicator_id = spans.indicator_id
