"""Measurements of speed and memory, against named baselines in the same run.

What belongs here: one module per measurement, and what they share (`measure.py`,
`recorded.py`). What does not: tests; a slow machine makes no build fail.
"""
