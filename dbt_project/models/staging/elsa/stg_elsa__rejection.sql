{{ survey_table('elsa', 'rejection') }}
