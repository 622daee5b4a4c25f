{{ survey_table('elsa', 'respondent') }}
