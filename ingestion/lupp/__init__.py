"""Lupp, the youth survey, one file per municipality and round.

What belongs here: its codebook, how many were asked (`rounds`), and generated files for the
demonstration. What does not: reading and storing files (`ingestion/delivered/`).
"""
