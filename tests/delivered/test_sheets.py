"""Excel files as people and programs make them, beyond a plain table."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.delivered import sheet_xml
from ingestion.delivered.reading import FileRejected, Format, open_delivered
from ingestion.delivered.sheet_child import find_header
from tests.delivered.test_reading import everything


def test_a_header_in_two_rows_and_cells_that_are_one(tmp_path: Path) -> None:
    """Group headings stand over names; a merged cell holds its value in all of its rows."""
    path = tmp_path / "file.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Svar")
        sheet.merge_range(0, 0, 1, 4, "Resultat 2024")
        sheet.merge_range(2, 0, 3, 0, "kommun")
        sheet.merge_range(2, 1, 2, 2, "Hälsa")
        sheet.merge_range(2, 3, 2, 4, "Trygghet")
        sheet.write_row(3, 1, ["f1", "f2", "f3", "f4"])
        sheet.merge_range(4, 0, 5, 0, "Falun")
        sheet.write_row(4, 1, [1, 2, 3, 4])
        sheet.write_row(5, 1, [5, 6, 7, 8])
        sheet.write_blank(4, 7, None, book.add_format({"bold": True}))
    delivered, rows = everything(path)
    assert delivered.columns == ["kommun", "f1", "f2", "f3", "f4"]
    assert [tuple(row.values()) for row in rows] == [
        (5, "Falun", "1", "2", "3", "4"),
        (6, "Falun", "5", "6", "7", "8"),
    ]


def test_a_merged_header_above_numbers_is_the_header() -> None:
    cells = [["ar", "andel", None], ["2021", "1", "2"]]
    assert find_header(cells, [((0, 1), (0, 2))]) == 1
    cells.insert(1, ["ar", "kvinnor", "män"])
    assert find_header(cells, [((0, 1), (0, 2))]) == 2


def test_sheets_without_a_table_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Om").write(0, 0, "Läs mig")
        for name in ("Svar", "Mer"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["a", "b"])
            sheet.write_row(1, 0, [name, 2])
        book.add_worksheet("Långt bort").write(1_048_575, 16_383, 1)
    with open_delivered(path) as delivered:
        tables = [(one.sheet, *one.columns) for one in (delivered, *delivered.others)]
        assert tables == [("Svar", "a", "b"), ("Mer", "a", "b")]
        assert delivered.skipped == ["Om", "Långt bort"]
        assert [batch.to_pylist() for batch in delivered.others[0].batches] == [
            [{"row_number": 2, "a": "Mer", "b": "2"}]
        ]
    with (
        pytest.raises(FileRejected, match="far away"),
        open_delivered(path, format=Format(sheet="Långt bort")),
    ):
        pass


ROWS = (
    "<{p}row{r1}><{p}c{a1}><{p}v>1</{p}v></{p}c></{p}row>"
    "<{p}row{r2}><{p}c{a2} t={q}e{q}><{p}v>#REF!</{p}v></{p}c>"
    "<{p}c{b2}><{p}f>A1+1</{p}f></{p}c><{p}c{c2}><{p}f>A1</{p}f><{p}v>1</{p}v></{p}c></{p}row>"
)


@given(
    prefix=st.sampled_from(["", "x:"]),
    quote=st.sampled_from(['"', "'"]),
    style=st.sampled_from(["", ' s="1"']),
    has_places=st.booleans(),
)
@settings(deadline=None)
def test_bad_cells_are_found_however_the_xml_is_written(
    prefix: str, quote: str, style: str, has_places: bool
) -> None:
    places = {"r1": "1", "r2": "2", "a1": "A1", "a2": "A2", "b2": "B2", "c2": "C2"}
    attributes = {
        name: f"{style} r={quote}{at}{quote}" if has_places else style
        for name, at in places.items()
    }
    xml = ROWS.format(p=prefix, q=quote, **attributes).encode()
    assert sheet_xml.bad_cells(xml) == [
        (2, 0, "the cell holds an error"),
        (2, 1, "a formula without a stored value"),
    ]
    sheet_xml.check_extent(xml)


@pytest.mark.parametrize(
    "xml",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<x:row s='1' r='1048576'><x:c t='n' r='XFD1048576'><x:v>1</x:v></x:c></x:row>",
        b'<row><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>1</v></c></row>',
    ],
)
def test_one_value_in_the_last_cell_is_too_far_away(xml: bytes) -> None:
    with pytest.raises(sheet_xml.Refused, match="too large"):
        sheet_xml.check_extent(xml)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def test_a_workbook_with_prefixes_and_no_more_parts_than_it_needs(tmp_path: Path) -> None:
    """As a program for reports writes it; no styles, no shared texts, no properties."""
    path = tmp_path / "file.xlsx"
    cell = "<x:c t='inlineStr' r='{}'><x:is><x:t>{}</x:t></x:is></x:c>"
    rows = (
        f"<x:row r='1'>{cell.format('A1', 'a')}{cell.format('B1', 'b')}</x:row>"
        f"<x:row r='2'>{cell.format('A2', 'å')}<x:c t='e' r='B2'><x:v>#N/A</x:v></x:c></x:row>"
    )
    parts = {
        "_rels/.rels": f"<Relationships xmlns='{PACKAGE}'><Relationship Id='rId1' "
        f"Type='{RELS}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<x:workbook xmlns:x='{MAIN}' xmlns:r='{RELS}'><x:sheets>"
        "<x:sheet name='Blad' sheetId='1' r:id='rId1'/></x:sheets></x:workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{PACKAGE}'><Relationship Id='rId1' "
        f"Type='{RELS}/worksheet' Target='/xl/worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": f"<x:worksheet xmlns:x='{MAIN}'><x:sheetData>{rows}"
        "</x:sheetData></x:worksheet>",
    }
    with zipfile.ZipFile(path, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    delivered, found = everything(path)
    assert found == [{"row_number": 2, "a": "å", "b": None}]
    assert [(one.row_number, one.column) for one in delivered.faults] == [(2, "b")]


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
        file.writestr("xl/worksheets/sheet1.xml", b" " * 2_000_000)
    monkeypatch.setattr("ingestion.delivered.sheet.MOST_UNZIPPED", 1_000_000)
    # A child would say that the workbook is damaged.
    with pytest.raises(FileRejected, match="too large"), open_delivered(path):
        pass


def test_a_workbook_with_a_password_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(FileRejected, match="protected by a password"), open_delivered(path):
        pass
