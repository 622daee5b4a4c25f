"""The names of the publication's checks, with the rule in words.

What belongs here: the list that the asset catalogue shows before anything has run. What
does not: the checks (`checks.py`, `file_checks.py`); a test holds both together.
"""

ATTACK = "disclosure_attack"
APPROVED = "every_source_is_approved"

PUBLICATION_CHECKS = {
    "every_contracted_table_is_there": "Each table that has a contract exists.",
    "columns_and_types_are_as_contracted": "Each table has its contract's columns and types.",
    "required_columns_have_no_nulls": "Key columns and not_null columns hold a value everywhere.",
    "primary_keys_are_unique": "No two rows of a table have the same primary key.",
    "foreign_keys_are_found": "Each id that refers to another table is a row there.",
    "row_counts_have_not_collapsed": "No table lost over a fifth of its rows since last time.",
    "log_tables_have_not_collapsed": "Tables about loads keep their rows.",
    "most_published_values_stay": "At most a fifth of a table's published rows change or go.",
    "database_holds_the_built_rows": "jamlik.duckdb, opened again, holds the built rows.",
    "parquet_holds_the_built_rows": "Each Parquet file, opened again, holds the built rows.",
    "everything_has_a_comment": "Each table, view, column and macro says what it is.",
    "datapackage_is_valid": "datapackage.json is a Frictionless data package.",
    "datapackage_describes_the_files": "Parquet files are as datapackage.json says of them.",
    "file_opens_in_duckdb_1_2": "The file's storage version opens in DuckDB 1.2 and later.",
    APPROVED: "The data owner has signed how each source with answers of people is published.",
    ATTACK: "Attacked as a stranger would, no hidden cell can be computed.",
    "indicator_views_answer": "Each indicator's view gives a row per value.",
}

# Of severity warn; a failure of any other stops the publication.
ONLY_WARN = {"log_tables_have_not_collapsed", "most_published_values_stay", APPROVED}
