"""The runbook has a paragraph for everything that can fail, and none for anything else."""

import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator

from orchestration import runbook
from orchestration.definitions import defs
from warehouse.errors import JamlikError

ROOMS = ("warehouse", "ingestion", "expectations", "pages", "orchestration")
WORDS = {
    frozenset({True}): "blocks",
    frozenset({False}): "informs",
    frozenset({True, False}): "both",
}


def blocking() -> dict[str, str]:
    """What the specs say a failure does, by paragraph."""
    graph = defs.resolve_asset_graph()
    found = defaultdict(set)
    for key in graph.asset_check_keys:
        spec = graph.get_check_spec(key)
        found[spec.metadata.get("paragraph", spec.name)].add(spec.blocking)
    return {name: WORDS[frozenset(modes)] for name, modes in found.items()}


def error_classes(of: type = JamlikError) -> Iterator[str]:
    for one in of.__subclasses__():
        # Those that tests make are no part of the project.
        if one.__module__.split(".")[0] in ROOMS:
            yield one.__name__
            yield from error_classes(one)


def import_everything() -> None:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.endswith("__main__") and ".data" not in module.name:
                importlib.import_module(module.name)


def keys(section: str) -> list[str]:
    return [one.key for one in runbook.paragraphs().values() if one.section == section]


def test_every_check_has_a_paragraph_and_none_is_orphaned() -> None:
    assert sorted(keys("checks")) == sorted(blocking())


def test_every_error_class_has_a_paragraph_and_none_is_orphaned() -> None:
    import_everything()
    assert sorted(keys("errors")) == sorted(set(error_classes()))


def test_the_table_says_what_the_specs_say() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", runbook.RUNBOOK.read_text("utf-8"), re.M)
    assert {name: mode for name, mode, _ in rows} == blocking()
    assert all(why.strip() for *_, why in rows)


def test_paragraphs_are_written_once_and_say_something() -> None:
    headings = re.findall(r"^### (\w+)$", runbook.RUNBOOK.read_text("utf-8"), re.M)
    assert len(headings) == len(set(headings))
    assert all(len(one.text) > 60 for one in runbook.paragraphs().values())


def test_links_to_other_pages_lead_there_from_the_ui() -> None:
    for one in runbook.paragraphs().values():
        assert one.text_beside("") == re.sub(r"\[(.+?)\]\(\1\)", r"`docs/\1`", one.text)
    register = runbook.paragraph("register_is_in_kolada")
    assert "[register.md](https://docs.example/register.md)" in register.text_beside(
        "https://docs.example/"
    )
    assert "](" not in register.text_beside("")


def test_a_check_without_a_paragraph_says_so() -> None:
    assert "no paragraph on nothing_of_the_kind" in runbook.paragraph("nothing_of_the_kind").text
