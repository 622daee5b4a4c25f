"""The decoder: every value of an answer comes out once, as a row or as a rejection."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.kolada.decode import ShapeError, decode_page, decode_values
from ingestion.kolada.tables import READINGS, ReadingTable

VALUE_FIELDS = ("gender", "value", "status", "count", "isdeleted")
GOOD_VALUE = st.fixed_dictionaries(
    {
        "gender": st.sampled_from("TKM"),
        "value": st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 9),
        "status": st.text(max_size=8),
        "count": st.integers(1, 40),
        "isdeleted": st.booleans(),
    }
)
ANYTHING = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
BAD_VALUE = st.one_of(
    GOOD_VALUE.map(lambda v: {**v, "gender": "X"}),
    GOOD_VALUE.map(lambda v: {k: x for k, x in v.items() if k != "gender"}),
    GOOD_VALUE.map(lambda v: {k: x for k, x in v.items() if k != "value"}),
    GOOD_VALUE.map(lambda v: {**v, "value": "12,5"}),
    GOOD_VALUE.map(lambda v: {**v, "count": 1.5}),
    GOOD_VALUE.map(lambda v: {**v, "status": None}),
    GOOD_VALUE.map(lambda v: {**v, "isdeleted": "false"}),
    ANYTHING,
)
ITEM = st.fixed_dictionaries(
    {
        "kpi": st.sampled_from(["N00001", "U12345"]),
        "municipality": st.sampled_from(["0000", "2021"]),
        "period": st.integers(1990, 2030),
        "values": st.lists(GOOD_VALUE, max_size=3),
    }
)


def body(items: list[object], **envelope: object) -> bytes:
    page = {"values": items, "count": len(items), "next_url": None, "previous_url": None}
    return json.dumps({**page, **envelope}, ensure_ascii=False).encode()


@given(st.lists(ITEM, max_size=5))
def test_a_right_page_comes_out_whole(items: list[dict]) -> None:
    page = decode_values(body(items, next_url="http://x/2"))
    assert page.rejections == () and page.next_url == "http://x/2"
    expected = [
        (i["kpi"], i["municipality"], i["period"], *(v[name] for name in VALUE_FIELDS))
        for i in items
        for v in i["values"]
    ]
    assert [tuple(row.values()) for row in page.table.to_pylist()] == expected


@pytest.mark.parametrize("table", READINGS, ids=lambda table: table.name)
def test_a_right_page_takes_the_fast_way(table: ReadingTable, monkeypatch) -> None:
    """The careful way gives the same rows, five times as slowly."""
    monkeypatch.setattr("ingestion.kolada.decode._decode_carefully", None)
    value = {"gender": "T", "value": 1.0, "status": "", "count": 1, "isdeleted": False}
    item = {"kpi": "N00001", table.place: "x", "period": 2020, "values": [value]}
    page = decode_values(body([item]), table)
    assert page.table.schema == table.schema
    assert page.table.to_pylist() == [{"kpi": "N00001", table.place: "x", "period": 2020, **value}]


@given(st.lists(ITEM, min_size=1, max_size=4), BAD_VALUE, st.data())
def test_one_wrong_value_costs_only_itself(items: list[dict], bad: object, data) -> None:
    item = data.draw(st.sampled_from(items))
    right = sum(len(i["values"]) for i in items)
    item["values"] = [*item["values"], bad]
    page = decode_values(body(items))
    assert page.table.num_rows == right
    assert len(page.rejections) == 1
    assert page.rejections[0].kpi == item["kpi"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"period": "20x1"}, "period is not a year"),
        ({"period": 20211}, "period is not a year"),
        ({"period": 2021.5}, "period is not a year"),
        ({"period": True}, "period is not a year"),
        ({"kpi": None}, "kpi is not text"),
        ({"municipality": 2021}, "municipality is not text"),
        ({"values": None}, "values is not a list"),
    ],
)
def test_a_wrong_item_is_rejected_with_its_reason(change: dict, reason: str) -> None:
    value = {"gender": "T", "value": 1.0, "status": "", "count": 1, "isdeleted": False}
    good = {"kpi": "N00001", "municipality": "2021", "period": 2020, "values": [value]}
    page = decode_values(body([good, {**good, **change}]))
    assert page.table.num_rows == 1
    assert [rejection.reason for rejection in page.rejections] == [reason]


def test_an_absent_value_is_not_null() -> None:
    value = {"gender": "K", "status": "", "count": 1, "isdeleted": False}
    item = {"kpi": "N00001", "municipality": "2021", "period": 2020, "values": [value]}
    page = decode_values(body([item]))
    assert page.table.num_rows == 0
    assert page.rejections[0].reason == "value is absent"
    assert page.rejections[0].gender == "K"


def test_the_envelope_of_version_2_is_refused() -> None:
    """A client that misses `next_url` would read one page and call it all."""
    old = json.dumps({"values": [], "count": 0, "next_page": "x"}).encode()
    for decode in (decode_page, decode_values):
        with pytest.raises(ShapeError, match="next_url"):
            decode(old)
