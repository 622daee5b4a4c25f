"""Questions name each cell once, and no more than the limit."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from ingestion.folkhalsodata.plan import Selection, cells, questions

SELECTIONS = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(
    lambda sizes: {
        **{f"v{at}": [str(code) for code in range(size)] for at, size in enumerate(sizes)},
        "measure": ["share", "lower", "upper", "n"],
    }
)


def named(selection: Selection) -> list[tuple[str, ...]]:
    return list(product(*(selection[variable] for variable in sorted(selection))))


@given(SELECTIONS, st.integers(4, 400))
def test_each_cell_is_asked_for_once_within_the_limit(selection: Selection, limit: int) -> None:
    parts = list(questions(selection, limit, "measure"))
    asked = [cell for part in parts for cell in named(part)]
    assert len(asked) == len(set(asked)) and sorted(asked) == sorted(named(selection))
    assert all(cells(part) <= limit for part in parts)
    assert all(part["measure"] == selection["measure"] for part in parts)


@given(SELECTIONS, st.integers(4, 400))
def test_questions_are_not_small_without_need(selection: Selection, limit: int) -> None:
    parts = list(questions(selection, limit, "measure"))
    if cells(selection) <= limit:
        assert parts == [selection]
    # A half that had to be cut is more than the limit, so its parts are a third of it at least.
    assert all(3 * cells(part) >= limit for part in parts if len(parts) > 1)
