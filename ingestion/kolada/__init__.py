"""Kolada: RKA's open key figures for municipalities and regions, API v3.

What belongs here: the client, the decoder, the dlt source, the change history it is
merged into, and (in `replay/`) a server that answers like Kolada from a folder. What does
not: renaming, typing or judging values, which is dbt's staging.
"""
