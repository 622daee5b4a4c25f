"""What the production set-up says of itself: units, settings, what is tried again."""

import os
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from ingestion.kolada.client import KoladaError, KoladaFaltering, KoladaUnreachable
from orchestration import launcher
from orchestration.home import DEVELOPMENT, PRODUCTION, prepare_home
from orchestration.retries import another_attempt
from orchestration.runs import life_lock
from orchestration.serve import CODE_LOCATION, command, serve
from tests.support import PROJECT_ROOT
from warehouse import locks
from warehouse.errors import InputError, SettingsError
from warehouse.sealed.keys import needed_names
from warehouse.settings import Settings, load_settings

UNITS = {path.stem.removeprefix("jamlik-"): path for path in PRODUCTION.glob("*.service")}
WILL_RETRY = "dagster/will_retry"


def lines(path: Path) -> list[tuple[str, str]]:
    """Names and values of a unit or a file of settings, in order."""
    text = [one for one in path.read_text("utf-8").splitlines() if "=" in one and one[0] != "#"]
    return [(name, value) for name, _, value in (one.partition("=") for one in text)]


def production(data_dir: Path, **changes: object) -> Settings:
    place = {"postgres_url": "postgresql:///jamlik", "code_socket": data_dir / "code.sock"}
    return load_settings(data_dir=data_dir, dagster="production", **{**place, **changes})


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Production's settings with SQLite instead of PostgreSQL."""
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path))
    text = yaml.safe_load((PRODUCTION / "dagster.yaml").read_text("utf-8"))
    del text["storage"]
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(text), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as made:
        yield made


@dg.op
def wrong_input() -> None:
    raise InputError("Row 3 of file.csv has no year.", "Add it.")


@dg.job
def reads_a_wrong_file() -> None:
    wrong_input()


def test_each_service_has_a_unit_that_starts_it(tmp_path: Path) -> None:
    assert sorted(UNITS) == ["code", "daemon", "webserver"]
    settings = production(tmp_path)
    for service, path in UNITS.items():
        unit = dict(lines(path))
        assert unit["ExecStart"].startswith(f"/opt/jamlik/.venv/bin/jamlik serve {service}")
        program, *arguments = command(service, settings, 3000)
        assert os.access(program, os.X_OK)
        assert "0.0.0.0" not in arguments
        assert (unit["User"], unit["UMask"], unit["ProtectSystem"]) == ("jamlik", "0077", "strict")


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze not found: apt install systemd")
    for path in UNITS.values():
        # It looks whether the program is there.
        text = path.read_text("utf-8").replace("/opt/jamlik/.venv/bin/jamlik", sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [tool, "verify", "--man=no", *sorted(map(str, tmp_path.glob("*.service")))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_code_server_alone_gets_all_keys() -> None:
    given = {
        service: [value for name, value in lines(path) if name == "LoadCredential"]
        for service, path in UNITS.items()
    }
    assert given["code"] == [f"{key}.key:/etc/jamlik/keys/{key}.key" for key in needed_names()]
    assert given["daemon"] == given["webserver"] == []


def test_the_file_of_settings_names_settings_that_there_are(tmp_path: Path) -> None:
    named = dict(lines(PRODUCTION / "jamlik.env"))
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert named.keys() <= known
    assert named["JAMLIK_DAGSTER"] == "production"


def test_everybody_loads_the_same_code_location() -> None:
    """`dg check defs`, `dagster definitions validate`, the UI and the code server."""
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))
    workspace = yaml.safe_load((PROJECT_ROOT / "workspace.yaml").read_text("utf-8"))
    served = yaml.safe_load((PRODUCTION / "workspace.yaml").read_text("utf-8"))
    assert project["tool"]["dg"]["project"]["code_location_target_module"] == CODE_LOCATION
    assert workspace["load_from"] == [{"python_module": CODE_LOCATION}]
    assert served["load_from"][0]["grpc_server"]["location_name"] == CODE_LOCATION


