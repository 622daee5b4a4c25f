"""Sealed files: what opens, what does not, and what is left on disk."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.support import PROJECT_ROOT
from warehouse.connection import connect
from warehouse.errors import JamlikError
from warehouse.sealed.command import create_missing
from warehouse.sealed.errors import KeyMissing, NotSealed, SealBroken, WrongKey
from warehouse.sealed.keys import NEXT, KeyFolder, key_folder
from warehouse.sealed.rotation import rotate_sealed
from warehouse.sealed.seal import (
    check_seal,
    file_key,
    make_entry,
    new_salt,
    read_seal,
    seal_path,
    write_seal,
)
from warehouse.sealed.store import load_crypto, read_sealed, rewrite_sealed, write_sealed
from warehouse.settings import Settings, load_settings

CANARY = "qX7vK2mZ9pLw4RtY8nBd"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    found = load_settings(data_dir=tmp_path / "data", surveys="delivered", key_dir=tmp_path / "k")
    create_missing(found, key_folder(found))
    return found


@pytest.fixture
def keys(house: Settings) -> KeyFolder:
    return key_folder(house)


def path_of(house: Settings, source: str = "hlv") -> Path:
    return house.paths.restricted(source, "delivered")


def fill(house: Settings, keys: KeyFolder, source: str = "hlv", rows: int = 5000) -> Path:
    path = path_of(house, source)
    with write_sealed(path, keys, source, house) as con:
        con.execute("create table if not exists person (n bigint, word varchar)")
        con.execute(f"insert into person select range, '{CANARY}' || range from range({rows})")
    return path


def rows(house: Settings, keys: KeyFolder, source: str = "hlv") -> int:
    with read_sealed(path_of(house, source), keys, source, house) as con:
        found = con.execute("select count(*) from person").fetchone()
        return found[0] if found else -1


def test_what_is_written_can_be_read_and_lies_encrypted(house: Settings, keys: KeyFolder) -> None:
    path = fill(house, keys)
    fill(house, keys, rows=10)
    assert rows(house, keys) == 5010
    assert CANARY.encode() not in path.read_bytes()
    assert sorted(one.name for one in path.parent.iterdir()) == [
        "hlv_delivered.duckdb",
        "hlv_delivered.duckdb.seal",
        "hlv_delivered.lock",
    ]
    assert {one.stat().st_mode & 0o077 for one in path.parent.iterdir()} == {0}
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(path), read_only=True)
    assert check_seal(path, keys.candidates("sealed_hlv"))[1].generation == 2


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def swap_blocks(path: Path) -> None:
    """Two whole blocks; DuckDB itself may open such a file and answer with wrong rows."""
    content = bytearray(path.read_bytes())
    size, start = 262144, 3 * 4096
    one, two = start, start + size
    content[one : one + size], content[two : two + size] = (
        content[two : two + size],
        content[one : one + size],
    )
    path.write_bytes(content)


def change_seal(path: Path) -> None:
    seal = seal_path(path)
    seal.write_text(seal.read_text().replace('"generation": 1', '"generation": 7'))


@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        (flip, SealBroken, "was changed since"),
        (swap_blocks, SealBroken, "was changed since"),
        (lambda path: os.truncate(path, path.stat().st_size - 4096), SealBroken, "instead of"),
        (lambda path: seal_path(path).unlink(), SealBroken, "has no seal"),
        (lambda path: seal_path(path).write_text("{}"), SealBroken, "cannot be read"),
        (change_seal, SealBroken, "The seal of hlv_delivered.duckdb was changed"),
        (lambda path: path.unlink(), FileNotFoundError, "No such file"),
    ],
)
def test_another_file_than_the_sealed_one_is_refused(
    house: Settings, keys: KeyFolder, spoil: Callable[[Path], None], error: type, said: str
) -> None:
    spoil(fill(house, keys, rows=60_000))
    with pytest.raises(error, match=said) as found:
        rows(house, keys)
    assert CANARY not in str(found.value)
    if error is SealBroken:
        with pytest.raises(SealBroken):
            fill(house, keys)


def test_a_file_that_is_gone_is_not_silently_begun_anew(house: Settings, keys: KeyFolder) -> None:
    fill(house, keys)
    fill(house, keys).unlink()
    with pytest.raises(SealBroken, match="is gone"):
        fill(house, keys)


def test_wrong_and_missing_keys(house: Settings, keys: KeyFolder) -> None:
    path = fill(house, keys)
    kept = keys.file("sealed_hlv").read_bytes()
    keys.file("sealed_hlv").unlink()
    with pytest.raises(KeyMissing):
        rows(house, keys)
    with pytest.raises(KeyMissing, match="remove it and its seal"):
        create_missing(house, keys)
    keys.create("sealed_hlv")
    for call in (rows, fill):
        with pytest.raises(WrongKey, match="another key than sealed_hlv") as found:
            call(house, keys)
        assert kept.decode().strip() not in str(found.value)
    keys.file("sealed_hlv").write_bytes(kept)
    assert rows(house, keys) == 5000 and path.exists()


def test_a_sibling_in_a_files_place_is_refused(house: Settings, keys: KeyFolder) -> None:
    path, other = fill(house, keys), fill(house, keys, "lupp")
    shutil.copy(other, path)
    with pytest.raises(SealBroken):
        rows(house, keys)
    shutil.copy(seal_path(other), seal_path(path))
    with pytest.raises(WrongKey):
        rows(house, keys)
    # Even under one key, since the seal holds the store's id.
    shutil.copy(keys.file("sealed_lupp"), keys.file("sealed_hlv"))
    with pytest.raises(SealBroken, match="seal of another store"):
        rows(house, keys)


def test_a_plain_file_is_refused(house: Settings, keys: KeyFolder) -> None:
    path = fill(house, keys)
    key, _ = check_seal(path, keys.candidates("sealed_hlv"))
    path.unlink()
    with duckdb.connect(str(path)) as con:
        con.execute("create table person (n int)")
    write_seal(path, [make_entry(path, path.stem, 2, key, new_salt())])
    with pytest.raises(NotSealed, match="is not encrypted"):
        rows(house, keys)


def test_a_file_written_anew_has_another_key_and_the_old_one_is_destroyed(
    house: Settings, keys: KeyFolder
) -> None:
    path = fill(house, keys)
    [old], held = read_seal(path), seal_path(path).open("rb")
    copy = path.with_name("old copy")
    shutil.copy(path, copy)
    assert old.salt.encode() in held.read()
    rewrite_sealed(path, keys, "hlv", house)
    [new] = read_seal(path)
    assert new.salt != old.salt and new.key_check == old.key_check
    # What the disk keeps of the old seal, and of the old file without it.
    held.seek(0)
    assert old.salt.encode() not in held.read()
    held.close()
    key = keys.read("sealed_hlv")
    with connect(None, house) as con:
        load_crypto(con)
        for salt, opens in ((new.salt, False), (old.salt, True)):
            secret = [file_key(key, salt).hex()]
            attach = f"attach '{copy}' as old{int(opens)} (read_only, encryption_key ?)"
            if opens:
                con.execute(attach, secret)
            else:
                with pytest.raises(duckdb.Error):
                    con.execute(attach, secret)
    assert rows(house, keys)


def test_committed_rows_stay_when_the_block_fails_and_others_do_not(
    house: Settings, keys: KeyFolder
) -> None:
    fill(house, keys, rows=1)
    with pytest.raises(ZeroDivisionError), write_sealed(path_of(house), keys, "hlv", house) as con:
        con.execute("insert into person values (1, 'kept')")
        con.execute("begin")
        con.execute("insert into person values (2, 'undone')")
        raise ZeroDivisionError
    assert rows(house, keys) == 2


def test_a_state_without_changes_is_no_new_generation(house: Settings, keys: KeyFolder) -> None:
    path = fill(house, keys)
    before = path.stat().st_ino, seal_path(path).read_bytes()
    with write_sealed(path, keys, "hlv", house) as con:
        con.execute("select * from person")
    assert (path.stat().st_ino, seal_path(path).read_bytes()) == before
    with write_sealed(path, keys, "hlv", house), pytest.raises(JamlikError, match="open for"):
        fill(house, keys)


CHILD = """
import os, signal, sys
from pathlib import Path
import warehouse.sealed.store as store
from warehouse.sealed.keys import key_folder
from warehouse.settings import load_settings
house = load_settings()
point = sys.argv[1]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if point == "replace": store.os.replace = die
if point == "after": store.sync_folder = die
path = house.paths.restricted("hlv", "delivered")
with store.write_sealed(path, key_folder(house), "hlv", house) as con:
    con.execute("insert into person values (1, 'x')")
    if point == "block": die()
