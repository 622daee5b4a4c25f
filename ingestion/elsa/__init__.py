"""ELSA, the school-health talks: what is let in, and what stays outside.

What belongs here: the door (consent, protected identities, pseudonyms) and the codebook. What
does not: tables and writing that all delivered files share (`ingestion/delivered`).
"""
