"""Asset checks: the rules that results must meet, one module per kind of rule.

What belongs here: what was expected, what was found, which rows, and how bad it is. What
does not: the rules' own logic where another room has it (`expectations/`, `dbt_project/`,
`warehouse/publish/`).

Blocking checks stand where the next step would be wrong; the others inform.
"""
