"""Statistics outside dbt: the commands that use the marts' formulas on a user's own table.

What belongs here: rendering the project's SQL macros without dbt, reading and checking the
tables that users hand in, writing results. What does not: formulas. They are SQL macros in
`dbt_project/macros/statistics/`, one implementation for marts and commands alike.
"""
