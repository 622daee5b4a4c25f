"""A run gives away no value of a person, and neither writes, sends nor prints anything."""

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_suite
from tests.expectations.tables import NOT_NULL, suite_of
from tests.support import PROJECT_ROOT
from warehouse.errors import JamlikError


def test_restricted_results_hold_no_value(caplog: pytest.LogCaptureFixture) -> None:
    rules = [
        {
            "type": "expect_column_values_to_be_in_set",
            "kwargs": {"column": "v", "value_set": ["fine"]},
        },
        {"type": NOT_NULL, "kwargs": {"column": "k"}},
        {"type": "expect_column_values_to_match_regex", "kwargs": {"column": "v", "regex": "^f"}},
        {"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": ["k", "v"]}},
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "v", "max_value": 1}},
        {
            "type": "expect_column_values_to_be_between",
            "over": "summary",
            "kwargs": {"column": "oldest", "max_value": 100},
        },
    ]
    summary = {"oldest": "max(age)"}
    with duckdb.connect() as own:
        own.execute("create table t as select 'secretkey' as k, 'secretvalue' as v, 7654321 as age")
        own.execute("insert into t from t")
        shown = run_suite(own, suite_of(rules, summary=summary))
        hidden = run_suite(own, suite_of(rules, summary=summary, restricted=True))
        own.execute("create view w as select k, v::integer as v from t")
        broken = suite_of(rules[:1], table="main.w", restricted=True)
        with pytest.raises(JamlikError) as raised:
            run_suite(own, broken)
    assert "secret" in str(asdict(shown)) and "7654321" in str(asdict(shown))
    assert "secret" not in str(asdict(hidden)) and "7654321" not in str(asdict(hidden))
    assert all(answer.failing_keys == [] for answer in hidden.results)
    assert [a.n_failed for a in hidden.results] == [a.n_failed for a in shown.results]
    assert [a.passed for a in hidden.results] == [False, True, False, False, False, False]
    assert "secret" not in str(raised.value)
    assert raised.value.__context__ is None
    assert "secret" not in caplog.text


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
from expectations.suite import load_suites
from tests.expectations.tables import build, READING
con = duckdb.connect()
build(con)
con.execute(f"update {READING} set gender = 'X' where period = 2021")
results = [expectations.runner.run_suite(con, suite) for suite in load_suites().values()]
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
