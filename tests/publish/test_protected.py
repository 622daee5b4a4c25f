"""A release with tables of people: what is hidden, what is said, what is refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.publish.people import (
    COUNTY,
    ITEMS,
    MANY,
    make_people,
    protected_contracts,
    published,
    release,
    without_key,
)
from tests.publish.support import NOW, info, query, settings_for
from warehouse.disclosure import releasing
from warehouse.disclosure.compare import Alternative, measure
from warehouse.disclosure.configuration import read_configuration
from warehouse.disclosure.deciding import OPEN, SECONDARY, Decision, decide
from warehouse.disclosure.explain import explain
from warehouse.disclosure.ledger import Ledger
from warehouse.errors import InputError
from warehouse.publish import PublicationError, publish
from warehouse.publish.protection import protect_build
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def house(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One release, which tests only read."""
    folder = tmp_path_factory.mktemp("protected") / "data"
    return settings_for(shutil.copytree(released, folder, symlinks=True))


def test_small_counts_are_hidden_with_all_that_tells_them(house: Settings) -> None:
    few = query(
        house.paths.build,
        "select count(*) from survey.estimate where gender in ('T', 'K', 'M') and (n < 10 or "
        "n_yes < 5 or n - n_yes < 5) and birth_country = 'all'",
    )
    assert few[0][0] > 10
    rows = published(
        house,
        "select count(*) filter (n < 10 or n_yes < 5 or n - n_yes < 5), "
        "count(*) filter (is_suppressed and (n_yes is not null or share_pct is not null "
        "or ci_lower_pct is not null)), count(*) filter (not is_suppressed and n_yes is null), "
        "count(*) filter (is_suppressed), count(*) filter (not is_suppressed) "
        "from survey.estimate",
    )
    broken, told, missing, hidden, is_open = rows[0]
    assert (broken, told, missing) == (0, 0, 0)
    assert hidden > few[0][0]
    assert is_open > 20
    assert published(
        house, "select distinct suppression_reason, is_suppressed from survey.estimate order by 2"
    ) == [(None, False), ("hidden", True)]


def test_only_registered_tables_are_published_and_whole(house: Settings) -> None:
    assert published(
        house,
        "select area_id = '0020', count(distinct gender), count(distinct grade), "
        "count(distinct birth_country), count(*) from survey.estimate group by 1 order by 1",
    ) == [(False, 3, 3, 1, 2 * 4 * 3 * 3), (True, 3, 3, 3, 2 * 3 * (3 + 2))]
    built = query(house.paths.build, "select count(*) from survey.estimate where gender = 'A'")
    assert built[0][0] > 0


def test_other_marts_follow_the_cells(house: Settings) -> None:
    rows = published(
        house,
        "select d.is_suppressed, d.n is null, d.p_value is null, d.q_value is null, "
        "a.is_suppressed or b.is_suppressed, count(*) from survey.difference as d "
        "join survey.estimate as a using (round, item_id, area_id, gender, grade, birth_country) "
        "join survey.estimate as b on b.area_id = '0020' and b.item_id = d.item_id "
        "and b.gender = d.gender and b.grade = d.grade and b.birth_country = d.birth_country "
        "group by all",
    )
    assert {row[:5] for row in rows} == {(True,) * 5, (False,) * 5}


def test_q_values_are_of_open_rows_only(house: Settings) -> None:
    rows = published(
        house,
        "select gender <> 'T', grade <> 'all', p_value, q_value from survey.difference "
        "where not is_suppressed order by all",
    )
    families: dict[tuple, list[tuple[float, float]]] = {}
    for *family, p, q in rows:
        families.setdefault(tuple(family), []).append((p, q))
    for family in families.values():
        smallest = 1e9
        for p, q in sorted(family, reverse=True):
            smallest = min(smallest, p * len(family) / sum(one <= p for one, _ in family))
            assert q == pytest.approx(smallest)


def test_rules_and_costs_are_in_the_release(house: Settings) -> None:
    folder = house.paths.current
    rules = json.loads((folder / "disclosure.json").read_text())
    assert rules["sources"] == {"lupp": {"threshold": 5, "base": 10}}
    assert [table["by"] for table in rules["tables"]] == [
        ["gender", "grade"],
        ["gender", "birth_country"],
        [],
    ]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert "disclosure.json" in manifest["files"]
    cost = published(
        house,
        "select table_name, n_cells, n_open, open_pct from quality.disclosure order by all",
    )
    cells = published(
        house,
        "select count(*), count(*) filter (not is_suppressed) from survey.estimate "
        "where birth_country = 'all'",
    )[0]
    assert ("lupp_grade", *cells, round(100 * cells[1] / cells[0], 1)) in cost


def test_reasons_are_in_the_ledger_and_in_no_published_file(house: Settings) -> None:
    (area, gender, grade) = published(
        house,
        "select area_id, gender, grade from survey.estimate where n is null "
        "and birth_country = 'all' and item_id = 'lupp_sleep' order by all limit 1",
    )[0]
    wanted = {"area": area, "item": "lupp_sleep", "round": "2024", "gender": gender, "grade": grade}
    lines = explain(Ledger(house), read_configuration(), "survey.estimate", wanted)
    assert any("primary" in line or "secondary" in line for line in lines)
    with pytest.raises(InputError, match="no cells of its own"):
        explain(Ledger(house), read_configuration(), "survey.difference", wanted)
    for path in house.paths.current.resolve().rglob("*"):
        if path.suffix == ".json":
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in ("primary:", '"primary"', "secondary"))
    assert not house.paths.tmp.joinpath("masked.duckdb").exists()


