"""Settings: defaults, rules, and errors that name the variable."""

from pathlib import Path

import pytest

from warehouse.errors import SettingsError
from warehouse.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


def test_nothing_set_means_demo_for_dalarna() -> None:
    settings = load_settings()
    assert (settings.region, settings.kolada, settings.kpis) == ("20", "demo", "register")
    assert settings.data_dir.parts[-2:] == ("warehouse", "data")
    assert settings.ou_kpi_list == []


def test_the_environment_wins_over_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JAMLIK_REGION", "03")
    monkeypatch.setenv("KPIS", "n00923, U01405,N00923")
    monkeypatch.setenv("OU_KPIS", "n15601")
    settings = load_settings()
    assert settings.paths.build == tmp_path / "build" / "jamlik.duckdb"
    assert settings.kpi_list == ["N00923", "U01405"]
    assert settings.ou_kpi_list == ["N15601"]
    assert settings.region == "03"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("JAMLIK_REGION", "2", "no region code"),
        ("JAMLIK_REGION", "11", "no region code"),
        ("KOLADA", "life", "demo"),
        ("KPIS", "N0092", "N0092"),
        ("KPIS", " , ", "empty list"),
        ("OU_KPIS", "all", "ALL is no KPI id"),
        ("JAMLIK_KOLADA_RATE", "0", "greater than 0"),
        ("JAMLIK_MEMORY_LIMIT", "lots", "pattern"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch, variable: str, value: str, said: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=said) as caught:
        load_settings()
    assert variable in str(caught.value)


def test_a_replay_needs_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLADA", "replay")
    monkeypatch.setenv("SNAPSHOT", "")
    with pytest.raises(SettingsError, match="SNAPSHOT"):
        load_settings()


def test_every_setting_explains_itself() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.setenv(str(field.validation_alias), "")
    assert load_settings() == Settings()
    assert load_settings().kolada == "demo"
