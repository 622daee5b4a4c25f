"""Generated survey files, loaded and built once for all tests of this area."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml

from ingestion.delivered import store
from ingestion.delivered.load import load_into
from ingestion.elsa import generate as elsa
from ingestion.elsa.load import take_file as take_talks
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
# A guardian's, pupils' of either polarity; and a measured one, which has no truth of its own.
ELSA_ASKED = tuple(
    f"elsa_{item}"
    for item in ("guardian_sleep", "pupil_sleep", "pupil_headache", "pupil_likes_school")
)
ELSA_ITEMS = (*(item.removeprefix("elsa_") for item in ELSA_ASKED), "measured_overweight")
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
    """HLV's four rounds, Lupp's last four, all talks, through loader and dbt; 35 s, so once."""
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
            _keep_items(con, source, items)
    for path in elsa.write_demo_files(found.files("elsa")):
        # An export that was taken is deleted.
        copy = shutil.copy(path, found.folder)
        take_talks(Path(copy), found.settings)
    with store.open_store("elsa", found.settings) as con:
        _keep_items(con, "elsa", ELSA_ITEMS)


def _keep_items(con: duckdb.DuckDBPyConnection, source: str, items: tuple[str, ...]) -> None:
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
        JAMLIK_RESTRICTED_ELSA=str(found.settings.paths.restricted("elsa", "demo")),
        JAMLIK_SURVEY_ORIGIN="demo",
    )
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture
def marts(surveys: Surveys) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(surveys.build), read_only=True) as con:
        yield con


@pytest.fixture(scope="session")
def talks(surveys: Surveys) -> pd.DataFrame:
    """The talks in the store; every pupil has one a grade and year."""
    with store.read_store("elsa", surveys.settings) as con:
        return con.execute("select * from raw_elsa.respondent").df()


@pytest.fixture(scope="session")
def sizes(surveys: Surveys) -> pd.DataFrame:
    text = (surveys.files("elsa") / "pupils.yml").read_text("utf-8")
    frame = pd.DataFrame(yaml.safe_load(text)["pupils"])
    return frame.rename(columns={"municipality": "area_id"}).astype({"round": int})
