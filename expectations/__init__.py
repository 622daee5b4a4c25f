"""Great Expectations suites, kept as data, and the one runner that reads them.

What belongs here: the rules that a table must meet (`suites/`, one file per table), the
form those files have (`suite.py`), running them over a DuckDB connection (`runner.py`), and
pages of what was found (`docs.py`). What does not: putting anything right, deciding what a
failed rule stops, and anything that knows Dagster.
"""
