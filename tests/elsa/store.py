"""Taking rows into the store of a test, and asking it."""

from ingestion.delivered.store import read_store
from ingestion.elsa.load import take_file
from ingestion.elsa.talks import TalksResult
from tests.elsa.exports import write
from warehouse.settings import Settings


def take(house: Settings, rows: list[dict[str, str]], name: str = "f.csv") -> TalksResult:
    """Load rows as an export."""
    return take_file(write(house.data_dir.parent / name, rows), house)


def select(house: Settings, sql: str) -> list[tuple]:
    """Ask the store in the schema of its tables."""
    with read_store("elsa", house) as con:
        con.execute("use elsa.raw_elsa")
        return con.execute(sql).fetchall()
