{{ survey_table('hlv', 'codebook_item') }}
