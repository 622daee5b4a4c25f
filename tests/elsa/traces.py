"""Looking for texts in every file of folders, whatever kind of file hides them.

Compressed Parquet and DuckDB files show no text to a search of their bytes: they are decoded.
"""

import gzip
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import duckdb

Opener = Callable[[Path], duckdb.DuckDBPyConnection | None]


def find(words: Iterable[str], folders: Iterable[Path], open_sealed: Opener) -> set[tuple]:
    """(word, file name) of all that is found.

    Args:
        words: To look for; in any usual encoding.
        folders: Searched to the bottom; names of files and folders are searched too.
        open_sealed: Gives a connection to an encrypted file, or None where it is none.
    """
    found = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            contents = [str(path.relative_to(folder)).encode()]
            if path.is_symlink():
                contents.append(str(path.readlink()).encode())
            elif path.is_file():
                contents += _contents(path, open_sealed)
            for word in words:
                forms = {word.encode(one) for one in ("utf-8", "cp1252", "utf-16-le")}
                if any(form in content for form in forms for content in contents):
                    found.add((word, path.name))
    return found


def _contents(path: Path, open_sealed: Opener) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    yield from _unpacked(content, path)
    if content[:4] == b"PAR1":
        yield _rows(duckdb.connect(), [f"from read_parquet('{path}')"])
    if content[:15] == b"SQLite format 3":
        with sqlite3.connect(path) as con:
            yield "\n".join(con.iterdump()).encode()
    if content[8:12] == b"DUCK":
        con = open_sealed(path) or duckdb.connect(str(path), read_only=True)
        tables = con.execute(
            "select database_name, schema_name, table_name from duckdb_tables()"
        ).fetchall()
        yield _rows(con, ['from "{}"."{}"."{}"'.format(*one) for one in tables])
        con.close()


def _unpacked(content: bytes, path: Path) -> Iterator[bytes]:
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif content[:2] == b"PK":
        with zipfile.ZipFile(path) as file:
            for name in file.namelist():
                yield name.encode() + file.read(name)
    elif content[:1] == b"\x78":
        try:
            yield zlib.decompress(content)
        except zlib.error:
            return


def _rows(con: duckdb.DuckDBPyConnection, statements: list[str]) -> bytes:
    return "\n".join(
        str(row) for statement in statements for row in con.execute(statement).fetchall()
    ).encode()
