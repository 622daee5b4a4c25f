{#-
  Of domains of registers: how many the share is of. A grade's pupils are shared out on the
  domain as the grade's answers are, since nobody counts pupils by gender or country of birth;
  null where the pupils of a grade are not known.
-#}
{{ config(materialized='ephemeral') }}
select
    part.domain_no,
    case
        when count(*) = count(stratum.population) then cast(sum({{ exact_number(
            'stratum.population * part.n / whole.n') }}) as double)
    end as population
from {{ ref('int_survey_margin') }} as part
inner join {{ ref('int_survey_stratum') }} as stratum on part.stratum_id = stratum.stratum_id
inner join {{ ref('int_survey') }} as survey
    on stratum.survey_no = survey.survey_no and survey.is_register
inner join {{ ref('int_survey_margin') }} as whole
    on part.domain_no - mod(part.domain_no, {{ survey_place('area') }}) = whole.domain_no
    and part.stratum_id = whole.stratum_id
group by part.domain_no
