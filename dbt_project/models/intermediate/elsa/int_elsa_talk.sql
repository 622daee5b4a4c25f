{#-
  Talks as estimates count them: a pupil's latest one in a grade and school year, so that those
  who are seen again do not count twice. Every grade of a municipality is a stratum.

  From here on a pupil cannot be followed: nothing that tells one talk's pupil from another's.
-#}
{{ config(materialized='view') }}
select
    * exclude (
        pseudonym, talk_id, visit_month, birth_month, age_months, school_unit, consent_by,
        disability, height_cm, weight_kg, place
    )
    replace ({{ dbt.concat(['area_id', "'-'", 'grade']) }} as stratum)
    rename (residence as family)
from (
    select
        *,
        row_number() over (
            partition by pseudonym, round, grade
            order by visit_month desc, talk_id
        ) as place
    from {{ ref('stg_elsa__respondent') }}
) as talks
where place = 1
