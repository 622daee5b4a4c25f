"""Building the site: whole, with PDF, with nothing or one value changed, for the whole country.

What belongs here: sites of the release that `run` has published, each in a process of its own.
What does not: what pages hold. Memory is that of Python; Chromium's is not counted.
"""

import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

from benchmarks.measure import Measure, in_child, print_table, verdict
from warehouse.errors import JamlikError
from warehouse.settings import load_settings

BUDGET_SITE, BUDGET_COUNTRY = 60.0, 480.0
BUDGET_MIB = 1024.0
# Pages printed to say what all of them would take.
SAMPLE = 24
ONE_VALUE = (
    "update core.fct_value set value = value * 1.0001 where indicator_id = "
    "(select min(indicator_id) from core.fct_value where area_id = '2080' and value is not null) "
    "and area_id = '2080' and gender = 'K' and year_end = 2018"
)


def site(
    database: str, out: str, before: str, with_pdf: bool, everywhere: bool
) -> Generator[None, None, dict[str, Any]]:
    """Build a site as publishing does."""
    from pages.build import build_site
    from pages.model import About

    about = About(Path(out).name, "2026-01-01T00:00:00Z")
    yield
    result = build_site(
        Path(database),
        Path(out),
        about=about,
        with_pdf=with_pdf,
        everywhere=everywhere,
        before=Path(before),
    )
    yield
    return {"pages": result.n_pages, "made": result.n_pages - result.n_taken, "pdf": result.pdf}


def prints(folder: str, n: int) -> Generator[None, None, dict[str, Any]]:
    """Print some pages of a site."""
    from pages import pdf

    browser = pdf.find_chromium()
    pages = sorted((Path(folder) / "area").glob("*.html"))
    chosen = [pdf.ToPrint(page, None) for page in pages[:: max(1, len(pages) // n)][:n]]
    yield
    if browser is not None:
        pdf.print_pages(browser, chosen)
    yield
    return {"printed": len(chosen) if browser else 0, "of": len(pages)}


def measure(work: Path, *, full: bool) -> None:
    """Print each build beside its budget; `full` prints all PDF of the country."""
    database = _release(work) / "jamlik.duckdb"
    folder = work / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    changed = Path(shutil.copyfile(database, folder / "jamlik.duckdb"))
    _change(changed)
    none, first, country = folder / "none", folder / "first", folder / "country"
    builds = {
        "region": in_child(site, database, first, none, False, False),
        "region, with PDF": in_child(site, database, folder / "pdf", none, True, False),
        "region, nothing changed": in_child(site, database, folder / "same", first, False, False),
        "region, one value changed": in_child(site, changed, folder / "one", first, False, False),
        "all 290": in_child(site, database, country, none, full, True),
    }
    print_table(
        ["site", "wall s", "CPU s", "peak MiB", "pages", "made"],
        [_row(name, one) for name, one in builds.items()],
    )
    print(verdict("with PDF", builds["region, with PDF"].wall, BUDGET_SITE, " s", at_least=False))
    whole = builds["all 290"]
    seconds, note = whole.wall, "measured"
    if not full:
        sample = in_child(prints, country, SAMPLE)
        printed, pages = sample.result["printed"], sample.result["of"]
        if not printed:
            print("  no PDF: Chromium is not installed")
            return
        each = sample.wall / printed
        # In two languages.
        seconds, note = whole.wall + 2 * pages * each, f"{each:.2f} s for each of {printed} PDF"
    print(verdict(f"all 290 with PDF, {note}", seconds, BUDGET_COUNTRY, " s", at_least=False))
    print(verdict("all 290, memory", whole.peak, BUDGET_MIB, " MiB", at_least=False))


def _row(name: str, one: Measure) -> list[object]:
    figures = [f"{one.wall:.1f}", f"{one.cpu:.1f}", f"{one.peak:.0f}"]
    return [name, *figures, one.result["pages"], one.result["made"]]


def _release(work: Path) -> Path:
    """The release of the demonstration run, else the one in force."""
    for release in (work / "run-demo" / "published" / "current", load_settings().paths.current):
        if release.is_dir():
            return release.resolve()
    raise JamlikError("There is no release to make pages from.", "Measure `run` first.")


def _change(database: Path) -> None:
    import duckdb

    with duckdb.connect(str(database)) as con:
        con.execute(ONE_VALUE)