@pytest.mark.parametrize(
    ("fewer", "lost"),
    [
        ("person >= 6", {"no detail in municipalities"}),
        ("person >= 3", {"withheld"}),
    ],
)
def test_what_coarsening_took_is_said_in_the_mart(
    tmp_path: Path, fewer: str, lost: set[str]
) -> None:
    """In the question's rows, and no more than these show."""
    settings = settings_for(tmp_path)
    make_people(settings, more=fewer)
    release(settings)
    rows = published(settings, "select distinct item_id, published_detail from survey.estimate")
    told = dict(rows)
    assert len(rows) == len(told) == len(ITEMS) and {*told.values()} == lost
    is_open = published(
        settings,
        f"select distinct item_id, area_id <> '{COUNTY}', grade <> 'all' from survey.estimate "
        "where not is_suppressed",
    )
    for item, detail in told.items():
        in_towns = {by_grade for one, is_town, by_grade in is_open if one == item and is_town}
        assert (detail == "withheld") == (item not in {row[0] for row in is_open})
        assert in_towns == ({False} if detail == "no detail in municipalities" else set())
    people = "select distinct n_people_open from quality.disclosure where table_name = 'lupp_grade'"
    assert published(settings, people) == [(0,)]
    of_areas = "select distinct published_detail from survey.response"
    assert published(settings, of_areas) == [("full",)]


def test_costs_are_those_that_the_published_rows_show(house: Settings) -> None:
    assert published(
        house,
        "select n_cells, n_open, n_people_open from quality.disclosure "
        "where table_name = 'lupp_grade'",
    ) == published(
        house,
        "select count(*), count(*) filter (not is_suppressed), sum(n) filter (not is_suppressed "
        "and area_id <> '0020' and gender <> 'T' and grade <> 'all') from survey.estimate "
        "where birth_country = 'all'",
    )
    assert published(
        house,
        "select mart, source, round, n_cells, n_open, n_people_open from quality.disclosure "
        "where table_name = 'difference'",
    ) == published(
        house,
        "select 'survey.difference', 'lupp', 2024, count(*), "
        "count(*) filter (not is_suppressed), null from survey.difference",
    )


def test_alternatives_are_compared_without_publishing(house: Settings) -> None:
    before = sorted(path.name for path in house.paths.releases.iterdir())
    now = measure(house, Alternative())
    coarser = measure(house, Alternative(merged={"grade": (("8", "9"),)}))
    stricter = measure(house, Alternative(threshold=12))
    assert len(now) == len(coarser) == len(measure(house, Alternative(without=("lupp_birth",)))) + 1
    assert float(stricter[0].split()[3]) < float(now[0].split()[3])
    assert now[0].split()[2] > coarser[0].split()[2]
    with pytest.raises(InputError, match="no table lupp_age"):
        measure(house, Alternative(without=("lupp_age",)))
    assert before == sorted(path.name for path in house.paths.releases.iterdir())


def test_at_most_three_attacks_on_a_release(house: Settings) -> None:
    make_people(house, more=MANY + "60")
    protection = protect_build(house, protected_contracts(), NOW)
    make_people(house)
    assert protection is not None
    of_one = {"mart": "survey.estimate", "source": "lupp", "basis": "home", "round": "2024"}
    of_one |= {"survey": "hs", "item_id": "lupp_sleep"}
    others = [of_one | change for change in ({"round": "2023"}, {"item_id": "lupp_rest"})]
    (question,) = protection.revisions_behind([of_one, *others])
    assert question[1:] == ((2024, "hs"), ("lupp_sleep",))
    assert len(protection.revisions_behind(others)) == 2
    later = replace(protection, waiting=frozenset([question]))
    assert len(later.revisions_behind([of_one])) == 2
    assert not replace(later, before={}).revisions_behind([of_one])


def test_what_protection_missed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was published before that could stand instead."""
    settings = settings_for(tmp_path)
    make_people(settings)

    def careless(*given: Any) -> list[Decision]:
        return [
            replace(one, parts=np.where(one.parts == SECONDARY, OPEN, one.parts))
            for one in decide(*given)
        ]

    monkeypatch.setattr(releasing, "decide", careless)
    with pytest.raises(PublicationError, match="disclosure_attack"):
        release(settings)
    assert not settings.paths.current.exists() and not Ledger(settings).is_there


def test_marts_nobody_registered_are_refused_by_name(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    path = make_people(settings)
    with duckdb.connect(str(path)) as con:
        con.execute("create table survey.secrets as from survey.response")
    with pytest.raises(PublicationError, match=r"survey\.secrets is made from lupp"):
        publish(settings, without_key("secrets"), info=info(), now=NOW)
    assert not settings.paths.current.exists()


def test_a_breakdown_nobody_registered_is_refused(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    make_people(settings)
    tables = [
        replace(table, primary_key=(*table.primary_key, "reason"))
        if table.full_name == "survey.estimate"
        else table
        for table in protected_contracts()
    ]
    with pytest.raises(PublicationError, match="reason in its key"):
        publish(settings, tables, info=info(), now=NOW)


def test_margins_that_contradict_are_refused(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    path = make_people(settings)
    with duckdb.connect(str(path)) as con:
        con.execute(
            f"update survey.estimate set n = n + 1 where area_id = '{COUNTY}' and gender = 'T' "
            "and item_id = 'lupp_sleep' and birth_country = 'all'"
        )
    with pytest.raises(PublicationError, match="not the sum of its areas: lupp_grade 2024 hs"):
        release(settings)
