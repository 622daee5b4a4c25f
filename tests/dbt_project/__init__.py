"""Tests of the dbt project: it is built from recorded data, then read."""
