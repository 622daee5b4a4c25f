"""Generated files: the same bytes every time, real shapes, and flaws that real files have."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from ingestion.areas import municipalities
from ingestion.delivered.codebook import source_codebooks
from ingestion.delivered.reading import open_delivered
from ingestion.hlv import generate as hlv
from ingestion.lupp import generate as lupp
from tests.surveys import reckoning
from tests.surveys.conftest import Surveys
from warehouse.disclosure.configuration import read_configuration


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.*")}


@pytest.mark.parametrize(("source", "generate"), [("hlv", hlv), ("lupp", lupp)])
def test_the_same_seed_gives_the_same_bytes(
    surveys: Surveys, tmp_path: Path, source: str, generate: object
) -> None:
    written = generate.write_demo_files(tmp_path)  # type: ignore[attr-defined]
    first = hashes(surveys.files(source))
    assert hashes(tmp_path) == first
    assert {path.name for path in written} == set(first)


def test_another_seed_and_another_region_are_other_people() -> None:
    first = hlv.population("20", 2018)
    other = hlv.population("20", 2018, seed=1)
    assert first.area.size != other.area.size
    assert np.unique(hlv.population("03", 2018).area).size == len(municipalities("03"))
    chances = hlv.answers_of("hlv_stress", first, "20", 2018)
    assert not np.array_equal(
        chances[:1000], hlv.answers_of("hlv_stress", first, "20", 2021)[:1000]
    )


def test_hlv_items_of_one_question_are_one_answer() -> None:
    """Every row is a combination that the rules for hiding counts know, and blank as a whole."""
    frame = hlv._sample(source_codebooks("hlv")[0], "20", 2024, 10_000, 2026)
    questions = read_configuration().sources["hlv"].questions
    assert len(questions) > 10
    for question in questions:
        items = tuple(question.items)
        found = frame[[item.removeprefix("hlv_") for item in items]]
        is_blank = ~found.isin([0, 1])
        assert (is_blank.all(axis=1) == is_blank.any(axis=1)).all() and is_blank.any(axis=None)
        known = {tuple(leaf) for leaf in question.answers_of(items).sets.T.tolist()}
        given = {tuple(row) for row in found[~is_blank.any(axis=1)].astype(int).to_numpy().tolist()}
        assert given == known, items
        for item in items:
            answers = found[item.removeprefix("hlv_")]
            share = (answers == 1).sum() / answers.isin([0, 1]).sum()
            assert share == pytest.approx(hlv.true_share(item, "20", 2024), abs=0.035), item


@pytest.mark.parametrize(
    ("year", "n"), [(2014, 14_500), (2018, 870), (2021, 10_100), (2024, 10_000)]
)
def test_hlv_rounds_are_as_large_as_real_ones_and_weights_count_the_population(
    surveys: Surveys, year: int, n: int
) -> None:
    [path] = surveys.files("hlv").glob(f"hlv_{year}.*")
    frame = reckoning.hlv(path)
    assert len(frame) == n
    people = hlv.population("20", year)
    known = pd.DataFrame(
        {
            "area_id": np.array(municipalities("20"))[people.area],
            "gender": np.where(people.woman, "K", "M"),
            "age_group": [reckoning.AGE_GROUP[str(one)] for one in people.age_group],
        }
    )
    assert frame.set_index("area_id")["population"].to_dict() == dict(
        known["area_id"].value_counts()
    )
    # Small rounds have cells without an answer, which no weight stands for.
    cells = frame.groupby(["area_id", "gender", "age_group"])["weight"].sum()
    sizes = known.value_counts().reindex(cells.index)
    assert np.allclose(cells, sizes, rtol=1e-6)
    assert ("85+" in set(frame["age_group"])) == (year >= 2021)


def test_hlv_files_have_the_codes_that_real_ones_have(surveys: Surveys) -> None:
    text = (surveys.files("hlv") / "hlv_2018.csv").read_bytes().decode("cp1252")
    header, *rows = csv.reader(text.splitlines(), delimiter=";")
    assert {"argang", "KON", "ukommun", "kalvikt", "stratum", "regfraga1"} <= set(header)
    cells = {name: {row[place] for row in rows} for place, name in enumerate(header)}
    assert cells["KON"] == {"1", "2"} and cells["stress"] == {"0", "1", "9", "."}
    assert "2021" in cells["ukommun"] and cells["argang"] == {"2018"}
    assert any("," in weight for weight in cells["kalvikt"])


def test_the_15_files_of_a_lupp_round_have_15_shapes(surveys: Surveys) -> None:
    shapes, own = set(), 0
    paths = sorted(surveys.files("lupp").glob("lupp_2024_*"))
    assert len(paths) == 15
    for path in paths:
        with open_delivered(path) as delivered:
            [first, *_] = [row for batch in delivered.batches for row in batch.to_pylist()]
        headers = tuple(delivered.columns)
        has_texts = not first["F15" if "F15" in headers else "f15"].isdigit()
        shapes.add((delivered.kind, delivered.encoding, delivered.delimiter, headers, has_texts))
        own += "kf1" in [name.casefold() for name in headers]
    assert len(shapes) == 15
    assert {shape[0] for shape in shapes} == {"csv", "xlsx", "sav"} and own > 5
    assert {shape[2] for shape in shapes} >= {";", ",", "\t"}


def test_lupp_has_a_third_gender_and_tells_how_many_were_asked(surveys: Surveys) -> None:
    sizes = yaml.safe_load((surveys.files("lupp") / "rounds.yml").read_text("utf-8"))["rounds"]
    for survey, (low, high) in {"hs": (0.65, 0.97), "gy": (0.20, 0.77)}.items():
        rates = [one["answered"] / one["invited"] for one in sizes if one["survey"] == survey]
        assert low < min(rates) and max(rates) < high
        asked = sum(
            one["invited"] for one in sizes if (one["round"], one["survey"]) == (2024, survey)
        )
        assert asked == pytest.approx(lupp.ASKED[survey], rel=0.01)
        frame = reckoning.lupp(surveys.files("lupp"), 2024, survey, "f15", (set(), set()))
        assert 0.01 < (frame["gender"] == "A").mean() < 0.03
    assert len({one["municipality"] for one in sizes if one["round"] == 2023}) == 1
