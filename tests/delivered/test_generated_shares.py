"""The generated files of shares: quirks as in real ones, and shares that follow from the world."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from ingestion.areas import area_id, area_names
from ingestion.delivered import rows as why
from ingestion.delivered import store
from ingestion.delivered.codebook import source_codebooks
from ingestion.delivered.load import LoadResult, load_file
from ingestion.delivered.reading import open_delivered
from ingestion.hlv import generate as hlv
from ingestion.hlv import generate_shares as hlv_shares
from ingestion.lupp import generate as lupp
from ingestion.lupp import generate_shares as lupp_shares
from warehouse.settings import Settings, load_settings

YEARS = (2018, 2021)


def country(year: int, columns: list[str]) -> pd.DataFrame:
    return hlv._country(columns, "20", year, 2026)


@pytest.fixture(scope="module")
def frames() -> dict[int, pd.DataFrame]:
    book = source_codebooks("hlv")[0]
    return {year: hlv._sample(book, "20", year, hlv.ROUNDS[year][0], 2026) for year in YEARS}


@pytest.fixture(scope="module")
def loaded(
    frames: dict[int, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, LoadResult, Settings]:
    folder = tmp_path_factory.mktemp("hlv")
    path = hlv_shares.write_shares(folder, frames, country, "20")
    house = load_settings(data_dir=folder / "data", surveys="delivered")
    return path, load_file(path, "hlv", house), house


def test_the_workbook_is_as_a_package_of_r_leaves_it(
    loaded: tuple[Path, LoadResult, Settings],
    frames: dict[int, pd.DataFrame],
    tmp_path: Path,
) -> None:
    path, *_ = loaded
    parts = set(zipfile.ZipFile(path).namelist())
    assert "xl/worksheets/_rels/sheet1.xml.rels" in parts, "which name a drawing"
    assert not [one for one in parts if "drawings" in one or "styles" in one or "docProps" in one]
    again = hlv_shares.write_shares(tmp_path, frames, country, "20")
    assert again.read_bytes() == path.read_bytes()


def test_every_quirk_is_in_the_workbook(loaded: tuple[Path, LoadResult, Settings]) -> None:
    path, *_ = loaded
    with open_delivered(path) as delivered:
        sheets = [delivered, *delivered.others]
        assert delivered.sheets == ["Kommunjämförelse", "Ålder", "Födelseland", "Utbildning"]
        rows = [row for one in sheets for batch in one.batches for row in batch.to_pylist()]
    intervals = {row["Konfidensintervall"] for row in rows}
    for said in (r"-\d", r".* - 1\d\d", r"\d+ - \d+\.\d", r".*\d  \*"):
        assert any(pd.Series(sorted(intervals)).str.match(said)), said
    assert {row["Kön"] for row in rows} == {"Kvinna", "Man", "Totalt"}
    assert {row.get("Födelseland") for row in rows} >= {"Övriga Världen", "Övriga världen"}
    assert {row["Fråga"] for row in rows} >= {"Lågt social deltagande", "Lågt socialt deltagande"}


def test_the_workbook_is_understood(loaded: tuple[Path, LoadResult, Settings]) -> None:
    _, result, house = loaded
    assert result.reasons.pop(why.NO_GROUP) * 20 < result.rows_read
    assert result.reasons == {why.UNKNOWN_LABEL: 1}
    with store.open_store("hlv", house) as con:
        places = con.execute(
            "select distinct sheet, column_name, is_row from rejection where row_number is not null"
        )
        assert set(places.fetchall()) == {
            ("Utbildning", "Utbildning", True),
            ("Kommunjämförelse", "Fråga", False),
        }
        categories = con.execute(
            "select dimension, list(distinct category order by category) from published_share "
            "where dimension is not null group by dimension order by 1"
        ).fetchall()
        areas = con.execute("select count(distinct area_id) from published_share").fetchone()
    assert categories == [
        ("age_group", ["16-29", "30-44", "45-64", "65-84"]),
        ("birth_country", ["EU", "NO", "OV", "SE"]),
        ("education", ["post_secondary", "pre_secondary", "secondary"]),
    ]
    assert areas == (17,) and result.areas[:2] == ["0000", "0020"]


def test_shares_are_the_worlds_by_another_method(
    loaded: tuple[Path, LoadResult, Settings], frames: dict[int, pd.DataFrame]
) -> None:
    """Near the truth, where drop-outs allow, and near the microdata, but not the same."""
    *_, house = loaded
    with store.open_store("hlv", house) as con:
        found = con.execute(
            "select item_id, share from published_share where round = 2021 and area_id = '0020' "
            "and gender = 'T' and dimension is null and item_id is not null"
        ).fetchall()
    assert len(found) == len(hlv_shares.QUESTIONS) - 1
    apart = []
    for item, share in found:
        answers = frames[2021][item.removeprefix("hlv_")]
        weights = frames[2021]["kalvikt"].where(answers.isin([0, 1]), 0)
        delivered = 100 * (weights * answers.eq(1)).sum() / weights.sum()
        apart.append(abs(share - delivered))
        assert abs(share - 100 * hlv.true_share(item, "20", 2021)) < 4, item
    assert max(apart) < 2 and sum(one > 0.3 for one in apart) > len(apart) / 2


def test_stars_say_what_the_intervals_say(loaded: tuple[Path, LoadResult, Settings]) -> None:
    *_, house = loaded
    with store.open_store("hlv", house) as con:
        wrong, marked, ours = con.execute(
            "select count(*) filter (here.differs_from_country is distinct from "
            "(here.ci_lower > riket.ci_upper or here.ci_upper < riket.ci_lower)), "
            "count(*) filter (here.differs_from_country), count(*) "
            "from published_share as here join published_share as riket "
            "using (round, item_id, gender) where here.area_id <> '0000' "
            "and riket.area_id = '0000' and riket.item_id is not null "
            "and here.answer = riket.answer and here.category is not distinct from riket.category "
            "and here.dimension is not distinct from riket.dimension"
        ).fetchone() or (0, 0, 0)
    assert 0 < marked < ours / 2
    # Bounds were compared before they were rounded.
    assert wrong < ours / 100


def test_lupps_csv_names_every_municipality_and_no_question(tmp_path: Path) -> None:
    ids = [one for one in area_names() if not one.startswith("00")]
    assert all(area_id(f"{lupp_shares.possessive(area_names()[one])} kommun") == one for one in ids)
    counts = [
        lupp_shares.Count(year, survey, area, place + 10, 60)
        for year in (2018, 2021)
        for survey in ("hs", "gy")
        for place, area in enumerate(one for one in ids if one.startswith("20"))
    ]
    path = lupp_shares.write_shares(tmp_path, counts, "20")
    head = path.read_bytes().decode("latin-1").splitlines()
    assert head[0] == '"","År","Undersökning","andel","Boendekommun"'
    assert head[1] == '"1",2018,"Gymnasiet",28.3,"Dalarna"'
    assert '"Falu kommun"' in path.read_bytes().decode("latin-1")
    house = load_settings(data_dir=tmp_path / "data", surveys="delivered")
    told = lupp.TOLD[path.name]
    result = load_file(path, "lupp", house, item=told.item)
    assert (result.rows_read, result.rows_kept, result.encoding) == (64, 64, "cp1252")
    with store.open_store("lupp", house) as con:
        found = con.execute(
            "select survey, area_id, share, item_id, n from published_share "
            "where round = 2021 and area_id in ('0020', '2021') order by all"
        ).fetchall()
    item = "lupp_can_influence"
    assert found == [
        (survey, area, share, item, None)
        for survey in ("gy", "hs")
        for area, share in (("0020", 28.3), ("2021", 16.7))
    ]
