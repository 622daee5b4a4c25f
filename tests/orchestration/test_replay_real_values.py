"""Every real value of the register's KPIs comes through unchanged, none missing, none extra."""

from pathlib import Path

from tests.orchestration.house import jamlik, published, warm
from tests.support import shared_dir
from warehouse.register import register_ids


def test_the_published_values_are_the_snapshots(tmp_path: Path, small_house: Path) -> None:
    warm(small_house, tmp_path)
    snapshot = shared_dir() / "data" / "kolada"
    done = jamlik(tmp_path, "run", KOLADA="replay", SNAPSHOT=str(snapshot))
    assert done.returncode == 0, done.stderr
    kpis = ", ".join(f"'{kpi}'" for kpi in register_ids())
    theirs = (
        "select kpi, municipality, period, gender, value "
        f"from read_parquet('{snapshot / 'values.parquet'}') where kpi in ({kpis})"
    )
    ours = "select indicator_id, area_id, year_end, gender, value from core.fct_value"
    with published(tmp_path) as con:
        assert con.execute(f"select count(*) from ({theirs})").fetchone() == (591_586,)
        assert con.execute(f"select count(*) from ({ours})").fetchone() == (591_586,)
        for one, other in ((ours, theirs), (theirs, ours)):
            assert con.execute(f"{one} except all {other} limit 5").fetchall() == []
        assert con.execute("select distinct is_demonstration from core.fct_value").fetchall() == [
            (False,)
        ]
