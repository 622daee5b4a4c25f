"""Bad input, and what the user of a whole run gets for it."""

import shutil
import time
from pathlib import Path

import pytest

from ingestion.kolada.replay.demo import write_demo_snapshot
from ingestion.kolada.replay.faults import Fault, FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from tests.orchestration.house import SMALL, jamlik, published, warm
from warehouse.register import REGISTER

KPIS = SMALL["KPIS"]
# Kolada without the other sources.
ALONE = {name: SMALL[name] for name in ("SURVEYS", "FOLKHALSODATA")}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot")
    write_demo_snapshot(folder, REGISTER)
    return folder


def test_what_cannot_be_read_is_named_the_rest_is_published_and_the_run_fails(
    tmp_path: Path, small_house: Path, snapshot: Path
) -> None:
    """An unknown KPI fails the run at its end; values that cannot be read are in quality."""
    warm(small_house, tmp_path)
    faults = [
        Fault("gender_x", path="/data/", nth=1, items=1),
        Fault("bad_period", path="/data/", nth=2, items=1),
        Fault("value_as_text", path="/data/", nth=3, items=1),
    ]
    chosen = {"KPIS": f"{KPIS},N99999", "OU_KPIS": "N15601,N00923"}
    with ReplayServer(snapshot, FaultPlan(faults)) as server:
        done = jamlik(
            tmp_path, "run", KOLADA="live", JAMLIK_KOLADA_URL=server.base_url, **ALONE, **chosen
        )
    assert done.returncode == 1
    assert "N00923 (units)" in done.stderr, "which no unit has values of"
    assert "N99999" in done.stderr and "every_asked_kpi_is_known" in done.stderr
    assert "every_value_is_understood" in done.stderr, "the terminal tells"
    with published(tmp_path) as con:
        found = con.execute(
            "select distinct indicator_id from core.fct_value order by 1"
        ).fetchall()
        assert [kpi for (kpi,) in found] == KPIS.split(",")
        units = con.execute("select distinct indicator_id from core.fct_unit_value").fetchall()
        assert units == [("N15601",)]
        rows = con.execute(
            "select kpi, municipality, period, reason from quality.load_rejection"
        ).fetchall()
        assert {row[-1] for row in rows} == {
            "gender is not T, K or M",
            "period is not a year",
            "value is not a number",
        }
        assert all(kpi in KPIS and len(area) == 4 for kpi, area, *_ in rows)
        unknown, rejected, summary = con.execute(
            "select unknown_kpis, rows_rejected, rejection_summary from quality.load"
        ).fetchone() or ("", 0, "")
        assert unknown == "N00923 (units), N99999"
        assert rejected == len(rows) and "period is not a year" in summary


def test_an_api_that_cannot_be_reached_is_one_sentence_within_a_minute(
    tmp_path: Path, small_house: Path
) -> None:
    warm(small_house, tmp_path)
    started = time.monotonic()
    done = jamlik(
        tmp_path, "run", KOLADA="live", JAMLIK_KOLADA_URL="http://127.0.0.1:9/v3", **ALONE
    )
    assert time.monotonic() - started < 60
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("FAILED")]
    assert len(said) == 1
    assert "http://127.0.0.1:9/v3" in said[0]
    assert "KOLADA=replay" in said[0] and "KOLADA=demo" in said[0]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "published" / "current").exists()


def test_a_damaged_snapshot_is_named(tmp_path: Path, small_house: Path, snapshot: Path) -> None:
    """Every damage that is found has a test of the server; here it comes to the terminal."""
    data = warm(small_house, tmp_path / "data")
    damaged, file = tmp_path / "damaged", "municipality_v3.json"
    shutil.copytree(snapshot, damaged)
    content = (damaged / file).read_bytes()
    (damaged / file).write_bytes(content[: len(content) // 2])
    done = jamlik(data, "run", KOLADA="replay", SNAPSHOT=str(damaged))
    assert done.returncode == 1
    assert file in done.stderr and "Traceback" not in done.stderr
