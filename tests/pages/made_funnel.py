"""The made release with populations behind one indicator's values, and that indicator's page."""

import math
import shutil
from pathlib import Path

import duckdb

from pages.contexts import Site
from pages.model import About
from pages.published import read_published
from pages.texts import language
from pages.writing import TEMPLATES, Writer

Z = {95: 1.959963984540054, 99.8: 3.0902323061678132}
RIKET = 60.5
# Persons and cases; Riket's share is 60.5 %.
COUNTED = {"2080": (20_000, 12_400), "2081": (3_000, 1_700), "2039": (400, 236)}


def wilson(x: int, n: int, z: float = Z[95]) -> tuple[float, float]:
    middle, root = 2 * x + z * z, z * math.sqrt(z * z + 4 * x * (1 - x / n))
    return (middle - root) / (2 * (n + z * z)), (middle + root) / (2 * (n + z * z))


def make_funnel_page(database: Path, folder: Path) -> Path:
    """The page of N00001 in the made release, with populations behind its values of 2024."""
    folder.mkdir(parents=True)
    with duckdb.connect(str(shutil.copyfile(database, folder / "jamlik.duckdb"))) as con:
        for area, (n, x) in COUNTED.items():
            value, (lower, upper) = round(100 * x / n, 1), wilson(x, n)
            where = f"indicator_id = 'N00001' and area_id = '{area}' and year_end = 2024"
            con.execute(
                f"update core.fct_value set value = {value}, status = '' "
                f"where {where} and gender = 'T'"
            )
            con.execute(f"delete from equity.area_gap where {where} and benchmark = 'riket'")
            con.execute(
                "insert into equity.area_gap (indicator_id, area_id, year_end, gender, benchmark, "
                "benchmark_value, verdict, q_value, value_ci_lower, value_ci_upper) values "
                "('N00001', ?, 2024, 'T', 'riket', ?, 'worse', 0.01, ?, ?)",
                [area, RIKET, 100 * lower, 100 * upper],
            )
    published = read_published(folder / "jamlik.duckdb", About("r", "2026-03-02T12:00:00Z"))
    pages = Site(published, language("sv")).pages()
    one = next(page for page in pages if page.path == "indicator/N00001")
    Writer(published, "sv", ["sv"], folder, "1", has_pdf=False, in_release=False).write(one, "1")
    shutil.copyfile(TEMPLATES / "style.css", folder / "style.css")
    return folder / "indicator" / "N00001.html"
