"""Tests of `expectations/`."""
