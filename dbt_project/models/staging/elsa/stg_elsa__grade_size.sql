{{ survey_table('elsa', 'grade_size') }}
