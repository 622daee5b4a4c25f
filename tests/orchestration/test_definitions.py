"""What the code location holds, read without running anything."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.marts import load_manifest
from orchestration.definitions import defs
from tests.orchestration.house import environment
from tests.support import PROJECT_ROOT

GRAPH = defs.resolve_asset_graph()
NODES = {key.to_user_string(): GRAPH.get(key) for key in GRAPH.get_all_asset_keys()}


def test_data_flow_one_way_from_api_to_release() -> None:
    def upstream(name: str) -> set[str]:
        return {key.to_user_string() for key in NODES[name].parent_keys}

    assert upstream("raw_kolada/reading") == set()
    assert upstream("staging/stg_kolada__value") == {"raw_kolada/reading", "raw_kolada/load_kpi"}
    assert {name.split("/")[0] for name in upstream("core/fct_value")} == {"intermediate"}
    assert {"core/fct_value", "equity/area_gap", "quality/load"} <= upstream("published/release")
    assert not [name for name in NODES if name.count("/") != 1]


@pytest.mark.parametrize("name", sorted(NODES))
def test_every_asset_is_described_grouped_and_owned(name: str) -> None:
    node = NODES[name]
    assert node.description and node.group_name != "default" and node.owners and node.kinds


def test_marts_and_release_go_stale() -> None:
    stamped = {name.split("/")[0] for name, node in NODES.items() if node.freshness_policy}
    assert {"core", "equity", "quality", "published"} <= stamped


def test_every_dbt_test_and_unit_test_is_a_described_check() -> None:
    manifest = load_manifest()
    checks = {key.name: GRAPH.get_check_spec(key) for key in GRAPH.asset_check_keys}
    tests = {n["name"] for n in manifest["nodes"].values() if n["resource_type"] == "test"}
    units = {f"unit_{test['name']}" for test in manifest["unit_tests"].values()}
    assert tests | units <= checks.keys()
    assert len(tests) > 30 and len(units) > 15
    silent = [name for name, spec in checks.items() if not spec.description]
    assert silent == []


def test_what_writes_duckdb_waits_in_one_pool() -> None:
    writers = {"load_kolada", "build_marts", "publish", "dbt_unit_tests"}
    ops = {op.name: op for op in defs.resolve_job_def("everything").nodes}
    assert {ops[name].definition.pool for name in writers} == {"duckdb_write"}


def test_what_rows_about_people_lead_to_is_made_without_publishing() -> None:
    made = defs.resolve_job_def("surveys").asset_layer.selected_asset_keys
    names = {key.to_user_string() for key in made}
    assert {"raw_elsa/respondent", "survey/estimate", "quality/load"} <= names
    assert not {"published/release", "core/fct_value", "raw_kolada/reading"} & names


@pytest.mark.parametrize(
    ("name", "cron", "reading"),
    [
        ("kolada_daily", "30 5 * * *", "refresh"),
        ("kolada_quarterly", "0 2 1 1,4,7,10 *", "full"),
    ],
)
def test_schedules_run_in_swedish_time(name: str, cron: str, reading: str) -> None:
    schedule = defs.resolve_schedule_def(name)
    assert schedule.execution_timezone == "Europe/Stockholm"
    assert (schedule.cron_schedule, schedule.job_name) == (cron, "everything")
    with dg.build_schedule_context() as context:
        (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.run_config["ops"]["load_kolada"]["config"]["reading"] == reading


@pytest.mark.parametrize(
    "command",
    [
        ["dagster", "definitions", "validate", "-w", "workspace.yaml"],
        ["dg", "check", "defs"],
    ],
)
def test_dagsters_own_validation_passes(command: list[str], tmp_path: Path) -> None:
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run(
        [str(tool), *command[1:]],
        cwd=PROJECT_ROOT,
        # The data folder with the manifest that this process made: dbt need not parse again.
        env=environment(Path(os.environ["JAMLIK_DATA_DIR"]), DAGSTER_HOME=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_checks_that_guard_the_next_step_block() -> None:
    blocking = {
        key.name
        for key in GRAPH.asset_check_keys
        if (spec := GRAPH.get_check_spec(key)) and spec.blocking
    }
    assert "great_expectations" in blocking
    assert "register_is_in_kolada" not in blocking
    assert isinstance(defs, dg.Definitions)
