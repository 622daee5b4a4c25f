"""The top floor: the only place that knows Dagster, and the command line.

What belongs here: wrapping what the other rooms do into assets, checks, jobs, schedules
and resources, one module per concept. What does not: the doing itself. Nothing imports
this package.
"""
