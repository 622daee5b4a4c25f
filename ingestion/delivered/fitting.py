"""Which codebook fits a file.

What belongs here: choosing. What does not: codebooks (`codebook`), applying one (`rules`).
"""

from pathlib import Path

from ingestion.delivered.codebook import Codebook, read_codebook, source_codebooks
from ingestion.delivered.reading import Delivered, FileRejected


def holds_answers(source: str, delivered: Delivered) -> bool:
    """Whether a codebook of the source knows a question among a table's columns."""
    headers = {header.casefold() for header in delivered.columns}
    return any(_known_items(book, headers) for book in source_codebooks(source))


def fitting_codebook(source: str, wanted: str | None, delivered: Delivered) -> Codebook:
    """The codebook asked for, or the one that knows most of the file's columns.

    Raises:
        FileRejected: There is none.
    """
    if wanted and Path(wanted).suffix in (".yml", ".yaml"):
        return read_codebook(Path(wanted))
    books = source_codebooks(source)
    if wanted:
        for book in books:
            if book.codebook == wanted:
                return book
        raise FileRejected(
            f"{delivered.name}: there is no codebook {wanted}.",
            f"Codebooks of {source}: {', '.join(book.codebook for book in books)}.",
        )
    headers = {header.casefold() for header in delivered.columns}
    fitting = [(_known_items(book, headers), book) for book in books]
    best = max(fitting, key=lambda one: one[0], default=(0, None))
    if not best[0] or best[1] is None:
        raise FileRejected(
            f"{delivered.name}: no codebook of {source} knows a question in it.",
            f"Name one with --codebook: {', '.join(book.codebook for book in books)}, or a file.",
        )
    return best[1]


def _known_items(book: Codebook, headers: set[str]) -> int:
    """Items whose column is in the file."""
    return sum(
        any(name.casefold() in headers for names in item.names.values() for name in names)
        for item in book.items
    )
