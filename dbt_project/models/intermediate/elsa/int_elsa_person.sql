{{ config(materialized='view') }}
{{ survey_persons(ref('int_elsa_talk')) }}
