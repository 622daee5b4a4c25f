"""The raw tables of Folkhälsodata: columns, types, keys and what each column means.

What belongs here: the one description of `raw_folkhalsodata.*` that the decoder, dlt, the change
history and the asset catalogue read. What does not: how rows get there, and the books (`books.py`).
"""

import pyarrow as pa

from ingestion.raw_table import Column, RawTable, text_column

SCHEMA = "raw_folkhalsodata"


class FolkhalsodataTable(RawTable):
    """A raw table of Folkhälsodata."""

    in_schema = SCHEMA


_TABLE_ID = text_column("table_id", "The table's file name without .px.", False)

ESTIMATE = FolkhalsodataTable(
    "estimate",
    "One share of one area, sex and period with its interval; a new row when it changed.",
    ("table_id", "content_code", "area_id", "gender", "year_start", "year_end"),
    (
        _TABLE_ID,
        text_column("content_code", "The table's code of what the share is of.", False),
        text_column("content_text", "The table's words for it.", False),
        text_column("area_id", "Area id, four digits; 0000 the country, 0020 a county.", False),
        text_column("gender", "T total, K women, M men.", False),
        Column("year_start", pa.int32(), "First year of the period.", False),
        Column("year_end", pa.int32(), "Last year of the period.", False),
        Column("share", pa.float64(), "Per cent; null where the agency hides or lacks it."),
        Column("ci_lower", pa.float64(), "Lower limit of the agency's interval, per cent."),
        Column("ci_upper", pa.float64(), "Upper limit of the agency's interval, per cent."),
        Column("n", pa.int32(), "Number of answers behind the share."),
        text_column("status", "The agency's sign for a missing value, such as '..'."),
    ),
)
TABLE_METADATA = FolkhalsodataTable(
    "table_metadata",
    "One value of one variable of a table, as it describes itself; a new row when it changed.",
    ("table_id", "variable_code", "value_code"),
    (
        _TABLE_ID,
        text_column("variable_code", "The variable's code.", False),
        text_column("value_code", "The value's code.", False),
        text_column("table_title", "The table's title.", False),
        text_column("variable_text", "The variable's text.", False),
        text_column("value_text", "The value's text.", False),
        Column("position", pa.int32(), "The value's place in the variable, from 0.", False),
    ),
)
TABLES = (ESTIMATE, TABLE_METADATA)
