{{ survey_table('elsa', 'round') }}
