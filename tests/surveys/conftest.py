"""Generated survey files, loaded and built once for all tests of this area."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion.delivered import store
from ingestion.delivered.load import load_into
from ingestion.hlv import generate as hlv
from ingestion.lupp import generate as lupp
from tests.dbt_project.conftest import Dbt
from tests.dbt_project.raw_file import write_raw_file
from tests.support import made_once, shared_dir
from warehouse.settings import Settings, load_settings

# The marts treat all items alike, so a dozen do; ghq5 changed its wording, k6 began in 2020.
HLV_ITEMS = (
    *("badhals", "godhals", "lsjd", "nedfunk", "hear", "syn", "astma", "diabet", "huvudv"),
    *("stress", "mstress", "somn", "ghq5", "k6_psyk_hog"),
)
LUPP_ITEMS = ("self_rated_health", "sleep", "stress", "loneliness", "bullied", "safe_town")
# Two rounds of all municipalities, and the two in between of one.
LUPP_ROUNDS = (2021, 2022, 2023, 2024)
MODELS = ("+path:models/marts/survey", "+load", "+source_round", "+dim_item")


@dataclass(frozen=True)
class Surveys:
    """The generated files, the stores and the build of them."""

    folder: Path

    @property
    def settings(self) -> Settings:
        return load_settings(data_dir=self.folder, surveys="demo")

    @property
    def build(self) -> Path:
        return self.folder / "jamlik.duckdb"

    def files(self, source: str) -> Path:
        return self.folder / source


@pytest.fixture(scope="session")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Surveys:
    """HLV's four rounds and Lupp's last four, through the loader and dbt; 25 s, so made once."""
    shared = shared_dir()

    def make(folder: Path) -> None:
        _load(Surveys(folder))
        _build(Surveys(folder), shared)

    return Surveys(made_once(tmp_path_factory, "surveys", make))


def _load(found: Surveys) -> None:
    for source, generate, items in (("hlv", hlv, HLV_ITEMS), ("lupp", lupp, LUPP_ITEMS)):
        files = generate.write_demo_files(found.files(source))
        with store.open_store(source, found.settings) as con:
            for path in files:
                if source == "hlv" or path.stem.split("_")[-2:][0] in map(str, LUPP_ROUNDS):
                    load_into(con, path, source, found.settings)
            if source == "lupp":
                load_into(con, found.files("lupp") / "rounds.yml", source, found.settings)
            columns = con.execute("select column_name from (describe respondent)").fetchall()
            kept = {f"item_{source}_{item}" for item in items}
            for (column,) in columns:
                if column.startswith("item_") and column not in kept:
                    con.execute(f"alter table respondent drop column {column}")


def _build(found: Surveys, shared: Path) -> None:
    raw = found.folder / "kolada.duckdb"
    write_raw_file(raw, shared, ["N00925"])
    done = Dbt(found.folder, raw).run(
        *("build", "--resource-type", "model", "--resource-type", "seed", "--select", *MODELS),
        JAMLIK_RESTRICTED_HLV=str(found.settings.paths.restricted("hlv", "demo")),
        JAMLIK_RESTRICTED_LUPP=str(found.settings.paths.restricted("lupp", "demo")),
        JAMLIK_SURVEY_ORIGIN="demo",
    )
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture
def marts(surveys: Surveys) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(surveys.build), read_only=True) as con:
        yield con
