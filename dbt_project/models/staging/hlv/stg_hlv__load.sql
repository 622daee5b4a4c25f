{{ survey_table('hlv', 'load') }}
