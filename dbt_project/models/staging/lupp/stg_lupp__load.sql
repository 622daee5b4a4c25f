{{ survey_table('lupp', 'load') }}
