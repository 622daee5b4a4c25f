{{ config(materialized='view') }}
{{ survey_persons(ref('stg_lupp__respondent'), without=['family']) }}
