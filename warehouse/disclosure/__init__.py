"""Disclosure control: which cells of a release carry no number.

What belongs here: the rules of a cell, secondary cells, intervals, frozen cells. What does
not: reading tables and exact arithmetic (`warehouse.tables`), the test from outside
(`warehouse.attack`, which shares nothing with this package), publishing.
"""
