"""Codes are chosen by texts, and a table that is not what is known of it is refused by name."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.folkhalsodata.client import TableChanged
from ingestion.folkhalsodata.layout import (
    Metadata,
    Variable,
    decode_metadata,
    period_of,
    understand,
)
from ingestion.http.client import ShapeError
from tests.folkhalsodata.small import CONTENT, MEASURE, PATH, REGION, SEX, TABLE, YEARS
from tests.support import shared_dir

Variables = dict[str, dict[str, str]]


def described(**changes: dict[str, str] | None) -> Metadata:
    variables: Variables = {
        "Region": REGION,
        "Hälsa": CONTENT,
        "Andel och konfidensintervall": MEASURE,
        "Kön": SEX,
        "År": YEARS,
    }
    for name, texts in changes.items():
        variables.pop(name, None)
        if texts is not None:
            variables[name] = texts
    return Metadata(
        "Liten", [Variable(n, n, list(t), list(t.values())) for n, t in variables.items()]
    )


def test_meanings_follow_texts() -> None:
    layout = understand(TABLE, described(), "20")
    assert layout.region.meaning == {"00": "0000", "20": "0020", "2080": "2080", "2021": "2021"}
    assert layout.gender.meaning == {"0": "T", "1": "M", "2": "K"}
    assert layout.measure.meaning == {"01": "share", "02": "ci_lower", "03": "ci_upper", "04": "n"}
    assert layout.period.meaning == {"a": (2018, 2021), "b": (2022, 2022)}
    assert layout.content.meaning == CONTENT


@settings(max_examples=25)
@given(st.permutations(list(SEX.values())), st.permutations(list(MEASURE.values())))
def test_codes_may_change_places(sexes: list[str], measures: list[str]) -> None:
    metadata = described(
        **{
            "Kön": dict(zip(("00", "01", "02"), sexes, strict=True)),
            "Andel och konfidensintervall": dict(zip(MEASURE, measures, strict=True)),
        }
    )
    layout = understand(TABLE, metadata, "20")
    by_text = {"Totalt": "T", "Kvinnor": "K", "Män": "M"}
    assert list(layout.gender.meaning.values()) == [by_text[text] for text in sexes]
    shares = [code for code, meaning in layout.measure.meaning.items() if meaning == "share"]
    assert shares == [list(MEASURE)[measures.index("Andel")]]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"Kön": None, "Juridiskt kön": SEX}, "0 variables called kön"),
        ({"Kön": {"1": "Annat"}}, "Kön lacks Totalt, Kvinnor or Män; it has Annat"),
        ({"Kön": {"1": "Kvinnor", "2": "Kvinna"}}, "two values of Kön mean K"),
        ({"Andel och konfidensintervall": {"1": "Antal"}}, r"lacks a share \(Andel\)"),
        ({"År": {"1": "Senaste"}}, "År lacks a year"),
        ({"Region": {"25": "25 Norrbottens län"}}, "no municipality of region 20"),
        ({"Utbildning": {"1": "Kort"}}, "one variable beside .* has Hälsa, Utbildning"),
        ({"Hälsa": None}, "has none"),
        ({"Kommun": REGION}, "2 variables called region or län or kommun"),
    ],
)
def test_a_changed_table_is_refused_with_its_path(changes: dict, named: str) -> None:
    with pytest.raises(TableChanged, match=named) as caught:
        understand(TABLE, described(**changes), "20")
    assert PATH in caught.value.what and "tables.yml" in caught.value.remedy


def test_a_period_that_cannot_be_read_is_left_out_and_named() -> None:
    layout = understand(TABLE, described(År={"a": "2018-2021", "x": "2021-2018"}), "20")
    assert layout.period.meaning == {"a": (2018, 2021)} and layout.unread == ("2021-2018",)


@given(st.integers(1900, 2099), st.integers(1900, 2099), st.sampled_from(["-", "–", " - "]))
def test_periods_keep_both_ends(first: int, last: int, between: str) -> None:
    found = period_of(f"{first}{between}{last}")
    assert found == ((first, last) if first <= last else None)
    assert period_of(str(last)) == (last, last)


@given(st.text(max_size=12).filter(lambda text: not any(c.isdigit() for c in text)))
def test_other_texts_are_no_period(text: str) -> None:
    assert period_of(text) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda one: [],
        lambda one: [{"id": "A", "type": "l", "text": "Hälsa"}],
        lambda one: one | {"variables": [one["variables"][0] | {"valueTexts": ["1"]}]},
    ],
)
def test_what_describes_no_table_is_refused(change: Callable) -> None:
    table = {
        "title": "T",
        "variables": [{"code": "a", "text": "A", "values": ["1", "2"], "valueTexts": ["x", "y"]}],
    }
    assert decode_metadata(json.dumps(table).encode()).variables[0].values == ["1", "2"]
    with pytest.raises(ShapeError):
        decode_metadata(json.dumps(change(table)).encode())


def test_regions_of_a_recorded_table_are_found() -> None:
    """Statistics Sweden's texts have no codes in them, and two areas are called Örebro."""
    path = shared_dir() / "data/pxweb/scb_v2_TAB6471_metadata.json"
    region_ = json.loads(path.read_text(encoding="utf-8"))["dimension"]["Region"]
    labels = region_["category"]["label"]
    for region, n in (("20", 15), ("18", 12)):
        layout = understand(TABLE, described(Region=labels), region)
        counties = {"00": "0000", region: f"00{region}"}
        assert layout.region.meaning.items() >= counties.items()
        municipal = {code for code in labels if code.startswith(region) and len(code) == 4}
        assert {c: c for c in municipal}.items() <= layout.region.meaning.items()
        assert len(municipal) == n and len(layout.region.meaning) == n + 2
