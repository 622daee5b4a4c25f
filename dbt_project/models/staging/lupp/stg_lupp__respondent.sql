{{ survey_table('lupp', 'respondent') }}
