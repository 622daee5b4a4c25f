{{ survey_table('lupp', 'codebook_option') }}
