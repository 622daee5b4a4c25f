{{ config(materialized='view') }}
{{ survey_persons(ref('stg_hlv__respondent'), without=['family']) }}
