"""Codebooks: what ships is whole, and what is wrong is said with its line."""

import csv
from pathlib import Path

import pytest

from ingestion.delivered.codebook import CodebookError, read_codebook, source_codebooks
from tests.support import PROJECT_ROOT, shared_dir

BOOK = """codebook: test
source: lupp
kind: microdata
instrument: Test
missing: {9: inget svar}
rounds:
  2024: {sample: total, weights: none}
columns:
  round: {from: ar, as: year, required: true}
  survey: {constant: hs}
  area_id: {from: [kommun], as: municipality, required: true}
  weight: {constant: 1}
items:
  - item: a
    from: {2024: f1}
    question: Hur?
    options: {1: Bra, 2: Dåligt}
    positive: [1]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "book.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("source", ["hlv", "lupp"])
def test_shipped_codebooks_know_the_items_of_the_seed(source: str) -> None:
    with (PROJECT_ROOT / "dbt_project/seeds/items.csv").open(encoding="utf-8") as file:
        items = {row["item_id"] for row in csv.DictReader(file) if source in row["sources"]}
    books = source_codebooks(source)
    assert {item.item for book in books for item in book.items} == items
    for book in books:
        for year in book.rounds:
            asked = [
                name.casefold()
                for item in book.items
                if item.in_round(year)
                for name in item.columns(year)
            ]
            assert len(asked) == len(set(asked)), f"two items share a column in {year}"


def test_hlv_has_every_question_of_the_agencys_codebook() -> None:
    path = shared_dir() / "data" / "hlv_fohm_codebook.csv"
    with path.open(encoding="utf-8") as file:
        theirs = {row["sas_var"] for row in csv.DictReader(file)}
    ours = {item.names["default"][0] for item in source_codebooks("hlv")[0].items}
    assert ours == theirs


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("positive: [1]", "positive: [3]", "line 14, items.0: positive must name some"),
        ("positive: [1]", "positive: [1, 2]", "not all of them"),
        ("options: {1: Bra", "options: {x: Bra", "whole number from 0 to 255"),
        ("options: {1: Bra", "options: {1: NO", "put them in quotes"),
        ("  - item: a", "  - item: A b", "is no key"),
        ("kind: microdata", "kind: other", "line 3, kind"),
        ("  survey: {constant: hs}", "  survey: {}", "line 10, columns.survey"),
        ("  weight: {constant: 1}\n", "", "weight is missing"),
        ("  round: {from: ar", "  round: {form: ar", "line 9, columns.round"),
        ("instrument: Test\n", "instrument: Test\ncolour: red\n", "line 5, colour"),
        ("rounds:\n", "rounds: [\n", "no YAML"),
    ],
)
def test_errors_give_line_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert read_codebook(write(tmp_path, BOOK)).items[0].positive == [1]
    assert old in BOOK
    with pytest.raises(CodebookError) as caught:
        read_codebook(write(tmp_path, BOOK.replace(old, new)))
    assert "book.yml" in caught.value.what and said in caught.value.what, caught.value.what
