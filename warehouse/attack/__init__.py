"""The attack: can a hidden cell be computed from what was published?

What belongs here: a program that reads published tables only, and the rules that readers
may know. What does not: the protection. It shares `warehouse.tables` with it, which reads
files and does exact arithmetic, and nothing that judges a cell; a test holds it to that.
"""
