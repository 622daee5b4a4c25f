"""Delivered files of shares: known by their content, understood row by row, never twice."""

import csv
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.delivered import rows as why
from ingestion.delivered import store
from ingestion.delivered.inbox import Taken, report
from ingestion.delivered.labels import plain
from ingestion.delivered.load import LoadResult, load_file
from ingestion.delivered.reading import FileRejected
from ingestion.delivered.share_cells import interval, number
from tests.support import PROJECT_ROOT, shared_dir
from warehouse.settings import Settings, load_settings

HEAD = ["År", "Kommun", "Kön"]
TAIL = ["Frågeområde", "Fråga", "Konfidensintervall", "Svar", "Andel", "Källa"]
COLUMNS = (
    "round, survey, item_id, question, answer, area_id, gender, dimension, category, share, "
    "ci_lower, ci_upper, differs_from_country, n, source_text"
)


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", surveys="delivered")


def write_workbook(path: Path, sheets: dict[str, list[list]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number_, row in enumerate(rows):
                sheet.write_row(number_, 0, row)
    return path


def row(
    *start: object, question: str = "Stressad", ci: str = "10 - 20", share: object = 15
) -> list:
    return [*start, "Hälsa", question, ci, None, share, "HLV"]


def shares(house: Settings, source: str = "hlv") -> list[tuple]:
    with store.open_store(source, house) as con:
        return con.execute(f"select {COLUMNS} from published_share order by all").fetchall()


def rejections(house: Settings) -> list[tuple]:
    with store.open_store("hlv", house) as con:
        return con.execute(
            "select sheet, row_number, column_name, reason, is_row from rejection order by all"
        ).fetchall()


def states(house: Settings, source: str = "hlv") -> list[tuple]:
    with store.open_store(source, house) as con:
        return con.execute(
            "select file_name, kind, status, rows_read, rows_kept from load order by loaded_at"
        ).fetchall()


def everything(house: Settings) -> tuple[list, list, list]:
    return shares(house), rejections(house), states(house)


def test_a_workbook_of_shares_is_known_and_its_labels_are_harmonised(
    tmp_path: Path, house: Settings
) -> None:
    path = write_workbook(
        tmp_path / "shares.xlsx",
        {
            "Om": [["Läs mig"], ["Andel i procent"]],
            "Kommunjämförelse": [
                [*HEAD, *TAIL],
                row(2021, "Falun", "Kvinna", ci="57.9 - 66.7  *", share=62.3),
                row(2021, "Riket", "TOTALT", ci="22 - 48.5", share=30),
                row("2021", "Dalarna", "Man", question="lågt social deltagande"),
                row(2021, "Mora", "Man", question="Har en mötesplats"),
            ],
            "Födelseland": [
                [*HEAD, "Födelseland", *TAIL],
                row(2018, "Dalarna", "Man", "Övriga Världen", ci="-3,2 – 101.8", share="49,3"),
                row(2018, "Dalarna", "Man", "Okänt land", ci="", share=49.3),
            ],
        },
    )
    result = load_file(path, "hlv", house)
    assert (result.kind, result.rounds, result.surveys) == ("shares", [2018, 2021], ["adults"])
    assert result.areas == ["0000", "0020", "2062", "2080"]
    stress = (2021, "adults", "hlv_stress", "Stressad", None)
    plain = ("M", None, None, 15.0, 10.0, 20.0, False, None, "HLV")
    assert shares(house) == [
        *(
            (2018, *stress[1:], "0020", "M", "birth_country", *rest, None, "HLV")
            for rest in (
                ("OV", 49.3, -3.2, 101.8, False),
                ("Okänt land", 49.3, None, None, None),
            )
        ),
        (*(2021, "adults", "hlv_deltag1", "lågt social deltagande", None), "0020", *plain),
        (*stress, "0000", "T", None, None, 30.0, 22.0, 48.5, None, None, "HLV"),
        (*stress, "2080", "K", None, None, 62.3, 57.9, 66.7, True, None, "HLV"),
        (*(2021, "adults", None, "Har en mötesplats", None), "2062", *plain),
    ]
    assert result.unknown_labels == ["Fråga: Har en mötesplats", "Födelseland: Okänt land"]
    said = report(Taken(result))
    assert "6 of 6 rows (2018, 2021)" in said and "Fråga: Har en mötesplats" in said
    assert rejections(house) == [
        ("Födelseland", 3, "Födelseland", why.UNKNOWN_LABEL, False),
        ("Kommunjämförelse", 5, "Fråga", why.UNKNOWN_LABEL, False),
        ("Om", None, None, why.NO_SHARES, False),
    ]


def test_rows_that_cannot_be_understood_are_left_out_with_their_place(
    tmp_path: Path, house: Settings
) -> None:
    good = [row(2021, "Falun", "Kvinna", f"{n} år", question=f"f{n}") for n in range(20)]
    bad = [
        (row(None, "Falun", "Man", "16-29"), "År", why.NO_ROUND),
        (row("i fjol", "Falun", "Man", "16-29"), "År", why.BAD_ROUND),
        (row(2021, "", "Man", "16-29"), "Kommun", why.NO_AREA),
        (row(2021, "Karin Åström", "Man", "16-29"), "Kommun", why.UNKNOWN_AREA),
        (row(2021, "Umeå", "Man", "16-29"), "Kommun", why.OTHER_REGION),
        (row(2021, "Falun", "x", "16-29"), "Kön", why.NO_GENDER),
        (row(2021, "Falun", "Man", None), "Ålder", why.NO_GROUP),
        (row(2021, "Falun", "Man", "16-29", question="NA"), "Fråga", why.NO_QUESTION),
        (row(2021, "Falun", "Man", "16-29", share=None), "Andel", why.NO_SHARE),
        (row(2021, "Falun", "Man", "16-29", share=101), "Andel", why.BAD_SHARE),
        (row(2021, "Falun", "Man", "16-29", share="x"), "Andel", why.BAD_SHARE),
        (
            row(2021, "Falun", "Man", "16-29", share=30),
            "Konfidensintervall",
            why.OUTSIDE_INTERVAL,
        ),
        (row(2021, "FALU kommun", "Kvinnor", "1 år", question="F1"), None, why.SAME_SHARE),
    ]
    unread = row(2021, "Falun", "Man", "16-29", ci="ungefär 10")
    path = write_workbook(
        tmp_path / "a.xlsx",
        {"Ålder": [[*HEAD, "Ålder", *TAIL], *good, *(one for one, _, _ in bad), unread]},
    )
    result = load_file(path, "hlv", house)
    assert (result.rows_read, result.rows_kept) == (len(good) + len(bad) + 1, len(good) + 1)
    found = [one for one in rejections(house) if one[3] != why.UNKNOWN_LABEL]
    assert found == [
        *(("Ålder", at, column, reason, True) for at, (_, column, reason) in enumerate(bad, 22)),
        ("Ålder", 35, "Konfidensintervall", why.BAD_INTERVAL, False),
    ]
    assert shares(house)[0][8:13] == ("16-29", 15.0, None, None, None)
    with store.open_store("hlv", house) as con:
        kept = (
            con.execute("select * from rejection").fetchall() + con.execute("from load").fetchall()
        )
    assert "Åström" not in str(kept)


@pytest.mark.parametrize(
    ("question", "answer", "item"),
    [
        ("Stress", "Stressad", "hlv_stress"),
        ("Stressad", "Ja", "hlv_stress"),
        ("Stressad", "Nej", None),
        ("Stressad", "Mycket stressad", "hlv_mstress"),
        ("Självskattad hälsa", "Bra eller mycket bra", "hlv_godhals"),
        ("Självskattad hälsa", "Dålig", None),
    ],
)
def test_question_and_answer_together_say_which_item_it_is(
    tmp_path: Path, house: Settings, question: str, answer: str, item: str | None
) -> None:
    """The share of those who say no is not the item's."""
    one = ["2021", "Falun", "Man", "Hälsa", question, "10 - 20", answer, "15", "HLV"]
    path = tmp_path / "a.csv"
    path.write_text(";".join([*HEAD, *TAIL]) + "\n" + ";".join(one) + "\n", encoding="cp1252")
    load_file(path, "hlv", house)
    assert [found[2:5] for found in shares(house)] == [(item, question, answer)]


def test_a_corrected_workbook_replaces_the_same_rounds_areas_and_sheets_only(
    tmp_path: Path, house: Settings
) -> None:
    def load(name: str, **sheets: list[list]) -> LoadResult:
        head = {"A": [*HEAD, *TAIL], "B": [*HEAD, "Ålder", *TAIL]}
        rows = {sheet: [head[sheet], *rows] for sheet, rows in sheets.items()}
        return load_file(write_workbook(tmp_path / name, rows), "hlv", house)

    falun = [row(2018, "Falun", "Man"), row(2021, "Falun", "Man")]
    by_age = [row(2021, "Falun", "Man", "16-29")]
    load("first.xlsx", A=falun, B=by_age)
    before = everything(house)
    assert load("again.xlsx", A=falun, B=by_age).status == "unchanged"
    assert everything(house) == before
    second = load("second.xlsx", A=[row(2021, "Falun", "Man", share=16)])
    assert [(one[0], one[7], one[9]) for one in shares(house)] == [
        (2018, None, 15.0),
        (2021, "age_group", 15.0),
        (2021, None, 16.0),
    ]
    assert len(second.replaced) == 1 and "It replaces" in report(Taken(second))
    assert [one[2] for one in states(house)] == ["loaded", "loaded"]
    load("third.xlsx", A=[*falun, row(2021, "Mora", "Man")], B=by_age)
    assert [one[2] for one in states(house)] == ["replaced", "replaced", "loaded"]
    assert len(shares(house)) == 4


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


def test_persons_with_a_summary_on_another_sheet_are_persons(
    tmp_path: Path, house: Settings
) -> None:
    persons = [["argang", "kon", "ukommun", "kalvikt", "stress"], [2021, 2, 2080, 1.5, 1]]
    summary = [[*HEAD, *TAIL], row(2021, "Falun", "Man")]
    path = write_workbook(tmp_path / "a.xlsx", {"Svar": persons, "Kommunjämförelse": summary})
    result = load_file(path, "hlv", house)
    assert (result.kind, result.rows_kept, shares(house)) == ("microdata", 1, [])


def test_rows_of_another_length_are_left_out_of_shares_too(tmp_path: Path, house: Settings) -> None:
    path = tmp_path / "shares.csv"
    lines = ["År;Kommun;Kön;Fråga;Andel", "2021;Falun;Man;Stressad", "2021;Falun;Man;Fetma;12,5"]
    path.write_text("\n".join([*lines, "2021;Falun;Man;F;1;2", "2021;Mora;Man;Fetma;9"]), "utf-8")
    result = load_file(path, "hlv", house)
    assert (result.rows_read, result.rows_kept) == (4, 2)
    assert [one[9] for one in shares(house)] == [9.0, 12.5]
    assert rejections(house) == [
        (None, 2, None, "4 fields instead of 5", True),
        (None, 4, None, "6 fields instead of 5", True),
    ]


def test_a_store_of_an_earlier_version_is_brought_up_to_date(house: Settings) -> None:
    with store.open_store("hlv", house) as con:
        con.execute("alter table rejection drop column sheet")
        con.execute("drop table published_share")
    assert rejections(house) == [] and shares(house) == []


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


BOUND = st.decimals(-50, 150, places=1)


@given(
    bounds=st.tuples(BOUND, BOUND),
    star=st.booleans(),
    dash=st.sampled_from([" - ", "-", " – ", " -"]),
    mark=st.sampled_from([".", ","]),
    minus=st.sampled_from(["-", "−"]),
)
@hypothesis_settings(deadline=None)
def test_intervals_in_every_spelling(
    bounds: tuple, star: bool, dash: str, mark: str, minus: str
) -> None:
    """R drops decimals that are 0; a minus before a bound is no dash between two."""
    lower, upper = sorted(bounds)

    def written(bound: object) -> str:
        return f"{float(str(bound)):g}".replace(".", mark).replace("-", minus)

    text = f"{written(lower)}{dash}{written(upper)}{'  *' if star else ''}"
    assert interval(text) == (float(lower), float(upper), star)
    if lower != upper:
        assert interval(f"{written(upper)}{dash}{written(lower)}") is None


@given(st.text(max_size=12))
@hypothesis_settings(deadline=None)
def test_no_text_breaks_the_readers_of_cells(text: str) -> None:
    found = number(text)
    assert found is None or abs(found) < float("inf")
    bounds = interval(text)
    assert bounds is None or bounds[0] <= bounds[1]
