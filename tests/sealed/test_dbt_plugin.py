"""dbt reads sealed files; neither a key nor a cell is in what dbt and Dagster leave behind."""

import json
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingestion.delivered.store import open_store
from orchestration.manifest import DBT_EXECUTABLE
from orchestration.resources import Dbt
from tests.canary.decoders import content
from tests.canary.forms import Canaries
from tests.support import PROJECT_ROOT
from warehouse.sealed.keys import key_folder
from warehouse.sealed.seal import file_key, read_seal
from warehouse.settings import load_settings

PROFILE = """
tiny:
  target: build
  outputs:
    build:
      type: duckdb
      path: {folder}/build.duckdb
      config_options: {{autoinstall_known_extensions: false, autoload_known_extensions: false}}
      module_paths: ["{root}"]
      plugins:
        - module: ingestion.delivered.dbt_plugin
          config:
            stores: {{hlv: {hlv}, lupp: {lupp}, elsa: {folder}/none.duckdb}}
"""
PROJECT = "name: tiny\nversion: 1.0.0\nprofile: tiny\nflags: {send_anonymous_usage_stats: false}\n"
MODEL = """{{ config(materialized='table') }}
select column_name, current_setting('temp_file_encryption') as is_spill_encrypted
from hlv.raw_hlv.unknown_column
union all
select column_name, false from elsa.raw_elsa.unknown_column
"""


# A view of people's cells, a table that cannot be made of them, and a check that stops at one.
VIEW = "{{ config(materialized='view') }} select column_name from lupp.raw_lupp.unknown_column"
REFUSED = (
    "{{ config(materialized='table') }} select cast(column_name as int) from {{ ref('seen') }}"
)
CHECK = "select * from lupp.raw_lupp.unknown_column where cast(column_name as date) > now()"
CELL = "Åsö Qwzpjkv-Tyxgmhr"


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the stores, and with all that dbt and Dagster wrote in a run that failed."""
    folder = tmp_path_factory.mktemp("dbt")
    house = load_settings(data_dir=folder, surveys="delivered")
    for source, cell in (("hlv", "read"), ("lupp", CELL)):
        with open_store(source, house) as con:
            con.execute("insert into unknown_column values ('f', ?)", [cell])
    project = folder / "project"
    sealed = {one: house.paths.restricted(one, "delivered") for one in ("hlv", "lupp")}
    for name, text in {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILE.format(folder=folder, root=PROJECT_ROOT, **sealed),
        **{"models/found.sql": MODEL, "models/seen.sql": VIEW, "models/refused.sql": REFUSED},
        "tests/refusing.sql": CHECK,
    }.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)

    @dg.asset
    def built(dbt: Dbt) -> None:
        dbt.cli(["--debug", "build"]).wait()

    home = folder / "dagster"
    home.mkdir()
    dbt = Dbt(
        project_dir=str(project), profiles_dir=str(project), dbt_executable=str(DBT_EXECUTABLE)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(PROJECT_ROOT))
        with dg.DagsterInstance.local_temp(str(home)) as instance:
            done = dg.materialize(
                [built], resources={"dbt": dbt}, instance=instance, raise_on_error=False
            )
            told = "\n".join(str(entry) for entry in instance.all_logs(done.run_id))
    assert not done.success
    (folder / "told.txt").write_text(told, encoding="utf-8")
    return folder


def test_dbt_reads_sealed_files_and_leaves_no_key(left: Path) -> None:
    with duckdb.connect(str(left / "build.duckdb"), read_only=True) as con:
        assert con.execute("from found").fetchall() == [("read", True)]
    settings = load_settings(data_dir=left, surveys="delivered")
    keys, secrets = key_folder(settings), list[str]()
    for source in ("hlv", "lupp"):
        key = keys.read(f"sealed_{source}")
        [entry] = read_seal(settings.paths.restricted(source, "delivered"))
        secrets += [key.value.hex(), file_key(key, entry.salt).hex(), key.derive("seal").hex()]
    files = [path for path in left.rglob("*") if path.is_file()]
    assert any(path.name == "dbt.log" for path in files) and len(files) > 8
    written = b"".join(path.read_bytes() for path in files)
    assert b"raw_hlv" in written
    for secret in secrets:
        assert secret.encode() not in written and bytes.fromhex(secret) not in written
    [results] = left.rglob("run_results.json")
    assert results.stat().st_mode & 0o077 == 0


def test_a_cell_that_stops_a_model_or_a_check_is_told_nowhere(left: Path) -> None:
    canaries = Canaries([CELL])
    written = {path: content(path) for path in left.rglob("*") if path.is_file()}
    assert not [path for path, text in written.items() if canaries.within(text)]
    said = {path.name for path, text in written.items() if b"ConversionException: the" in text}
    assert {"dbt.log", "run_results.json", "told.txt"} < said
    [results] = left.rglob("run_results.json")
    found = {
        one["unique_id"].split(".")[2]: one["status"]
        for one in json.loads(results.read_text(encoding="utf-8"))["results"]
    }
    assert found == {"found": "success", "seen": "success", "refused": "error", "refusing": "error"}
