"""`jamlik export-heat`: from the published file to a table and back to the macros' numbers."""

from pathlib import Path

import duckdb
import pytest

from orchestration.cli import main
from tests.statistics.groups import group, measured
from tests.statistics.test_heat import results
from warehouse.statistics.heat import read


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published file with 20 municipalities, two counties and two years."""
    folder = tmp_path / "data" / "published"
    folder.mkdir(parents=True)
    monkeypatch.setenv("JAMLIK_DATA_DIR", str(folder.parent))
    with duckdb.connect(str(folder / "jamlik.duckdb")) as con:
        con.execute("create schema core")
        con.execute(
            "create table core.dim_indicator as select * from (values "
            "('N00001', 'Smärta, andel (%)', 1, 100.0::double, 'share'), "
            "('N01951', 'Invånare', 0, null, 'count'), ('N01982', 'Utbildning', 1, 100, 'share')"
            ") as t(indicator_id, title, polarity, scale, value_kind)"
        )
        con.execute(
            "create table core.dim_area as select lpad((i + 2000)::varchar, 4, '0') as area_id, "
            "'Ort å ' || i as name, 'municipality' as area_type, "
            "if(i < 12, '0020', '0021') as county_id, i < 12 as is_focus from range(20) as t(i) "
            "union all values ('0020', 'Dalarna', 'county', null, true), "
            "('0000', 'Riket', 'country', null, false)"
        )
        con.execute(
            "create table core.fct_value as select indicator_id, area_id, y as year_end, "
            "'T' as gender, case indicator_id when 'N01951' then 900 + area_id::int % 97 * 11 "
            "else 20 + (area_id::int * 7 + y) % 31 + area_id::int % 5 / 3 end::double as value, "
            "null::varchar as value_note from core.dim_indicator, core.dim_area, "
            "range(2022, 2024) as t(y) where not (indicator_id = 'N01982' and y = 2023)"
        )
    return folder / "jamlik.duckdb"


@pytest.mark.parametrize("ordered", [False, True])
def test_there_and_back_gives_the_macros_own_numbers(
    published: Path, tmp_path: Path, ordered: bool
) -> None:
    out, target = tmp_path / "heat.csv", tmp_path / "out.csv"
    arguments = ["export-heat", "--indicator", "n00001", "--year", "2023", str(out)]
    assert main(arguments + ["--ordered"] * ordered) == 0
    assert main(["inequality", str(out), "--output", str(target)]) == 0
    with duckdb.connect(str(published), read_only=True) as con:
        rows = con.execute(
            "select v.area_id, v.value, p.value, rank() over (order by e.value) "
            "from core.fct_value v join core.fct_value p using (area_id, year_end) "
            "join core.fct_value e on v.area_id = e.area_id and e.year_end = 2022 "
            "join core.dim_area a on v.area_id = a.area_id where a.area_type = 'municipality' "
            "and v.indicator_id = 'N00001' and p.indicator_id = 'N01951' "
            "and e.indicator_id = 'N01982' and v.year_end = 2023"
        ).fetchall()
    assert len(rows) == 20
    groups = [
        group(1, int(area), value, population=people, scale_min=0.0, scale_max=100.0)
        | ({"group_order": rank, "is_ordered": True} if ordered else {})
        for area, value, people, rank in rows
    ]
    expected = {measure: line["estimate"] for (_, measure), line in measured(groups).items()}
    found = {key[-1]: line for key, line in results(target).items()}
    assert found.keys() == expected.keys() and ("sii" in found) == ordered
    for measure, line in found.items():
        assert (float(line["estimate"]) if line["estimate"] else None) == expected[measure]


def test_export_says_what_it_cannot_do(published: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "heat.csv")
    for wrong in (["N09999"], ["N01951"], ["N00001", "--year", "1999"]):
        assert main(["export-heat", out, "--indicator", *wrong]) == 2
    assert main(["export-heat", out, "--indicator", "N00001", "--areas", "county"]) == 0
    assert {one.key[0] for one in read(Path(out))} == {"Dalarna"}
    assert len(read(Path(out))) == 24
    published.unlink()
    assert main(["export-heat", out, "--indicator", "N00001"]) == 1
