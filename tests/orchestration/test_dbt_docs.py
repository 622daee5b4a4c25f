"""dbt's page of all models: what is in it, and what must not be."""

import json
import re
from pathlib import Path

import pytest

from orchestration.dbt_docs import write_dbt_docs
from pages.marts import NEEDED, PEOPLE
from tests.support import PROJECT_ROOT
from warehouse.errors import JamlikError
from warehouse.publish import contracts_from_manifest


@pytest.fixture(scope="module")
def manifest_path(small_house: Path) -> Path:
    return small_house / "dbt" / "demo" / "manifest.json"


@pytest.fixture(scope="module")
def manifest(manifest_path: Path) -> dict:
    return json.loads(manifest_path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(manifest_path: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    written = write_dbt_docs(manifest_path, tmp_path_factory.mktemp("docs"))
    return written.read_text(encoding="utf-8")


def inlined(page: str) -> tuple[dict, dict]:
    """The manifest and the catalog that the page's script begins with."""
    start = page.index("{manifest:") + len("{manifest:")
    decoder = json.JSONDecoder()
    manifest, end = decoder.raw_decode(page, start)
    assert page.startswith(",catalog:", end)
    catalog, _ = decoder.raw_decode(page, end + len(",catalog:"))
    return manifest, catalog


def test_the_page_has_every_model_with_its_columns(page: str, manifest: dict) -> None:
    shown, catalog = inlined(page)
    models = {name for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    assert models == catalog["nodes"].keys() <= shown["nodes"].keys()
    columns = catalog["nodes"]["model.jamlik.fct_value"]["columns"]
    assert columns["value"]["type"] == "double" and len(columns) == 10
    node = shown["nodes"]["model.jamlik.fct_value"]
    assert node["description"] and "select" in node["raw_code"]


def test_the_page_tells_nothing_of_the_machine_the_run_or_made_up_rows(
    page: str, manifest: dict, small_house: Path
) -> None:
    for path in (str(PROJECT_ROOT), str(small_house), str(Path.home()), "/tmp/"):
        assert path not in page, path
    assert str(PROJECT_ROOT) in json.dumps(manifest), "else nothing was left out"
    assert manifest["metadata"]["invocation_id"] not in page
    shown, _ = inlined(page)
    assert manifest["unit_tests"] and not shown["unit_tests"]
    loaded = set(re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(http[^"]+)"', page))
    assert not loaded, "a page for a disk fetches nothing"


def test_equal_models_give_equal_bytes(page: str, manifest: dict, tmp_path: Path) -> None:
    """Whatever run, machine and time made the manifest."""
    for node in manifest["nodes"].values():
        node["created_at"] = 1.0
        if "root_path" in node:
            node["root_path"] = "/elsewhere"
    manifest["metadata"] |= {"invocation_id": "x", "generated_at": "y"}
    other = tmp_path / "manifest.json"
    other.write_text(json.dumps(dict(reversed(manifest.items()))), encoding="utf-8")
    assert write_dbt_docs(other, tmp_path).read_text(encoding="utf-8") == page


def test_a_page_of_another_form_is_refused(
    manifest_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_text("<html></html>", encoding="utf-8")
    monkeypatch.setattr("dbt.task.docs.DOCS_INDEX_FILE_PATH", str(tmp_path / "index.html"))
    with pytest.raises(JamlikError, match="no single place for MANIFEST"):
        write_dbt_docs(manifest_path, tmp_path)


def test_exposures_name_what_is_read(manifest: dict, manifest_path: Path) -> None:
    def reads(exposure: str) -> set[str]:
        nodes = manifest["exposures"][f"exposure.jamlik.{exposure}"]["depends_on"]["nodes"]
        models = [manifest["nodes"][name] for name in nodes]
        return {f"{model['schema']}.{model['name']}" for model in models}

    published = {table.full_name for table in contracts_from_manifest(manifest_path)}
    assert reads("published_file") == reads("bi_model") == published
    assert reads("site") == NEEDED.keys() | PEOPLE.keys()
