"""Files that people deliver: reading them, understanding them by a codebook, storing them.

What belongs here: everything that is the same for all delivered sources (HLV, Lupp). What
does not: a source's own codebooks, layouts and generated files (`ingestion/<source>/`).
"""
