"""Numbers and intervals in cells, in every spelling."""

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.delivered.share_cells import interval, number

BOUND = st.decimals(-50, 150, places=1)


@given(
    bounds=st.tuples(BOUND, BOUND),
    star=st.booleans(),
    dash=st.sampled_from([" - ", "-", " – ", " -"]),
    mark=st.sampled_from([".", ","]),
    minus=st.sampled_from(["-", "−"]),
)
@hypothesis_settings(deadline=None)
def test_intervals_in_every_spelling(
    bounds: tuple, star: bool, dash: str, mark: str, minus: str
) -> None:
    """R drops decimals that are 0; a minus before a bound is no dash between two."""
    lower, upper = sorted(bounds)

    def written(bound: object) -> str:
        return f"{float(str(bound)):g}".replace(".", mark).replace("-", minus)

    text = f"{written(lower)}{dash}{written(upper)}{'  *' if star else ''}"
    assert interval(text) == (float(lower), float(upper), star)
    if lower != upper:
        assert interval(f"{written(upper)}{dash}{written(lower)}") is None


@given(st.text(max_size=12))
@hypothesis_settings(deadline=None)
def test_no_text_breaks_the_readers_of_cells(text: str) -> None:
    found = number(text)
    assert found is None or abs(found) < float("inf")
    bounds = interval(text)
    assert bounds is None or bounds[0] <= bounds[1]
