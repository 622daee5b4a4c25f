{#- The register's categories, as survey marts read them. -#}
select * from {{ ref('survey_categories') }}
