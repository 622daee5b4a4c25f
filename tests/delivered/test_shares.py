"""Delivered workbooks of shares: known by their content, understood row by row, never twice."""

from pathlib import Path

import pytest

from ingestion.delivered import rows as why
from ingestion.delivered import store
from ingestion.delivered.inbox import Taken, report
from ingestion.delivered.load import LoadResult, load_file
from tests.delivered.share_files import (
    HEAD,
    TAIL,
    everything,
    rejections,
    row,
    shares,
    states,
    write_workbook,
)
from warehouse.settings import Settings


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
