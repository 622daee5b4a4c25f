{{ survey_table('lupp', 'published_share') }}
