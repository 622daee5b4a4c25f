"""The register of indicators, as a list of ids.

What belongs here: reading which indicators the register has, for those who must know
before dbt has run. What does not: what an indicator is, which marts say.
"""

import csv
from pathlib import Path

from warehouse.errors import SettingsError
from warehouse.paths import PROJECT_ROOT

REGISTER = PROJECT_ROOT / "dbt_project" / "seeds" / "indicators.csv"


def register_ids(path: Path = REGISTER) -> list[str]:
    """Ids of the register's indicators, in the file's order.

    Raises:
        SettingsError: The file is missing or has no column `indicator_id`.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            ids = [row["indicator_id"] for row in csv.DictReader(file)]
    except (OSError, KeyError) as error:
        raise SettingsError(
            f"The register {path.name} cannot be read ({type(error).__name__}).",
            "Restore dbt_project/seeds/indicators.csv.",
        ) from None
    return ids
