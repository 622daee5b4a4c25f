"""Delivered files as text: every kind the same, and what is refused."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.delivered.reading import Delivered, FileRejected, Format, open_delivered

ANY = Format()
CANARY = "Karin Åström 19900101-2384"


def everything(path: Path, format: Format = ANY) -> tuple[Delivered, list[dict]]:
    with open_delivered(path, format=format) as delivered:
        rows = [row for batch in delivered.batches for row in batch.to_pylist()]
        return delivered, rows


def write_csv(path: Path, table: list[list[str]], encoding: str, delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(table)
    path.write_bytes(text.getvalue().encode(encoding))


CELLS = st.text(st.sampled_from('abcåäöÅÄÖé123 ;,\t"\n-'), max_size=8)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    delimiter=st.sampled_from([";", ",", "\t"]),
)
@settings(max_examples=60, deadline=None)
def test_text_comes_back_in_every_encoding_and_delimiter(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    encoding: str,
    delimiter: str,
) -> None:
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    header = ["kön", "ar", "fråga 1"]
    write_csv(path, [header, *rows], encoding, delimiter)
    stripped = [[cell.strip() or None for cell in row] for row in rows]
    expected = [
        {"row_number": number, **dict(zip(header, row, strict=True))}
        for number, row in enumerate(stripped, start=2)
        if any(row)
    ]
    if not expected:
        return
    delivered, found = everything(path)
    assert found == [
        {
            key: one.replace("\r\n", "\n") if isinstance(one, str) else one
            for key, one in row.items()
        }
        for row in expected
    ]
    assert delivered.columns == header and delivered.delimiter == delimiter
    assert delivered.encoding in ("utf-8-sig", "cp1252") and not delivered.faults


def test_rows_of_another_length_are_left_out_and_numbers_stay_right(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('a;b\n1;2\n3\n;\n"x\ny";4\n5;6;7\n8;9\n10;"11"\n12', encoding="utf-8")
    delivered, rows = everything(path)
    assert [(row["row_number"], row["a"], row["b"]) for row in rows] == [
        (2, "1", "2"),
        (5, "x\ny", "4"),
        (7, "8", "9"),
        (8, "10", "11"),
    ]
    assert [(fault.row_number, fault.column) for fault in delivered.faults] == [
        (3, None),
        (6, None),
        (9, None),
    ]


def test_an_excel_table_below_a_title_with_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Om").write(0, 0, "Läs mig")
        sheet = book.add_worksheet("Svar")
        sheet.write(0, 0, "Lupp 2024")
        sheet.merge_range(1, 0, 1, 2, "Bakgrund")
        sheet.write_row(2, 0, ["ar", "kommun", "andel", "fel"])
        sheet.write_row(3, 0, [2021, "Malung-Sälen", 0.1])
        sheet.write_formula(3, 3, "=1/0", None, "#DIV/0!")
        sheet.write_row(5, 0, [2021, 2021])
        sheet.write_formula(5, 2, "=1+1", None, "")
        sheet.write_formula(5, 3, "=1+1", None, 2)
    delivered, rows = everything(path, Format(sheet="Svar"))
    assert rows == [
        {"row_number": 4, "ar": "2021", "kommun": "Malung-Sälen", "andel": "0.1", "fel": None},
        {"row_number": 6, "ar": "2021", "kommun": "2021", "andel": None, "fel": "2"},
    ]
    assert [(one.row_number, one.column) for one in delivered.faults] == [(4, "fel"), (6, "andel")]
    assert delivered.sheets == ["Om", "Svar"]


def test_spss_keeps_the_codes_that_are_declared_missing(tmp_path: Path) -> None:
    path = tmp_path / "file.sav"
    frame = pd.DataFrame(
        {"ar": [2021.0] * 4, "f1": [1.0, 8.0, 9.0, 77.0], "w": [0.5, 1, 2, np.nan]}
    )
    pyreadstat.write_sav(
        frame,
        str(path),
        missing_ranges={"f1": [8, 9, 77]},
        variable_value_labels={"f1": {1.0: "Ja", 8.0: "Vet ej"}},
    )
    _, rows = everything(path)
    assert [row["f1"] for row in rows] == ["1", "8", "9", "77"]
    assert [row["w"] for row in rows] == ["0.5", "1", "2", None]
    assert {row["ar"] for row in rows} == {"2021"}
    assert [row["row_number"] for row in rows] == [1, 2, 3, 4]


def test_spss_in_chunks_and_without_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.delivered.spss.ROWS", 7)
    path = tmp_path / "file.sav"
    pyreadstat.write_sav(pd.DataFrame({"f1": np.arange(20.0), "f2": 1.0}), str(path))
    _, rows = everything(path)
    assert [row["f1"] for row in rows] == [str(number) for number in range(20)]


def _far_cell(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(1_048_575, 16_383, CANARY)


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("svar.csv", f"a;b\n{CANARY};1\n")


def _cut_sav(path: Path) -> None:
    pyreadstat.write_sav(pd.DataFrame({"a": [CANARY] * 500, "b": 1.0}), str(path))
    path.write_bytes(path.read_bytes()[:1500])


def _cut_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_row(0, 0, ["a", CANARY])
    path.write_bytes(path.read_bytes()[:-400])


def _header_only_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_row(0, 0, ["a", "b"])


BAD = {
    "empty.csv": (b"", "empty"),
    "header.csv": (b"a;b\n", "no rows below the header"),
    "one.csv": (f"a\n{CANARY}\n".encode(), "no semicolon, comma or tab"),
    "mixed.csv": ("a;b\nå;1\n".encode() + "ö;2\n".encode("cp1252"), "mixes two encodings"),
    "binary.csv": (b"a;b\n\x81;1\xff\n", "line 2: holds a byte"),
    "doubled.csv": (b"a;b;A\n1;2;3\n", "column 3 has the same name"),
    "quote.csv": (f'"a;b\n{CANARY};1\n'.encode(), "quotation mark is not closed"),
    "cut.csv": (f'a;b\n1;2\n3;"{CANARY}'.encode(), "may have been cut"),
    "line.csv": (b"a;b\n" + b"x" * 9_000_000 + b";1\n", "longer than"),
    "noline.csv": (b"x;" * 4_000_000, "longer than"),
    "other.doc": (b"a;b\n1;2\n", "is not read"),
    "text.xlsx": (f"a;b\n{CANARY};1\n".encode(), "the content is a text table"),
    "far.xlsx": (_far_cell, "far away"),
    "zip.xlsx": (_zip, "no Excel workbook"),
    "cut.xlsx": (_cut_xlsx, "damaged"),
    "header.xlsx": (_header_only_xlsx, "no rows below the header"),
    "cut.sav": (_cut_sav, "damaged"),
    "text.sav": (f"a;b\n{CANARY};1\n".encode(), "the content is a text table"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_says_why_and_shows_nothing(tmp_path: Path, name: str) -> None:
    content, said = BAD[name]
    path = tmp_path / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    with pytest.raises(FileRejected) as caught:
        everything(path)
    assert name in caught.value.what and said in caught.value.what
    link: BaseException | None = caught.value
    while link is not None:
        assert "Åström" not in str(link) and "19900101" not in str(link)
        assert link.__suppress_context__ or link.__context__ is None
        link = link.__cause__


def test_nothing_is_left_in_the_work_folder_and_the_child_is_silent(tmp_path: Path) -> None:
    work = tmp_path / "work"
    path = tmp_path / "file.xlsx"
    _cut_xlsx(path)
    with pytest.raises(FileRejected), open_delivered(path, work=work):
        pass
    assert list(work.iterdir()) == []
    child = subprocess.run(
        [sys.executable, "-m", "ingestion.delivered.sheet_child", str(path), '{"sheet": null}'],
        capture_output=True,
        check=False,
    )
    assert b"str" not in child.stdout


def test_a_known_format_is_used(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("titel;;\n;;\na|b;c\nå|1;2\n".encode("latin-1"))
    delivered, rows = everything(path, Format("latin-1", "|", header_row=3))
    assert delivered.columns == ["a", "b;c"]
    assert rows == [{"row_number": 4, "a": "å", "b;c": "1;2"}]
    with pytest.raises(FileRejected, match="not utf-8-sig"):
        everything(path, Format("utf-8-sig"))


def test_large_tables_are_read_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("a;b\n" + "1;0,5\n" * 1_500_000, encoding="utf-8")
    with open_delivered(path) as delivered:
        batches = [batch.num_rows for batch in delivered.batches]
        assert sum(batches) == 1_500_000 and len(batches) > 1
