{{ survey_domains(ref('int_survey_margin'), ['domain_no'], false) }}
