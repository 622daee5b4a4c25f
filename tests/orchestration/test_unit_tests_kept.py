"""Unit tests of unchanged models are not run again; of changed ones they are."""

import json
from pathlib import Path

from orchestration.asset_checks.dbt_unit_tests import _passed_at, _state_of_the_models


def test_only_the_same_models_are_known_to_pass(tmp_path: Path) -> None:
    kept = tmp_path / "unit_tests.json"
    state = _state_of_the_models()
    assert _passed_at(kept, state) is None, "nothing is known before the first run"
    kept.write_text(json.dumps({"state": state, "passed_at": "2026-01-01T00:00:00+00:00"}))
    assert _passed_at(kept, state) == "2026-01-01T00:00:00+00:00"
    assert _passed_at(kept, state + "x") is None
    kept.write_text("{")
    assert _passed_at(kept, state) is None


def test_the_state_names_the_engines() -> None:
    assert "duckdb " in _state_of_the_models() and "dbt-core " in _state_of_the_models()
