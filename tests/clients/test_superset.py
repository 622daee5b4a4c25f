"""Superset connects, lists, queries and charts; where its environment can be had.

Superset needs another SQLAlchemy than this project and 200 packages, so it has an environment
of its own, which `docs/bi.md` tells how to make.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

SESSION = Path(__file__).with_name("superset_session.py")
CONFIGURATION = """
SECRET_KEY = "of a trial that ends with the test, and of nothing else"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db?check_same_thread=false"
"""


def test_superset_connects_lists_queries_and_charts(published: Path, tmp_path: Path) -> None:
    python = os.environ.get("JAMLIK_SUPERSET_PYTHON", "")
    if not Path(python).is_file():
        pytest.skip("JAMLIK_SUPERSET_PYTHON names no interpreter with Superset; see docs/bi.md")
    settings = tmp_path / "superset_config.py"
    settings.write_text(CONFIGURATION.format(folder=tmp_path), encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "SUPERSET_CONFIG_PATH": str(settings),
        "FLASK_APP": "superset",
    }

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run(str(Path(python).with_name("superset")), "db", "upgrade")
    uri = f"duckdb:///{published / 'jamlik.duckdb'}?access_mode=read_only"
    said = json.loads(run(python, str(SESSION), uri).splitlines()[-1])
    assert said["views"] == 66
    assert len(said["areas"]) == 16 and "Älvdalen" in said["areas"]
    assert len(said["columns"]) == 25 and said["error"] is None
    assert [row["year_end"] for row in said["chart"]] == list(range(2010, 2025))
    assert all(row["value"] > 50 for row in said["chart"])
