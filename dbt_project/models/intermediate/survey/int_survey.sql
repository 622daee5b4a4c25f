{#-
  Weights are summed as decimals, so that the total does not depend on the order of rows.

  Of a survey of everybody the region's figure is the union of its municipalities: when only
  some of them asked, there is none. A sample stands for the region whoever was drawn.
-#}
with

totals as (
    select
        source,
        round,
        survey,
        basis,
        cast(count(*) as double) as n_respondents,
        cast(sum(cast(weight as decimal(38, 10))) as double) as weight_total,
        count(distinct area_id) as n_areas
    from {{ ref('int_survey_respondent') }}
    group by source, round, survey, basis
),

homes as (
    select
        totals.source,
        totals.round,
        totals.survey,
        totals.n_areas
    from totals
    where totals.basis = 'home'
),

total_surveys as (
    select distinct
        source,
        round
    from {{ ref('int_survey_round') }}
    where sample = 'total'
),

region as (
    select count(*) as n_municipalities
    from {{ ref('int_area') }}
    where is_focus and area_type = 'municipality'
)

select
    totals.source,
    totals.round,
    totals.survey,
    totals.basis,
    totals.n_respondents,
    totals.weight_total,
    {{ survey_magic('totals.n_respondents') }} as magic,
    cast(total_surveys.source is null or homes.n_areas >= region.n_municipalities as boolean)
        as is_of_region,
    {#- Not a sample and not an enquiry: the talks that were held with all pupils. #}
    totals.source = 'elsa' as is_register,
    cast(row_number() over (order by totals.source, totals.round, totals.survey, totals.basis)
        as {{ dbt.type_int() }}) as survey_no
from totals
cross join region
left join homes
    on totals.source = homes.source and totals.round = homes.round
    and totals.survey = homes.survey
left join total_surveys
    on totals.source = total_surveys.source and totals.round = total_surveys.round
