"""The pages of a release: made from its file, in its manifest, published with it or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.publish.support import NOW, contracts, info, make_build, query, settings_for
from warehouse.errors import JamlikError
from warehouse.publish import SiteBuilder, publish
from warehouse.publish.store import current_release, sha256
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data")
    make_build(settings)
    return settings


def write_areas(database: Path, out: Path, about: dict[str, Any], stands: Path) -> None:
    """A site of one page: it reads the release's file as the real one does."""
    (count,) = query(database, "select count(*) from core.dim_area")[0]
    (out / "area").mkdir(parents=True)
    content = {"areas": count, **about}
    (out / "area" / "index.html").write_text(json.dumps(content), encoding="utf-8")


def test_a_site_is_made_from_the_release_and_covered_by_its_manifest(settings: Settings) -> None:
    release = publish(
        settings, contracts(), info=info(), now=NOW, site=SiteBuilder("1", write_areas)
    )
    page = settings.paths.published / "site" / "area" / "index.html"
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    content = json.loads(page.read_text(encoding="utf-8"))
    assert content == {
        "areas": 21,
        "release_id": release.release_id,
        "created": manifest["created"],
        "diff": {},
    }
    assert manifest["files"]["site/area/index.html"]["sha256"] == sha256(page)
    page.write_text("edited", encoding="utf-8")
    current = current_release(settings.paths)
    assert current is not None and current.damaged_files() == ["site/area/index.html"]


def test_other_pages_of_the_same_data_make_a_release_and_the_same_do_not(
    settings: Settings,
) -> None:
    first, same, other, none = (
        publish(settings, contracts(), info=info(), now=NOW, site=site)
        for site in (*(SiteBuilder(v, write_areas) for v in "112"), None)
    )
    assert (same.release_id, same.is_new) == (first.release_id, False)
    assert other.is_new and none.is_new
    assert not (settings.paths.published / "site").exists()


def test_a_site_is_made_knowing_the_one_that_stands(settings: Settings) -> None:
    told: list[Path | None] = []

    def write(database: Path, out: Path, about: dict[str, Any], stands: Path) -> None:
        told.append(stands.resolve() if stands.is_dir() else None)
        write_areas(database, out, about, stands)

    first, _ = (
        publish(settings, contracts(), info=info(), now=NOW, site=SiteBuilder(version, write))
        for version in "12"
    )
    assert told == [None, first.folder.resolve() / "site"]


def test_a_site_that_fails_leaves_the_last_release(settings: Settings) -> None:
    first = publish(settings, contracts(), info=info(), now=NOW)

    def fail(database: Path, out: Path, about: dict[str, Any], stands: Path) -> None:
        write_areas(database, out, about, stands)
        raise JamlikError("The pages lack a mart.")

    with pytest.raises(JamlikError, match="lack a mart"):
        publish(settings, contracts(), info=info(), now=NOW, site=SiteBuilder("1", fail))
    assert [folder.name for folder in settings.paths.releases.iterdir()] == [first.release_id]
