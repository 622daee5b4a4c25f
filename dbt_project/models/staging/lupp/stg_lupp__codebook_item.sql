{{ survey_table('lupp', 'codebook_item') }}