"""


@pytest.mark.parametrize(("point", "expected"), [("block", 10), ("replace", 10), ("after", 11)])
def test_killed_at_any_point_a_whole_state_opens(
    house: Settings, keys: KeyFolder, point: str, expected: int
) -> None:
    fill(house, keys, rows=10)
    variables = {
        "JAMLIK_DATA_DIR": str(house.data_dir),
        "JAMLIK_KEY_DIR": str(house.key_dir),
        "SURVEYS": "delivered",
    }
    done = subprocess.run(
        [sys.executable, "-c", CHILD, point], cwd=PROJECT_ROOT, env={**os.environ, **variables}
    )
    assert done.returncode == -signal.SIGKILL
    assert rows(house, keys) == expected
    fill(house, keys, rows=1)
    assert rows(house, keys) == expected + 1
    assert not list(path_of(house).parent.glob(".*"))


def test_a_new_key_opens_everything_and_the_old_one_nothing(
    house: Settings, keys: KeyFolder
) -> None:
    path = fill(house, keys)
    old = keys.file("sealed_hlv").read_bytes()
    rotate_sealed("hlv", house, keys)
    assert rows(house, keys) == 5000
    assert keys.file("sealed_hlv").read_bytes() != old
    assert not keys.has("sealed_hlv" + NEXT)
    keys.file("sealed_hlv").write_bytes(old)
    with pytest.raises(WrongKey):
        rows(house, keys)
    assert path.exists()


def test_a_change_of_keys_that_was_cut_short_goes_on(
    house: Settings, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house, keys)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(KeyFolder, "promote", cut)
        with pytest.raises(KeyboardInterrupt):
            rotate_sealed("hlv", house, keys)
    assert rows(house, keys) == 5000
    rotate_sealed("hlv", house, keys)
    assert rows(house, keys) == 5000 and not keys.has("sealed_hlv" + NEXT)


def test_rewriting_leaves_no_block_of_what_was_deleted(house: Settings, keys: KeyFolder) -> None:
    path = fill(house, keys, rows=200_000)
    with write_sealed(path, keys, "hlv", house) as con:
        con.execute("delete from person where n > 10")
    before = path.stat().st_size
    rewrite_sealed(path, keys, "hlv", house)
    assert rows(house, keys) == 11 and path.stat().st_size < before / 2


def test_the_process_gives_up_cores_and_being_looked_into(house: Settings, keys: KeyFolder) -> None:
    fill(house, keys)
    variables = {"JAMLIK_DATA_DIR": str(house.data_dir), "JAMLIK_KEY_DIR": str(house.key_dir)}
    code = (
        "import resource, ctypes\n"
        "from warehouse.sealed.keys import key_folder\n"
        "from warehouse.sealed.store import read_sealed\n"
        "from warehouse.settings import load_settings\n"
        "house = load_settings()\n"
        "with read_sealed(house.paths.restricted('hlv', 'delivered'), key_folder(house), 'hlv',"
        " house) as con:\n"
        "    print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3),"
        " con.execute(\"select current_setting('temp_file_encryption'),"
        " current_setting('autoload_known_extensions'), current_setting('temp_directory'),"
        " (select bool_and(encrypted) from duckdb_databases() where database_name = 'hlv')\""
        ").fetchone())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_ROOT,
        env={**os.environ, **variables, "SURVEYS": "delivered"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "(0, 0) 0 (True, False, '', True)"
