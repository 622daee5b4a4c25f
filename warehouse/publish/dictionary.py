"""`dictionary.html`: every published table, view and macro, as the contracts describe them.

What belongs here: what the page shows. What does not: its markup (`templates/dictionary.html`)
and the descriptions, which stand beside the models (`dbt_project/models/marts/`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2

from warehouse.publish.contract import TableContract
from warehouse.publish.datapackage import attribution
from warehouse.publish.macros import macros_for
from warehouse.publish.results import ReleaseInfo
from warehouse.publish.views import SCHEMA, IndicatorView, view_columns

DICTIONARY = "dictionary.html"
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def write_dictionary(
    folder: Path,
    tables: Sequence[TableContract],
    views: Sequence[IndicatorView],
    info: ReleaseInfo,
    rows: dict[str, int],
) -> Path:
    """Write the page of a release: one file, no script, nothing from elsewhere.

    Args:
        folder: The release folder.
        tables: Contracts of its tables.
        views: Its indicator views.
        info: Origin and region.
        rows: Rows per `schema.table`.

    Returns:
        The page.
    """
    text = _ENVIRONMENT.get_template(DICTIONARY).render(
        region=info.region,
        is_demo=info.origin == "demo",
        schemas=_schemas(tables, rows),
        view_schema=SCHEMA,
        view_names=[view.name for view in views],
        view_columns=view_columns(tables),
        macros=macros_for(tables),
    )
    path = folder / DICTIONARY
    path.write_text(text, encoding="utf-8")
    return path


def _schemas(tables: Sequence[TableContract], rows: dict[str, int]) -> dict[str, list[Any]]:
    """Tables by schema, each with what its section shows."""
    related = {(table.full_name, one.column): one for table in tables for one in table.references}
    schemas: dict[str, list[Any]] = {}
    for table in tables:
        columns = [
            (column, related.get((table.full_name, column.name))) for column in table.columns
        ]
        schemas.setdefault(table.schema, []).append(
            {
                "contract": table,
                "rows": rows[table.full_name],
                "attribution": attribution(table),
                "columns": columns,
            }
        )
    return schemas