@pytest.mark.parametrize("folder", [DEVELOPMENT, PRODUCTION])
def test_one_writer_and_no_telemetry_in_both_set_ups(folder: Path) -> None:
    settings = yaml.safe_load((folder / "dagster.yaml").read_text("utf-8"))
    assert settings["telemetry"] == {"enabled": False}
    assert settings["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert settings["concurrency"]["pools"] == {"default_limit": 1, "granularity": "op"}
    assert settings["run_monitoring"]["enabled"] is True


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"postgres_url": ""}, "JAMLIK_POSTGRES_URL and JAMLIK_CODE_SOCKET"),
        ({"code_socket": None}, "JAMLIK_POSTGRES_URL and JAMLIK_CODE_SOCKET"),
        ({"postgres_url": "postgresql://jamlik:hemligt@db/jamlik"}, "holds a password"),
        ({"postgres_url": "postgresql://db/jamlik?password=hemligt"}, "holds a password"),
        ({"postgres_url": "mysql://db/jamlik"}, "begins with postgresql://"),
    ],
)
def test_wrong_settings_of_production_are_refused(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(SettingsError, match=words) as raised:
        production(tmp_path, **changes)
    assert "hemligt" not in str(raised.value)


def test_services_are_for_production_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path))
    with pytest.raises(SettingsError, match="JAMLIK_DAGSTER=production only"):
        serve("daemon", 3000)


def test_the_home_has_the_settings_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "elsewhere")
    for settings, folder in (
        (production(tmp_path), PRODUCTION),
        (load_settings(data_dir=tmp_path), DEVELOPMENT),
    ):
        prepare_home(settings)
        home = Path(os.environ["DAGSTER_HOME"])
        assert [one.name for one in home.iterdir()] == ["dagster.yaml"]
        assert (home / "dagster.yaml").read_bytes() == (folder / "dagster.yaml").read_bytes()


def test_a_wrong_input_is_not_tried_again(instance: dg.DagsterInstance) -> None:
    result = reads_a_wrong_file.execute_in_process(instance=instance, raise_on_error=False)
    assert instance.get_run_by_id(result.run_id).tags[WILL_RETRY] == "false"


def test_a_run_that_died_is_tried_again_once(instance: dg.DagsterInstance) -> None:
    first = instance.create_run_for_job(reads_a_wrong_file, status=dg.DagsterRunStatus.STARTED)
    instance.report_run_failed(first, "The run's process is gone.")
    assert instance.get_run_by_id(first.run_id).tags[WILL_RETRY] == "true"
    second = instance.create_run_for_job(
        reads_a_wrong_file,
        status=dg.DagsterRunStatus.STARTED,
        parent_run_id=first.run_id,
        root_run_id=first.run_id,
        tags={"dagster/parent_run_id": first.run_id, "dagster/root_run_id": first.run_id},
    )
    instance.report_run_failed(second, "The run's process is gone.")
    assert instance.get_run_by_id(second.run_id).tags[WILL_RETRY] == "false"


def test_a_run_is_as_alive_as_its_lock_and_dead_once_it_can_be_started_again(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "SETTLE_SECONDS", 0)
    monkeypatch.setenv("JAMLIK_CODE_SOCKET", str(tmp_path / "code.sock"))
    run = instance.create_run_for_job(reads_a_wrong_file, status=dg.DagsterRunStatus.STARTED)
    lock = life_lock(load_settings().paths, run.run_id)

    def health() -> str:
        return instance.run_launcher.check_run_worker_health(run).status.value

    with socket.socket(socket.AF_UNIX) as code_server:
        code_server.bind(str(tmp_path / "code.sock"))
        code_server.listen()
        assert health() == "RUNNING", "it has only just begun"
        with locks.hold(lock, "a test"):
            assert health() == "RUNNING"
        assert health() == "FAILED"
    assert health() == "RUNNING", "nobody could start it again"


def test_only_a_passing_fault_is_tried_again() -> None:
    at_the_terminal = dg.DagsterRun("everything", run_id="1")
    assert another_attempt(KoladaFaltering("503"), at_the_terminal).max_retries == 2
    assert another_attempt(KoladaUnreachable("nobody"), at_the_terminal) is None
    assert another_attempt(KoladaError("422"), at_the_terminal) is None
