"""Sources: one folder each, every one runs without Dagster.

What belongs here: reading a source as it is into its raw tables, with its quirks, and
nothing lost. What does not: meaning (dbt's staging and after) and scheduling
(`orchestration/`). Imports only `warehouse`.
"""
