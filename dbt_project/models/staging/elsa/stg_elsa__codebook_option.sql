{{ survey_table('elsa', 'codebook_option') }}
