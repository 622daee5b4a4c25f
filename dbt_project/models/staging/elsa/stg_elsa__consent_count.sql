{{ survey_table('elsa', 'consent_count') }}
