{{ survey_table('hlv', 'codebook_option') }}
