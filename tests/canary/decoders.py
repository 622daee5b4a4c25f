"""What a file holds, whatever kind of file hides it.

Compressed files show no text to a search of their bytes, so they are decoded: Parquet, DuckDB,
SQLite with its write-ahead log, gzip, zip, zlib, pickle and msgpack, also within each other.
Nothing is executed: a pickle is read as its opcodes. Sealed files are read as they lie.
"""

import gzip
import io
import pickletools
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgpack

DEEPEST = 4


class Sealed(Exception):
    """A DuckDB file that opens with no key but its own."""


def content(path: Path) -> bytes:
    """All that a file holds: its bytes as they lie, then all that can be decoded of them.

    In one piece, since a search of a hundred thousand small ones takes minutes.
    """
    return b"\n".join(_contents(path))


def _contents(path: Path) -> Iterator[bytes]:
    raw = path.read_bytes()
    yield raw
    if raw[8:12] == b"DUCK":
        try:
            yield from _database(path)
        except Sealed:
            return
    elif raw[:15] == b"SQLite format 3":
        yield from _lite(path)
    elif raw[:4] == b"PAR1":
        with duckdb.connect() as con:
            yield _rows(con, f"from read_parquet('{path}')")
    else:
        yield from _unpacked(raw, DEEPEST, is_msgpack=path.suffix == ".msgpack")


def is_sealed(path: Path) -> bool:
    """Whether a DuckDB file refuses to be opened without a key."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error:
        return True
    return False


def _database(path: Path) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        # A copy with its log, which opening applies; the file itself stays as it is.
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        if is_sealed(copy):
            raise Sealed(path.name)
        if (log := path.with_name(f"{path.name}.wal")).exists():
            shutil.copyfile(log, copy.with_name(log.name))
        with duckdb.connect(str(copy)) as con:
            for schema, table in con.execute(
                "select schema_name, table_name from duckdb_tables() where not temporary"
            ).fetchall():
                yield _rows(con, f'from "{schema}"."{table}"')
            views = con.execute("select view_name, sql from duckdb_views()").fetchall()
            yield repr(views).encode()


def _rows(con: duckdb.DuckDBPyConnection, statement: str) -> bytes:
    """All cells as text, a column after the other."""
    columns = zip(*con.execute(statement).fetchall(), strict=True)
    return "\n".join(_text(cell) for column in columns for cell in column).encode()


def _text(cell: Any) -> str:
    """A whole number in full; the 17 digits of a fraction would look like anybody's number."""
    if isinstance(cell, bytes):
        return cell.decode("latin-1")
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell:.6g}"
    return str(int(cell)) if isinstance(cell, float) else str(cell)


def _lite(path: Path) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        for ending in ("", "-wal", "-shm"):
            if (beside := path.with_name(path.name + ending)).exists():
                shutil.copyfile(beside, copy.with_name(beside.name))
        con = sqlite3.connect(copy)
        con.text_factory = bytes
        names = con.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (name,) in names:
            for row in con.execute(f'select * from "{name.decode()}"'):
                for cell in row:
                    if isinstance(cell, bytes):
                        yield cell
                        yield from _unpacked(cell, DEEPEST)
                    elif cell is not None:
                        yield str(cell).encode()
        con.close()


def _unpacked(content: bytes, depth: int, *, is_msgpack: bool = False) -> Iterator[bytes]:
    """What is packed in bytes, one layer after the other."""
    if not depth or not content:
        return
    for inner in _layers(content, is_msgpack):
        yield inner
        yield from _unpacked(inner, depth - 1)


def _layers(content: bytes, is_msgpack: bool) -> Iterator[bytes]:
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            for name in file.namelist():
                yield name.encode()
                yield file.read(name)
    elif content[:1] == b"\x78" and content[1:2] in b"\x01\x5e\x9c\xda":
        try:
            yield zlib.decompress(content)
        except zlib.error:
            return
    elif content[:1] == b"\x80" and content[-1:] == b".":
        try:
            for _, argument, _ in pickletools.genops(content):
                if argument is not None:
                    yield argument if isinstance(argument, bytes) else str(argument).encode()
        except ValueError:
            return
    elif is_msgpack:
        yield from _walked(msgpack.unpackb(content, raw=True, strict_map_key=False))


def _walked(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        for pair in value.items():
            yield from _walked(list(pair))
    elif isinstance(value, list | tuple):
        yield b"\n".join(_leaf(one) for one in value if not isinstance(one, dict | list | tuple))
        for one in value:
            if isinstance(one, dict | list | tuple):
                yield from _walked(one)
    else:
        yield _leaf(value)


def _leaf(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
