{{ survey_table('hlv', 'published_share') }}
