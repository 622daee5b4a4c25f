"""Reading the register of indicators, for its tests."""

import csv
from pathlib import Path

import pytest

from tests.support import PROJECT_ROOT

SEED = PROJECT_ROOT / "dbt_project" / "seeds" / "indicators.csv"
SEEDS_YML: Path = SEED.with_name("_seeds.yml")


def rows() -> list[dict[str, str]]:
    """All rows as text, in the order of the file."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


ROWS = rows()
BY_ID = {row["indicator_id"]: row for row in ROWS}
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["indicator_id"])
