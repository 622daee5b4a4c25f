{{ survey_table('elsa', 'load') }}
