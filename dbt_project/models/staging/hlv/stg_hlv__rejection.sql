{{ survey_table('hlv', 'rejection') }}
