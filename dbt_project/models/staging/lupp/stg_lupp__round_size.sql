{{ survey_table('lupp', 'round_size') }}
