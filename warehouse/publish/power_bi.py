"""`power_bi.json`: the release as a tabular model, for Power BI and whatever reads such models.

What belongs here: tables with their M queries over the Parquet files, relations, measures. What
does not: opening it in Power BI, which nobody has tried here (`docs/bi.md`).

The form is the Tabular Model Scripting Language (TMSL), the JSON of `model.bim` files.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from warehouse.publish.contract import ColumnContract, TableContract
from warehouse.publish.database import DEMONSTRATION
from warehouse.publish.results import PublicationError, ReleaseInfo
from warehouse.publish.sql import normal_type

POWER_BI = "power_bi.json"
# The first level of the model format that takes M queries in partitions is 1400; this is that
# of Power BI's own models.
_COMPATIBILITY = 1550
FOLDER = "ParquetFolder"
_PLACE = r"C:\jamlik\published\parquet"
# Type of DuckDB: type of the model's column, type in the M query.
_TYPES = {
    "VARCHAR": ("string", "type text"),
    "BOOLEAN": ("boolean", "type logical"),
    "INTEGER": ("int64", "Int64.Type"),
    "BIGINT": ("int64", "Int64.Type"),
    "DOUBLE": ("double", "type number"),
    "DATE": ("dateTime", "type date"),
    "TIMESTAMP": ("dateTime", "type datetime"),
}
# Values of indicators are never summed: a measure gives a value where it is one, else nothing.
# A measure may not be named like a column of its table, in any case.
_MEASURES = {
    "core.fct_value": (
        (
            "Indicator value",
            "SELECTEDVALUE('core.fct_value'[value])",
            "The value where indicator, area, year and gender are one; empty otherwise.",
        ),
        (
            "Latest indicator value",
            "VAR LatestYear = CALCULATE(MAX('core.fct_value'[year_end]), "
            "NOT ISBLANK('core.fct_value'[value])) RETURN CALCULATE("
            "SELECTEDVALUE('core.fct_value'[value]), 'core.fct_value'[year_end] = LatestYear)",
            "The value of the latest year with one; choose indicator, area and gender.",
        ),
    ),
    "equity.area_gap": (
        (
            "Gap to benchmark",
            "SELECTEDVALUE('equity.area_gap'[gap_size])",
            "Positive when the area is worse off; choose a benchmark too.",
        ),
        (
            "Areas worse off than Riket",
            "CALCULATE(DISTINCTCOUNT('equity.area_gap'[area_id]), "
            "'equity.area_gap'[benchmark] = \"riket\", 'equity.area_gap'[verdict] = \"worse\", "
            "'equity.area_gap'[q_value] < 0.05)",
            "Areas whose difference is more than chance, after correction; choose year and gender.",
        ),
    ),
}


def describe_model(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableContract], info: ReleaseInfo
) -> dict[str, Any]:
    """The model of all published tables.

    Args:
        con: Any connection; names types.
        tables: Contracts of all tables in the release.
        info: Origin and region.

    Raises:
        PublicationError: A column has a type that the model has no word for.
    """
    is_parameter = '[IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'
    return {
        "name": f"jamlik-region-{info.region}",
        "compatibilityLevel": _COMPATIBILITY,
        "model": {
            "description": f"{DEMONSTRATION if info.origin == 'demo' else ''}Equity in health, "
            f"region {info.region}. Set {FOLDER} to the folder of the Parquet files.",
            "culture": "sv-SE",
            "defaultPowerBIDataSourceVersion": "powerBI_V3",
            "expressions": [
                {"name": FOLDER, "kind": "m", "expression": f'"{_PLACE}" meta {is_parameter}'}
            ],
            "tables": [_table(con, table) for table in tables],
            "relationships": list(_relationships(tables)),
        },
    }


def _table(con: duckdb.DuckDBPyConnection, table: TableContract) -> dict[str, Any]:
    types = {column.name: _types(con, table, column) for column in table.columns}
    measures = [
        {"name": name, "expression": expression, "description": description}
        for name, expression, description in _MEASURES.get(table.full_name, ())
    ]
    return {
        "name": table.full_name,
        "description": table.description,
        "columns": [
            {
                "name": column.name,
                "dataType": types[column.name][0],
                "sourceColumn": column.name,
                "description": column.description,
                "summarizeBy": "none",
                **({"isKey": True} if table.primary_key == (column.name,) else {}),
            }
            for column in table.columns
        ],
        "partitions": [
            {
                "name": table.full_name,
                "mode": "import",
                "source": {"type": "m", "expression": _query(table, types)},
            }
        ],
        **({"measures": measures} if measures else {}),
    }


def _types(
    con: duckdb.DuckDBPyConnection, table: TableContract, column: ColumnContract
) -> tuple[str, str]:
    found = normal_type(con, column)
    if found not in _TYPES:
        raise PublicationError(
            f"{table.full_name}.{column.name} is {found}, for which {POWER_BI} has no type.",
            "Choose another type, or add it to warehouse/publish/power_bi.py.",
        )
    return _TYPES[found]


def _query(table: TableContract, types: dict[str, tuple[str, str]]) -> list[str]:
    """The M query as lines."""
    typed = ", ".join(f'{{"{name}", {kind}}}' for name, (_, kind) in types.items())
    return [
        "let",
        f'    Source = Parquet.Document(File.Contents({FOLDER} & "\\{table.full_name}.parquet")),',
        f"    Typed = Table.TransformColumnTypes(Source, {{{typed}}})",
        "in",
        "    Typed",
    ]


def _relationships(tables: Iterable[TableContract]) -> Iterable[dict[str, Any]]:
    """Many rows to one, filtering from the one side.

    A model allows one active relation between two tables and none of a table with itself: the
    first column is active, and what stays within a table is left out.
    """
    for table in tables:
        seen: set[str] = {table.full_name}
        for one in table.references:
            if one.table == table.full_name:
                continue
            yield {
                "name": f"{table.full_name}.{one.column}",
                "fromTable": table.full_name,
                "fromColumn": one.column,
                "fromCardinality": "many",
                "toTable": one.table,
                "toColumn": one.key,
                "toCardinality": "one",
                "crossFilteringBehavior": "oneDirection",
                "isActive": one.table not in seen,
            }
            seen.add(one.table)
