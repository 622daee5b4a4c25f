{{ survey_parts(ref('int_survey_margin'), ref('int_survey_domain'), ['domain_no']) }}
