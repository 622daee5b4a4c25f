{{ survey_table('hlv', 'round') }}
