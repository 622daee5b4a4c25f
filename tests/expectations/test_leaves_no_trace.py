"""A run gives away no value of a person, and neither writes, sends nor prints anything."""

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest
from pydantic import ValidationError

from expectations.runner import run_suite
from tests.expectations.tables import NOT_NULL, suite_of
from tests.support import PROJECT_ROOT
from warehouse.errors import JamlikError


def test_restricted_results_hold_no_value(caplog: pytest.LogCaptureFixture) -> None:
    rules = [
        {
            "type": "expect_column_values_to_be_between",
            "over": "summary",
            "kwargs": {"column": "n_odd", "max_value": 0},
        },
        {
            "type": "expect_column_values_to_be_between",
            "over": "summary",
            "kwargs": {"column": "n", "min_value": 1},
        },
        {
            "type": "expect_table_columns_to_match_set",
            "over": "columns",
            "kwargs": {"column_set": ["k VARCHAR"]},
        },
    ]
    summary = {"n_odd": "count(*) filter (v <> 'fine')", "n": "count(*)"}
    with duckdb.connect() as own:
        own.execute("create table t as select 'secretkey' as k, 'secretvalue' as v")
        own.execute("insert into t from t")
        hidden = run_suite(own, suite_of(rules, summary=summary, restricted=True))
        own.execute("create view w as select k, v::integer as v from t")
        odd = {**summary, "n_odd": "count(*) filter (v > 1)"}
        broken = suite_of(rules[:1], summary=odd, table="main.w", restricted=True)
        with pytest.raises(JamlikError) as raised:
            run_suite(own, broken)
    assert "secret" not in str(asdict(hidden))
    assert all(answer.failing_keys == [] for answer in hidden.results)
    assert [(a.passed, a.n_failed) for a in hidden.results[:2]] == [(False, 2), (True, 0)]
    assert hidden.results[0].observed == "n_odd = 2" and not hidden.results[2].passed
    assert "secret" not in str(raised.value)
    assert raised.value.__context__ is None
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"summary": {"oldest": "max(age)"}}, "summary.oldest must be a count"),
        ({"summary": {"n": "count(*) filter (a = min(b))"}}, r"must be a count.*\(min\)"),
        ({"rules": [{"type": NOT_NULL, "kwargs": {"column": "k"}}]}, "stay in DuckDB"),
    ],
)
def test_a_suite_on_people_can_only_count(change: dict, text: str) -> None:
    between = {"type": "expect_column_values_to_be_between", "over": "summary"}
    rules = change.pop("rules", [{**between, "kwargs": {"column": "oldest", "max_value": 1}}])
    with pytest.raises(ValidationError, match=text):
        suite_of(rules, restricted=True, **change)


_WATCHED = """
import os
import sys
touched = []
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo") or (
        event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    ):
        touched.append((event, str(args[0])))
    elif event in ("os.mkdir", "os.rename"):
        touched.append((event, str(args[0])))
sys.addaudithook(watch)
import duckdb
import expectations.runner
assert not any(name.startswith("great_expectations") for name in sys.modules)
from expectations.suite import load_suite
from tests.expectations.tables import build, READING
con = duckdb.connect()
build(con)
con.execute(f"update {READING} set gender = 'X' where period = 2021")
suites = [load_suite("core__fct_value"), load_suite("raw_kolada__reading")]
results = [expectations.runner.run_suite(con, suite) for suite in suites]
assert "great_expectations" in sys.modules
assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
assert [result.passed for result in results] == [True, False]
outside = [t for t in touched if "__pycache__" not in t[1] and t[1] != "/dev/null"]
assert not outside, outside
"""


def test_lazy_silent_and_without_traces(tmp_path: Path) -> None:
    """Great Expectations is imported on a run only, and neither writes, sends nor prints."""
    environment = os.environ | {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(PROJECT_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("GX_ANALYTICS_ENABLED", None)
    run = subprocess.run(
        [sys.executable, "-c", _WATCHED],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (run.stdout, run.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []
