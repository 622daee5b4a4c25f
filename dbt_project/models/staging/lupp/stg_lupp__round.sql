{{ survey_table('lupp', 'round') }}
