{{ survey_table('lupp', 'rejection') }}
