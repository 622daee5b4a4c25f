"""The registers of indicators and survey items, as lists of ids.

What belongs here: reading which indicators the register has, and which populations they
need, for those who must know before dbt has run. What does not: what an indicator is, which
marts say.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from warehouse.errors import SettingsError
from warehouse.paths import PROJECT_ROOT

REGISTER = PROJECT_ROOT / "dbt_project" / "seeds" / "indicators.csv"
ITEMS = PROJECT_ROOT / "dbt_project" / "seeds" / "items.csv"


def register_ids(path: Path = REGISTER) -> list[str]:
    """Ids of the register's indicators, in the file's order.

    Raises:
        SettingsError: The file is missing or lacks a column that is needed.
    """
    return list(_denominators(path))


def item_polarities(path: Path = ITEMS) -> dict[str, int]:
    """Of each survey item: 1 when more of its positive share is better, -1 worse, 0 neither."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["item_id"]: int(row["polarity"]) for row in csv.DictReader(file)}


def item_titles(source: str, path: Path = ITEMS) -> dict[str, str]:
    """Titles of a survey's items by id: what their positive share is called.

    Args:
        source: hlv or lupp.
        path: The register of items.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if source in row["sources"].split(";")]
    return {row["item_id"]: row["title"] for row in rows}


def denominator_ids(kpis: Iterable[str], path: Path = REGISTER) -> list[str]:
    """KPIs that give the populations behind some indicators' shares, sorted.

    Args:
        kpis: Indicators; those that the register does not have need none.
        path: The register.

    Raises:
        SettingsError: The file is missing or lacks a column that is needed.
    """
    declared = _denominators(path)
    return sorted({term for kpi in kpis for term in declared.get(kpi, ())})


def _denominators(path: Path) -> dict[str, list[str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {
                row["indicator_id"]: list(filter(None, row["denominator_kpis"].split("|")))
                for row in csv.DictReader(file)
            }
    except (OSError, KeyError) as error:
        raise SettingsError(
            f"The register {path.name} cannot be read ({type(error).__name__}).",
            "Restore dbt_project/seeds/indicators.csv.",
        ) from None
