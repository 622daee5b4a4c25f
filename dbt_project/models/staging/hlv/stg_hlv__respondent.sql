{{ survey_table('hlv', 'respondent') }}
