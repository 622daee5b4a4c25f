"""Answers become arrays, whichever of the format's variants they are written in."""

import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.folkhalsodata.jsonstat import CELLS, decode
from ingestion.http.client import ShapeError
from tests.folkhalsodata.small import dataset
from tests.support import shared_dir

CELL = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9)
SIGNS = st.sampled_from(["..", ".", "...", "-"])


@st.composite
def cubes(draw: st.DrawFn) -> tuple[list[list[str]], list]:
    """Codes of each dimension, and cells."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    codes = [
        draw(st.lists(st.text(min_size=1, max_size=4), min_size=n, max_size=n, unique=True))
        for n in sizes
    ]
    n = math.prod(sizes)
    return codes, draw(st.lists(CELL | SIGNS, min_size=n, max_size=n))


def written(codes: list[list[str]], cells: list, form: str) -> bytes:
    """One cube in one of the format's variants."""
    category = {
        "dict": lambda one: {"index": {c: i for i, c in reversed(list(enumerate(one)))}},
        "list": lambda one: {"index": one},
        "sparse": lambda one: {"label": {one[0]: "text"}} if len(one) == 1 else {"index": one},
    }[form]
    value: list | dict = [None if isinstance(cell, str) else cell for cell in cells]
    status: list | dict = [cell if isinstance(cell, str) else None for cell in cells]
    if form == "list":
        value, status = cells, {}
    if form == "sparse":
        value = {str(at): one for at, one in enumerate(value) if one is not None}
        status = {str(at): one for at, one in enumerate(status) if one is not None}
    content = {
        "class": "dataset",
        "id": [f"d{at}" for at in range(len(codes))],
        "size": [len(one) for one in codes],
        "dimension": {f"d{at}": {"category": category(one)} for at, one in enumerate(codes)},
        "value": value,
        "status": status,
    }
    return json.dumps(content).encode()


@given(cubes(), st.sampled_from(["dict", "list", "sparse"]))
def test_every_variant_gives_the_same_cells(cube: tuple[list[list[str]], list], form: str) -> None:
    codes, cells = cube
    found = decode(b"\xef\xbb\xbf" + written(codes, cells, form))
    assert [list(one.codes) for one in found.dimensions] == codes
    assert found.cells.schema == CELLS
    assert found.cells["value"].to_pylist() == [
        None if isinstance(cell, str) else cell for cell in cells
    ]
    signs = [cell if isinstance(cell, str) else None for cell in cells]
    assert found.cells["status"].to_pylist() == signs
    assert found.cells["problem"].null_count == len(cells)


@given(
    st.binary(max_size=80)
    | st.recursive(CELL | st.text(), st.lists, max_leaves=9).map(
        lambda content: json.dumps(content).encode()
    )
)
def test_anything_else_is_refused_in_words(body: bytes) -> None:
    with pytest.raises((ShapeError, msgspec.DecodeError, UnicodeDecodeError)):
        decode(body)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"value": [1.0]}, "1 entries of value for 240 cells"),
        ({"value": {"240": 1.0}}, "'240' of 240"),
        ({"status": {"x": ".."}}, "status at 'x'"),
        ({"size": [5, 2, 4, 3, 3]}, "'År' does not have the 3 values"),
        ({"size": [5, 2, 4, 3]}, "id and size"),
        ({"id": ["Region", "Hälsa", "Andel och konfidensintervall", "Kön", "Ort"]}, "'Ort'"),
        ({"class": "collection"}, "no json-stat2 dataset"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(changes: dict, named: str) -> None:
    with pytest.raises(ShapeError, match=named):
        decode(json.dumps(dataset(**changes)).encode())


def test_text_that_is_no_sign_is_a_problem_of_its_cell() -> None:
    values = dataset()["value"]
    values[3] = "12,5"
    cells = decode(json.dumps(dataset(value=values)).encode()).cells
    assert cells["problem"].to_pylist()[3] == "the value is text"
    assert cells["problem"].null_count == 239 and cells["value"].null_count == 1


def test_statistics_swedens_recorded_answer() -> None:
    """PxWeb 2 writes the same format; its totals of all counties are public knowledge."""
    found = decode((shared_dir() / "data/pxweb/scb_v2_TAB6471_data.json").read_bytes())
    assert [one.id for one in found.dimensions] == ["Region", "Alder", "Kon", "ContentsCode", "Tid"]
    assert found.sizes == (21, 11, 3, 1, 4) and found.time == ("Tid",)
    region, _, sex, *_ = found.dimensions
    assert region.texts[region.codes.index("20")] == "Dalarnas län"
    assert found.cells["value"].null_count == 0
    assert found.cells["value"].to_pylist()[:4] == [245284, 247245, 249358, 251635]
    assert len(sex.codes) == 3
