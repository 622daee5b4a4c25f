"""The static site: pages for decision-makers, made from the published file alone.

What belongs here: reading a release, words and charts of its verdicts, templates, the files of
the site. What does not: statistics (`dbt_project/`), publishing (`warehouse/publish/`).
"""
