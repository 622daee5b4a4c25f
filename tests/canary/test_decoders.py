"""The search finds what is there: one hidden canary per shape and per kind of file."""

import base64
import gzip
import io
import json
import pickle
import sqlite3
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import msgpack
import pytest

from tests.canary.decoders import content
from tests.canary.forms import Canaries

WORD, NUMBER = "Åsgörzk Ömtlwqäy", "201305052389"
CANARIES = Canaries([WORD], [NUMBER])


def found_in(path: Path) -> set[str]:
    return CANARIES.within(content(path))


@pytest.mark.parametrize(
    "shape",
    [
        WORD.encode(),
        WORD.encode("cp1252"),
        WORD.encode("utf-16"),
        WORD.encode("utf-16-be"),
        unicodedata.normalize("NFD", WORD).encode(),
        quote(WORD).encode(),
        json.dumps({"name": WORD}).encode(),
        json.dumps(json.dumps(WORD)).encode(),
        WORD.encode().hex().encode(),
        WORD.encode().hex().upper().encode(),
        *(base64.b64encode(b"x" * n + WORD.encode()) for n in range(3)),
        WORD[3:11].encode(),
        WORD[8:].encode("utf-16-le"),
    ],
)
def test_every_shape_of_a_text_is_found(shape: bytes) -> None:
    for before in range(9):
        assert CANARIES.within(b"\0" * before + shape + b"end") == {WORD}
    assert CANARIES.within(shape[: len(shape) // 8]) == set()


@pytest.mark.parametrize(
    "shape",
    [
        b"201305052389",
        b"20130505-2389",
        b"1305052389",
        b"130505-2389",
        b"130505+2389",
        "130505-2389".encode("utf-16"),
        b"05052389",
        struct.pack("<q", int(NUMBER)),
        struct.pack(">q", int(NUMBER)),
        struct.pack("<q", int(NUMBER[2:])),
    ],
)
def test_every_spelling_of_a_number_is_found(shape: bytes) -> None:
    assert CANARIES.within(b"<" + shape + b">") == {NUMBER}
    assert CANARIES.within(b"<201305062389> 1305062389 2013-05-05") == set()


def parquet(path: Path) -> None:
    with duckdb.connect() as con:
        con.execute("create table t as select ? || (i // 100) as w from range(200000) r(i)", [WORD])
        con.execute(f"copy t to '{path}' (format parquet, compression zstd)")


def parquet_of_integers(path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"create table t as select {NUMBER}::bigint as n, i from range(9000) r(i)")
        con.execute(f"copy t to '{path}' (format parquet, compression zstd)")


def database(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("create table t as select ? || (i // 100) as w from range(200000) r(i)", [WORD])


def database_with_log(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("set checkpoint_threshold = '1TB'")
        con.execute("create table t (w varchar)")
        con.execute("checkpoint")
        con.execute("insert into t select ? || i from range(9000) r(i)", [WORD])
        for ending in ("", ".wal"):
            beside = path.with_name(path.name + ending)
            (path.parent / f"kept{ending}").write_bytes(beside.read_bytes())
    for ending in ("", ".wal"):
        (path.parent / f"kept{ending}").replace(path.with_name(path.name + ending))


def lite(path: Path) -> None:
    con = sqlite3.connect(path)
    con.execute("create table t (w blob)")
    con.execute("insert into t values (?)", [zlib.compress(WORD.encode() * 3)])
    con.commit()
    con.close()


def lite_with_log(path: Path) -> None:
    con = sqlite3.connect(path)
    con.execute("pragma journal_mode = wal")
    con.execute("create table t (w blob)")
    con.execute("insert into t values (?)", [zlib.compress(WORD.encode() * 3)])
    con.commit()
    for ending in ("", "-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        (path.parent / f"kept{ending}").write_bytes(beside.read_bytes())
    con.close()
    for ending in ("", "-wal", "-shm"):
        (path.parent / f"kept{ending}").replace(path.with_name(path.name + ending))


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inside.gz", gzip.compress(f"before {WORD} after".encode() * 9))


def zip_names(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{WORD}.csv", "")


def pickled_in_gzip(path: Path) -> None:
    buffer = io.BytesIO()
    pickle.dump({"rows": [{"name": WORD}]}, buffer)
    path.write_bytes(gzip.compress(buffer.getvalue()))


def packed(path: Path) -> None:
    path.write_bytes(msgpack.packb({"rows": [{"n": int(NUMBER)}]}))


def test_only_fractions_of_times_and_doubles_are_passed_over() -> None:
    known = Canaries([], ["201310063399"])
    assert known.within(b"12;201310063399;x") and known.within(b"no 10063399 there")
    assert not known.within(b'{"duration_ms": 457.10063399747014}')
    assert not known.within(b'{"execution_time": 0.0271006339974701}')
    assert not known.within(b'"value": 457.10063399747014')
    assert known.within(b'"value": 457.1006339974'), "twelve decimals are no double"
    for told in (b'"duration_ms": 0.1310063399', b"0.00201310063399123", b"201310063399.5"):
        assert known.within(told), "a whole number is found in any fraction"
    for told in (b"at 1310063399000123 us", b'"weight": 7.10063399'):
        assert known.within(told), "any other measure counts as a leak"


def test_eight_digits_of_a_pseudonym_are_no_leak_and_its_other_parts_are() -> None:
    known = Canaries(["00999868b24656b962ea"])
    assert not known.within(b"0.000999868")
    assert known.within(b";0999868b;") and known.within(b"24656b96")


@pytest.mark.parametrize(
    ("hide", "ending", "canary", "is_raw"),
    [
        (parquet, ".parquet", WORD, None),
        (parquet_of_integers, ".parquet", NUMBER, None),
        (database, ".duckdb", WORD, None),
        (database_with_log, ".duckdb", WORD, False),
        (lite, ".db", WORD, False),
        (lite_with_log, ".db", WORD, False),
        (zipped, ".zip", WORD, False),
        (zip_names, ".zip", WORD, True),
        (pickled_in_gzip, ".pickle", WORD, False),
        (packed, ".msgpack", NUMBER, None),
    ],
)
def test_every_kind_of_file_is_decoded(
    tmp_path: Path,
    hide: Callable[[Path], None],
    ending: str,
    canary: str,
    is_raw: bool | None,
) -> None:
    path = tmp_path / f"a{ending}"
    hide(path)
    assert found_in(path) == {canary}
    # These show nothing to a search of their bytes: the decoder is what finds it.
    if is_raw is not None:
        assert (CANARIES.within(path.read_bytes()) == {canary}) is is_raw
