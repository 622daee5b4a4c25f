"""Building the site: `build_site`, what orchestration and the command line call.

What belongs here: the folder, the order of files, what is made and what is taken over. What does
not: what pages hold (`contexts.py`), writing one (`writing.py`), workbooks and PDF (their own
modules).
"""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from pages import documents, pdf
from pages.contexts import Site
from pages.model import About, Published
from pages.page import Page
from pages.published import other_counties, read_about, read_published
from pages.reuse import Before, Made, hashes, read_before
from pages.texts import LANGUAGES, language
from pages.writing import TEMPLATES, Writer, write_json
from warehouse.errors import InputError

# Says that a folder is a site of ours, so that it may be replaced, and what its pages are.
MARKER = "site.json"
NOT_ASKED = "PDF was not asked for."


@dataclass(frozen=True)
class SiteResult:
    """What was written.

    Args:
        folder: The site; open `index.html` in it.
        n_pages: HTML pages, in all languages.
        n_taken: Those of them that were taken over from the site before.
        n_files: All files.
        pdf: A sentence on the PDF files: how many, or that none were asked for.
    """

    folder: Path
    n_pages: int
    n_taken: int
    n_files: int
    pdf: str


def build_site(
    database: Path,
    out: Path,
    *,
    about: About | None = None,
    languages: Sequence[str] = LANGUAGES,
    with_pdf: bool = False,
    everywhere: bool = False,
    before: Path | None = None,
    in_release: bool = False,
) -> SiteResult:
    """Write the whole site of a release.

    The same release gives the same bytes, whenever and wherever it is built, and whatever is
    taken over.

    Args:
        database: The release's DuckDB file, opened read-only.
        out: Folder to write; a site that is there is replaced once the new one is whole.
        about: What the manifest says of the release; read beside the database when not given.
        languages: Codes; the first one's pages lie at the top, the others' below their code.
        with_pdf: Also print pages of municipalities and the county, by Chromium.
        everywhere: Also pages of all other counties and their municipalities.
        before: A site whose unchanged pages are taken over; `out` when not given.
        in_release: Whether the marts' dictionary will lie beside the site's folder, as it does in
            a release; pages then link to it.

    Raises:
        MartError: The file lacks a mart that the pages are made from.
        InputError: `out` holds something that is no site.
        PdfError: PDF are wanted, and Chromium is not installed or did not print.
    """
    if out.exists() and not (out / MARKER).is_file() and any(out.iterdir()):
        raise InputError(
            f"{out} holds files that are no site of jamlik.", "Name an empty or new folder."
        )
    about = about or read_about(database.parent)
    published = read_published(database, about)
    browser = pdf.require_chromium() if with_pdf else None
    making = out.with_name(f".making-{out.name}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    # Printing reads it.
    shutil.copyfile(TEMPLATES / "style.css", making / "style.css")
    try:
        with pdf.Printer(browser) if browser else nullcontext() as printer:
            build = _Build(
                making,
                languages,
                printer,
                read_before((before or out) / MARKER),
                in_release=in_release,
            )
            _add_pages(build, published, database, everywhere)
            build.finish(published)
        n_files = sum(path.is_file() for path in making.rglob("*"))
        if out.exists():
            shutil.rmtree(out)
        making.rename(out)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    statement = build.printed if browser else NOT_ASKED
    return SiteResult(out, len(build.inputs), build.n_taken, n_files, statement)


def site_version() -> str:
    """A hash of this folder's code, templates and texts: what makes pages differ but the data."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".html", ".css", ".toml"):
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _add_pages(build: "_Build", published: Published, database: Path, everywhere: bool) -> None:
    others = other_counties(database) if everywhere else []
    for code in build.languages:
        build.add(published, code, Site(published, language(code), others).pages())
    for county, _ in others:
        elsewhere = read_published(database, published.about, county.area_id)
        for code in build.languages:
            build.add(published, code, Site(elsewhere, language(code)).area_pages())


class _Build:
    """A site under way: its pages, and what they were made from."""

    def __init__(
        self,
        folder: Path,
        languages: Sequence[str],
        printer: pdf.Printer | None,
        before: Before,
        *,
        in_release: bool,
    ) -> None:
        self.folder, self.languages, self.printer, self.before = folder, languages, printer, before
        self.in_release = in_release
        self.version = site_version()
        self.inputs: dict[str, str] = {}
        self.files: dict[str, list[str]] = {}
        self.taken: dict[str, Made] = {}
        self.n_printed = 0

    @property
    def n_taken(self) -> int:
        return len(self.taken)

    @property
    def printed(self) -> str:
        """How many PDF files there are, and where from."""
        taken = sum(path.endswith(".pdf") for made in self.taken.values() for path in made.files)
        return f"{self.n_printed} PDF files printed by Chromium, {taken} taken over."

    def add(self, published: Published, code: str, pages: Iterable[Page]) -> None:
        """Make pages of one language, or take them over."""
        writer = Writer(
            published,
            code,
            self.languages,
            self.folder,
            self.version,
            has_pdf=self.printer is not None,
            in_release=self.in_release,
        )
        for page in pages:
            name = writer.name_of(page)
            self.inputs[name] = writer.input_of(page)
            made = self.before.take(name, self.inputs[name], self.folder)
            if made is not None:
                self.taken[name] = made
                continue
            self.files[name] = writer.write(page, self.inputs[name])
            if page.prints and self.printer is not None:
                changed = page.workbook.changed if page.workbook else None
                self.printer.add(pdf.ToPrint(self.folder / f"{name}.html", changed))
                self.n_printed += 1
                self.files[name].append(f"{name}.pdf")

    def finish(self, published: Published) -> None:
        """Wait for what is printed, and say what each page was made from."""
        if self.printer is not None:
            self.printer.wait()
        made = self.taken | {
            name: Made(self.inputs[name], hashes(self.folder, files))
            for name, files in self.files.items()
        }
        write_json(
            self.folder / MARKER,
            {
                **documents.release(published),
                **documents.about(published),
                "languages": list(self.languages),
                "pages": {name: asdict(made[name]) for name in sorted(made)},
            },
        )
