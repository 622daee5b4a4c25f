"""Where every file of the warehouse lies.

What belongs here: names of files and folders below the data folder, and making the
folders. What does not: opening them (`connection.py`) or deciding what is in them.
"""

from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Paths:
    """The data folder's map (`docs/files.md` says who may read what).

    Args:
        root: The data folder, `JAMLIK_DATA_DIR`.
    """

    root: Path

    def raw_kolada(self, origin: str) -> Path:
        """Kolada as read, one file per origin (demo, replay, live).

        Separate files, since generated and real values in one history could not be
        told apart again.
        """
        return self.root / "raw" / f"kolada_{origin}.duckdb"

    def raw_folkhalsodata(self, origin: str) -> Path:
        """Folkhälsodata as read, one file per origin (demo, replay, live; off: an empty one)."""
        return self.root / "raw" / f"folkhalsodata_{origin}.duckdb"

    @property
    def check_log(self) -> Path:
        """Every result of every check, of all origins; it survives the removal of the build."""
        return self.root / "raw" / "checks.duckdb"

    def restricted(self, source: str, origin: str) -> Path:
        """Rows about people, of one source (hlv, lupp) and origin (demo, delivered).

        Only the pipeline opens it: the folder is 0700, the files 0600 and sealed
        (`warehouse/sealed/`).
        """
        return self.root / "restricted" / f"{source}_{origin}.duckdb"

    @property
    def keys_demo(self) -> Path:
        """Keys of the demonstration's sealed files; real keys never lie in the data folder."""
        return self.root / "keys-demo"

    def inbox(self, source: str) -> Path:
        """Where a source's delivered files are dropped; `done/` and `rejected/` lie below."""
        return self.root / "inbox" / source

    @property
    def build(self) -> Path:
        """What dbt builds; only the pipeline opens it."""
        return self.root / "build" / "jamlik.duckdb"

    @property
    def published(self) -> Path:
        """The folder that readers know."""
        return self.root / "published"

    @property
    def releases(self) -> Path:
        """One folder per release."""
        return self.published / "releases"

    @property
    def current(self) -> Path:
        """The link whose target is the published release."""
        return self.published / "current"

    @property
    def dagster_home(self) -> Path:
        """DAGSTER_HOME, shared by `make run` and `make ui`."""
        return self.root / "dagster"

    def dbt_target(self, origin: str) -> Path:
        """dbt's artefacts; one folder per origin, since dbt parses anew (5 s) when paths differ."""
        return self.root / "dbt" / origin

    @property
    def column_lineage(self) -> Path:
        """Column lineage of the models, kept until their files change."""
        return self.root / "dbt" / "column_lineage.json"

    @property
    def unit_tests(self) -> Path:
        """Which state of the models passed dbt's unit tests last, and when."""
        return self.root / "dbt" / "unit_tests.json"

    @property
    def suites_passed(self) -> Path:
        """Which state of what was loaded passed its suite of expectations last, and when."""
        return self.root / "build" / "suites_passed.json"

    @property
    def suite_docs(self) -> Path:
        """Pages of all suites of expectations, when `jamlik docs` has written them here."""
        return self.root / "docs" / "suites"

    @property
    def logs(self) -> Path:
        """Log files of dbt and the pipeline."""
        return self.root / "logs"

    @property
    def tmp(self) -> Path:
        """Spill files and dlt's working folders; may be emptied between runs."""
        return self.root / "tmp"

    @property
    def locks(self) -> Path:
        """Operating-system locks; the files stay, the locks go with their process."""
        return self.root / "locks"

    def make(self) -> "Paths":
        """Create the folders that runs write to; returns self."""
        for folder in (
            self.build.parent,
            self.root / "raw",
            self.releases,
            self.dagster_home,
            self.logs,
            self.tmp,
            self.locks,
        ):
            folder.mkdir(parents=True, exist_ok=True)
        return self
