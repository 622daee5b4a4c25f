"""Assets: one module per stage, in the order in which data flows.

What belongs here: what is made, from what, and what is said about it. What does not: rules
that the result must meet (`asset_checks/`) and when it is made (`jobs.py`, `schedules.py`).
"""
