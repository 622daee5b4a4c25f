"""dbt as a child process that ends with its parent.

What belongs here: the entry point `jamlik-dbt`, which dagster-dbt runs instead of `dbt`.
What does not: anything about models.
"""

from dbt.cli.main import cli

from warehouse.children import die_with_parent


def main() -> None:
    """Run dbt's command line."""
    die_with_parent()
    cli()
