"""Files of shares as they are delivered, and what of them is in the store."""

from datetime import datetime
from pathlib import Path

import xlsxwriter

from ingestion.delivered import store
from warehouse.settings import Settings

HEAD = ["År", "Kommun", "Kön"]
TAIL = ["Frågeområde", "Fråga", "Konfidensintervall", "Svar", "Andel", "Källa"]
COLUMNS = (
    "round, survey, item_id, question, answer, area_id, gender, dimension, category, share, "
    "ci_lower, ci_upper, differs_from_country, n, source_text"
)


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
