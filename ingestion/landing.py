"""Running dlt so that a source's rows lie as Parquet in a landing folder.

What belongs here: a resource of a raw table, its contract, and the folder. What does not: which
rows there are (each source) and which of them are new (`history.py`).

Columns and types are frozen: a source may have new rows, but a new column or another type is a
change that a person must look at.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.schema.typing import TSchemaContractDict
from dlt.extract import DltResource, DltSource

from ingestion.raw_table import RawTable
from warehouse.errors import JamlikError

CONTRACT: TSchemaContractDict = {"tables": "evolve", "columns": "freeze", "data_type": "freeze"}
DATASET = "rows"
_DLT_TYPE = {
    pa.string(): "text",
    pa.int32(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "bool",
}


def resource(table: RawTable, rows: Callable[[], Iterator[pa.Table]]) -> DltResource:
    """A dlt resource of a raw table.

    Args:
        table: Gives name, columns and types.
        rows: Called when dlt runs; gives tables of the raw table's schema.
    """
    columns: Any = [
        {"name": c.name, "data_type": _DLT_TYPE[c.type], "nullable": c.nullable}
        | ({"precision": 32} if c.type == pa.int32() else {})
        for c in table.columns
    ]
    return dlt.resource(
        rows,
        name=table.name,
        columns=columns,
        file_format="parquet",
        write_disposition="append",
        schema_contract=CONTRACT,
    )


def land(source: DltSource, folder: Path) -> Path:
    """Run dlt so that the source's rows lie as Parquet below a new folder.

    Args:
        source: What to read.
        folder: Emptied first: what a dead run left there was never merged, and is read
            again.

    Returns:
        The folder that holds one folder of Parquet files per table.

    Raises:
        JamlikError: As the source's resources raise it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pipeline = dlt.pipeline(
        pipeline_name=source.name,
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.filesystem(bucket_url=str(folder / "landed")),
        dataset_name=DATASET,
    )
    try:
        pipeline.run(source)
    except Exception as error:
        raise _root_cause(error) from None
    return folder / "landed" / DATASET


def landed_sql(folder: Path, table: RawTable) -> str:
    """SQL of what was landed of a table; a table of which nothing came is empty.

    Args:
        folder: As `land` returned it.
        table: The raw table.
    """
    if any((folder / table.name).glob("*.parquet")):
        return f"select * from read_parquet('{folder / table.name}/*.parquet')"
    columns = ", ".join(f'"{c.name}"' for c in table.columns)
    return f"select {columns} from {table.full_name} where false"


def _root_cause(error: BaseException) -> BaseException:
    """The error that dlt has wrapped, where it is one of ours."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, JamlikError):
        cause = cause.__cause__ or cause.__context__
    return cause or error
