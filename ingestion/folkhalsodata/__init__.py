"""Folkhälsodata: the Public Health Agency's tables, PxWeb API v1.

What belongs here: which tables are read, the client, the decoder, the dlt source, and (in
`replay/`) a server that answers like PxWeb from a folder. What does not: choosing the latest
reading and judging values, which is dbt's staging.
"""
