"""Sealed files: DuckDB files about people, encrypted, with a keyed book of their bytes.

What belongs here: keys, opening and rewriting sealed files, and the boundary that keeps values
of people out of errors. What does not: tables and rules of a source (`ingestion/`).

docs/sealed-stores.md says what this protects against what, and what it does not.
"""
