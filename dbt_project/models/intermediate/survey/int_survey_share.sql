{#-
  Shares, 0 to 1, with both intervals. A standard error needs 2 units in every stratum. Shares
  of a register have Wilson's interval, narrowed by how many of those described answered.
-#}
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
),

designed as (
    {{ survey_intervals('estimated', z_value(95)) }}
),

described as (
    select
        designed.*,
        described.population,
        described.domain_no is not null as is_register,
        {{ endless_n('designed.n', 'described.population') }} as n_endless
    from designed
    left join {{ ref('int_survey_described') }} as described
        on designed.domain_no = described.domain_no
)

select
    described.* exclude (is_register, n_endless)
    replace (
        {%- for side in ['lower', 'upper'] %}
        case
            when not is_register then ci_{{ side }}
            when n_endless is null then estimate
            else {{ wilson_lower('(estimate * n_endless)', 'n_endless', z_value(95))
                if side == 'lower'
                else wilson_upper('(estimate * n_endless)', 'n_endless', z_value(95)) }}
        end as ci_{{ side }},
        {%- endfor %}
        case
            when not is_register then ci_method
            when population is null then 'wilson'
            when n_endless is null then 'no_sampling_error'
            else 'wilson_finite_population'
        end as ci_method,
        case when not is_register then reason end as reason
    ),
    greatest(estimate - {{ survey_simple(z_value(95)) }}, 0e0) as simple_lower,
    estimate + {{ survey_simple(z_value(95)) }} as simple_upper,
    {{ survey_part_no('survey') }} as survey_no,
    {{ survey_part_no('item') }} as item_no,
    {{ survey_part_no('area') }} as area_no
    {%- for name in survey_breakdowns() %},
    {{ survey_part_no(name) }} as {{ name }}_no
    {%- endfor %}
from described
