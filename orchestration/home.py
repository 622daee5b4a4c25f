"""DAGSTER_HOME: the folder with Dagster's settings and, in development, its storage.

What belongs here: putting the settings in force into it. What does not: what they are
(`dagster.yaml`, `production/dagster.yaml`).
"""

import os
from pathlib import Path

from warehouse.settings import Settings

DEVELOPMENT = Path(__file__).parent
PRODUCTION = DEVELOPMENT / "production"


def prepare_home(settings: Settings) -> None:
    """Make DAGSTER_HOME with the `dagster.yaml` in force, and point the environment to it.

    Services may start at the same moment: each replaces the file whole.
    """
    home = settings.paths.make().dagster_home
    folder = PRODUCTION if settings.dagster == "production" else DEVELOPMENT
    new = home / f".dagster-{os.getpid()}.yaml"
    new.write_bytes((folder / "dagster.yaml").read_bytes())
    new.replace(home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
