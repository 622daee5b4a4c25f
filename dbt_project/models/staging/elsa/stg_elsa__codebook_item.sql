{{ survey_table('elsa', 'codebook_item') }}
