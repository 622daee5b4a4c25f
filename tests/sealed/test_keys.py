"""Keys: where they may lie, who may read them, and what is said when something is wrong."""

import os
from pathlib import Path

import pytest

from warehouse.sealed.command import create_missing
from warehouse.sealed.errors import KeyMissing, KeyUnsafe
from warehouse.sealed.keys import KeyFolder, key_folder, needed_names
from warehouse.settings import Settings, load_settings


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", surveys="delivered", key_dir=tmp_path / "keys")


def test_keys_are_private_random_and_never_overwritten(house: Settings) -> None:
    keys = key_folder(house)
    assert set(create_missing(house, keys)) == set(needed_names())
    assert create_missing(house, keys) == []
    values = {keys.read(name).value for name in needed_names()}
    assert len(values) == len(needed_names()) and {len(value) for value in values} == {32}
    assert {path.stat().st_mode & 0o777 for path in keys.path.iterdir()} == {0o600}
    assert keys.path.stat().st_mode & 0o777 == 0o700
    with pytest.raises(KeyUnsafe, match="never overwritten"):
        keys.create("tombstone")


def test_a_key_is_in_no_representation_and_purposes_are_apart(house: Settings) -> None:
    keys = key_folder(house)
    create_missing(house, keys)
    key = keys.read("tombstone")
    assert key.value.hex() not in f"{key!r} {key} {keys!r}" and str(key.value) not in repr(key)
    assert key.derive("seal") != key.derive("encryption") != key.value


@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        (lambda k: os.chmod(k.file("tombstone"), 0o640), KeyUnsafe, "mode is 0640"),
        (lambda k: os.chmod(k.path, 0o750), KeyUnsafe, "mode is 0750"),
        (lambda k: k.file("tombstone").unlink(), KeyMissing, "key tombstone is not in"),
        (lambda k: k.file("tombstone").write_text("abc"), KeyUnsafe, "64 hexadecimal"),
        (lambda k: k.file("tombstone").write_text("f" * 65), KeyUnsafe, "64 hexadecimal"),
    ],
)
def test_unsafe_keys_are_refused(house: Settings, spoil, error, said: str) -> None:
    keys = key_folder(house)
    create_missing(house, keys)
    content = keys.file("tombstone").read_text().strip()
    spoil(keys)
    with pytest.raises(error, match=said) as found:
        keys.read("tombstone")
    assert content not in str(found.value)


def test_a_link_is_no_key(house: Settings, tmp_path: Path) -> None:
    keys = key_folder(house)
    create_missing(house, keys)
    elsewhere = tmp_path / "elsewhere"
    keys.file("tombstone").rename(elsewhere)
    keys.file("tombstone").symlink_to(elsewhere)
    with pytest.raises(KeyUnsafe, match="cannot be read"):
        keys.read("tombstone")


def test_delivered_data_need_a_folder_outside_and_never_get_a_key_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAMLIK_KEY_DIR", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    bare = load_settings(data_dir=tmp_path / "data", surveys="delivered")
    with pytest.raises(KeyMissing, match="no key folder is set"):
        key_folder(bare)
    with pytest.raises(KeyUnsafe, match="lies in the data folder"):
        key_folder(bare.with_changes(key_dir=tmp_path / "data" / "keys"))
    with pytest.raises(KeyMissing, match="is not there"):
        key_folder(bare.with_changes(key_dir=tmp_path / "keys")).read("sealed_hlv")
    demo = bare.with_changes(surveys="demo", key_dir=tmp_path / "keys")
    assert key_folder(demo).read("sealed_hlv").name == "sealed_hlv"
    assert not (tmp_path / "keys").exists() and (tmp_path / "data" / "keys-demo").is_dir()


def test_systemd_credentials_may_show_the_group_as_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAMLIK_KEY_DIR", raising=False)
    folder = tmp_path / "credentials"
    KeyFolder(folder).create("tombstone")
    folder.chmod(0o750)
    (folder / "tombstone.key").chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    house = load_settings(data_dir=tmp_path / "data", surveys="delivered")
    assert key_folder(house).read("tombstone")
    (folder / "tombstone.key").chmod(0o444)
    with pytest.raises(KeyUnsafe):
        key_folder(house).read("tombstone")
