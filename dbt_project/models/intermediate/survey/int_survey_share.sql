{#- Shares, 0 to 1, with both intervals. A standard error needs 2 units in every stratum. -#}
with

estimated as (
    select
        domain.*,
        sqrt(error.variance) as se,
        sqrt(error.variance_of_conditions) as se_of_conditions
    from {{ ref('int_survey_domain') }} as domain
    left join (
        {{ survey_variance(
            ref('int_survey_part'), ['domain_no'], ref('int_survey_stratum'), false) }}
    ) as error on domain.domain_no = error.domain_no
    where domain.estimate is not null
)

select
    designed.*,
    greatest(designed.estimate - {{ survey_simple(z_value(95)) }}, 0e0) as simple_lower,
    designed.estimate + {{ survey_simple(z_value(95)) }} as simple_upper,
    {{ survey_part_no('survey') }} as survey_no,
    {{ survey_part_no('item') }} as item_no,
    {{ survey_part_no('area') }} as area_no
    {%- for name in survey_breakdowns() %},
    {{ survey_part_no(name) }} as {{ name }}_no
    {%- endfor %}
from (
    {{ survey_intervals('estimated', z_value(95)) }}
) as designed
