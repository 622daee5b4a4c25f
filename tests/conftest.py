"""Settings of the test run itself."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from warehouse.sealed.keys import KeyFolder, needed_names

# Parallel workers inherit both folders from the process that started them.
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
if not IS_WORKER:
    # Whatever imports the code location must not write into the project's own data folder.
    os.environ["JAMLIK_DATA_DIR"] = tempfile.mkdtemp(prefix="jamlik-tests-")
    # Keys of delivered data, as an installation has them; tests of keys make their own.
    os.environ["JAMLIK_KEY_DIR"] = tempfile.mkdtemp(prefix="jamlik-tests-keys-")
    for name in needed_names():
        KeyFolder(Path(os.environ["JAMLIK_KEY_DIR"])).create(name)

# Started in the background of a shell the run may ignore these, and its children would too.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)

# Two cores shared by two workers: time limits per example would fail by chance. The same
# examples every time, so that a run fails for a change and not for a draw; set
# JAMLIK_HYPOTHESIS=random to look for new ones.
settings.register_profile(
    "jamlik",
    derandomize=os.environ.get("JAMLIK_HYPOTHESIS") != "random",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("jamlik")


# Workers take files in this order and then the others: what takes longest must not begin last, and
# files that wait for the same house, build or store must not begin together.
FIRST = (
    "canary/test_finds_nothing.py",
    "dbt_project/test_faults.py",
    "orchestration/test_demo_run.py",
    "orchestration/test_production.py",
    "orchestration/test_killed_runs.py",
    "orchestration/test_ui.py",
    "surveys/test_elsa.py",
    "orchestration/test_replay_real_values.py",
    "orchestration/test_bad_input.py",
    "orchestration/test_runs_that_meet.py",
    "publish/test_protected_kills.py",
    "kolada/test_killed_loads.py",
    "dbt_project/test_history.py",
)
_RANKS = {Path(__file__).parent / name: rank for rank, name in enumerate(FIRST)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the long files first; the order is else as it was."""
    gone = [str(path) for path in _RANKS if not path.exists()]
    assert not gone, f"tests/conftest.py names files that are gone: {gone}"
    items.sort(key=lambda item: _RANKS.get(item.path, len(FIRST)))


def pytest_sessionfinish() -> None:
    """Remove the folders again."""
    if not IS_WORKER:
        shutil.rmtree(os.environ["JAMLIK_DATA_DIR"], ignore_errors=True)
        shutil.rmtree(os.environ["JAMLIK_KEY_DIR"], ignore_errors=True)
