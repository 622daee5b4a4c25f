"""Which question and item a share is of: by the sender, by columns, by labels and seeds."""

import csv
from pathlib import Path

import pytest

from ingestion.delivered import rows as why
from ingestion.delivered.labels import plain
from ingestion.delivered.load import load_file
from ingestion.delivered.reading import FileRejected
from tests.delivered.share_files import (
    shares,
    states,
)
from tests.support import PROJECT_ROOT, shared_dir
from warehouse.settings import Settings

LUPP = '"","År","Undersökning","andel","Boendekommun"\n'


def test_lupps_file_has_its_question_from_the_sender(tmp_path: Path, house: Settings) -> None:
    path = tmp_path / "lupp.csv"
    rows = (
        '"1",2015,"Gymnasiet",19.8,"Dalarna"\n"2",2015,"Högstadiet",23,"Falu kommun"\n'
        '"3",2021,"Gymnasiet",NA,"Gagnefs kommun"\n'
    )
    path.write_bytes((LUPP + rows).encode("latin-1"))
    with pytest.raises(FileRejected, match="nothing says which question") as caught:
        load_file(path, "lupp", house)
    assert "--item" in caught.value.remedy
    with pytest.raises(FileRejected, match="no item lupp_x") as caught:
        load_file(path, "lupp", house, item="lupp_x")
    assert "lupp_sleep" in caught.value.remedy
    result = load_file(path, "lupp", house, item="lupp_stress")
    assert result.reasons == {why.NO_SHARE: 1} and result.unknown_columns == []
    question = "Stressad varje vecka eller oftare"
    expected = [
        (2015, survey, "lupp_stress", question, None, area, "T", None, None, share, *[None] * 5)
        for survey, area, share in (("gy", "0020", 19.8), ("hs", "2080", 23.0))
    ]
    assert shares(house, "lupp") == expected
    other = LUPP.replace('"andel"', '"andel","fråga"')
    lines = '"1",2015,"Gymnasiet",7,"{}","Dalarna"\n'
    path.write_text(other + lines.format("lupp_sleep") + lines.format("Annat"), encoding="utf-8")
    with pytest.raises(FileRejected, match="column fråga already says"):
        load_file(path, "lupp", house, item="lupp_stress")
    load_file(path, "lupp", house)
    found = {one[2:4] for one in shares(house, "lupp")}
    assert found == {("lupp_stress", question), ("lupp_sleep", "lupp_sleep"), (None, "Annat")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LUPP + '"1",2015,"Gymnasiet",0.2,"Mora"\n"2",2015,"Gymnasiet",1,"Orsa"\n', "parts of one"),
        (LUPP.replace("År", "Tid") + '"1",2015,"Gymnasiet",20,"Mora"\n', "no column år"),
        (LUPP + '"1",2015,"Förskola",20,"Mora"\n', why.NO_SURVEY),
    ],
)
def test_a_file_of_shares_that_cannot_be_taken_leaves_nothing(
    tmp_path: Path, house: Settings, text: str, said: str
) -> None:
    path = tmp_path / "lupp.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRejected, match=said):
        load_file(path, "lupp", house, item="lupp_sleep")
    assert shares(house, "lupp") == []
    assert [one[2] for one in states(house, "lupp")] == ["rejected"]


@pytest.mark.parametrize("source", ["hlv", "lupp"])
def test_labels_mean_what_the_seeds_know(source: str) -> None:
    seeds = PROJECT_ROOT / "dbt_project" / "seeds"

    def rows(path: Path) -> list[dict]:
        with path.open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    known = {(one["dimension"], one["category"]) for one in rows(seeds / "survey_categories.csv")}
    known |= {("item", one["item_id"]) for one in rows(seeds / "items.csv")}
    known |= {("gender", "T"), *(("survey", one) for one in ("hs", "gy", "uv"))}
    labels = rows(PROJECT_ROOT / f"ingestion/{source}/codebooks/published_labels.csv")
    assert {(one["kind"], one["means"]) for one in labels} <= known
    spellings = [(one["kind"], plain(one["label"])) for one in labels]
    assert len(spellings) == len(set(spellings))


def test_titles_of_the_agencys_codebook_are_the_items_names(
    tmp_path: Path, house: Settings
) -> None:
    with (shared_dir() / "data" / "hlv_fohm_codebook.csv").open(encoding="utf-8") as file:
        theirs = {row["label_sv"]: f"hlv_{row['sas_var']}" for row in csv.DictReader(file)}
    path = tmp_path / "shares.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["År", "Kommun", "Kön", "Fråga", "Andel"])
        writer.writerows([2021, "Falun", "Man", label.upper(), 20] for label in theirs)
    load_file(path, "hlv", house)
    assert {one[2] for one in shares(house)} == set(theirs.values())


def test_an_item_is_for_files_of_shares_only(tmp_path: Path, house: Settings) -> None:
    path = tmp_path / "f.csv"
    path.write_text("argang;kon;ukommun;kalvikt;stress\n2021;2;2080;1,5;1\n", encoding="utf-8")
    with pytest.raises(FileRejected, match="files of shares only"):
        load_file(path, "hlv", house, item="hlv_stress")
