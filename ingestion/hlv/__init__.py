"""HLV, the public-health survey "Hälsa på lika villkor".

What belongs here: its codebooks, which of its files is which, and generated files for the
demonstration. What does not: reading and storing files (`ingestion/delivered/`).
"""
