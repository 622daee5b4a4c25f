"""Four cells make one estimate; what cannot be read is given back with its place."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.folkhalsodata.catalogue import CatalogueTable, catalogue
from ingestion.folkhalsodata.client import TableChanged
from ingestion.folkhalsodata.estimates import estimates
from ingestion.folkhalsodata.jsonstat import Dataset, decode
from ingestion.folkhalsodata.layout import Layout, Metadata, Variable, understand
from ingestion.folkhalsodata.tables import ESTIMATE
from tests.folkhalsodata.small import CONTENT, SEX, TABLE, YEARS, dataset, position, value
from tests.support import shared_dir

AREAS = {"00": "0000", "20": "0020", "2080": "2080", "2021": "2021"}
GENDERS = {"0": "T", "1": "M", "2": "K"}
WINDOWS = {"a": (2018, 2021), "b": (2022, 2022)}


def layout_of(found: Dataset, table: CatalogueTable = TABLE) -> Layout:
    variables = [Variable(d.id, d.label, list(d.codes), list(d.texts)) for d in found.dimensions]
    return understand(table, Metadata(found.label, variables), "20")


def read(content: dict[str, Any]) -> tuple[dict[tuple, dict[str, Any]], list]:
    found = decode(json.dumps(content).encode())
    rows, rejections = estimates(TABLE, layout_of(decode(json.dumps(dataset()).encode())), found)
    assert rows.schema == ESTIMATE.schema
    by_key = {tuple(row[name] for name in ESTIMATE.key): row for row in rows.to_pylist()}
    assert len(by_key) == rows.num_rows
    return by_key, rejections


def key(region: str, content: str, sex: str, year: str) -> tuple:
    return ("small", content, AREAS[region], GENDERS[sex], *WINDOWS[year])


@settings(max_examples=15)
@given(st.permutations(range(5)))
def test_cells_are_put_together_whatever_their_order(order: list[int]) -> None:
    plain = dataset()
    cube = np.array(plain["value"]).reshape(plain["size"]).transpose(order)
    turned = {name: [plain[name][at] for at in order] for name in ("id", "size")}
    rows, rejections = read(plain | turned | {"value": cube.ravel().tolist()})
    assert not rejections and len(rows) == len(AREAS) * 2 * 3 * 2
    for region in AREAS:
        for content in CONTENT:
            for sex in SEX:
                for year in YEARS:
                    row = rows[key(region, content, sex, year)]
                    share = value(region, content, "01", sex, year)
                    assert (row["share"], row["ci_lower"]) == (share, share - 1)
                    assert (row["ci_upper"], row["n"]) == (share + 1, 500)
                    assert row["content_text"] == CONTENT[content] and row["status"] is None


def test_a_hidden_estimate_is_kept_with_its_sign() -> None:
    values = dataset()["value"]
    at = [position("2080", "7", measure, "1", "a") for measure in ("01", "02", "03", "04")]
    for place in at:
        values[place] = None
    rows, rejections = read(dataset(value=values, status={str(place): ".." for place in at}))
    row = rows[key("2080", "7", "1", "a")]
    assert [row[name] for name in ("share", "ci_lower", "ci_upper", "n")] == [None] * 4
    assert row["status"] == ".." and not rejections


@pytest.mark.parametrize(
    ("measure", "wrong", "reason"),
    [
        ("01", "12,5", "share: the value is text"),
        ("02", "x", "ci_lower: the value is text"),
        ("01", 101.0, "share: the value is not between 0 and 100"),
        ("01", -0.1, "share: the value is not between 0 and 100"),
        ("04", 12.5, "n: the value is no number of answers"),
        ("04", -1, "n: the value is no number of answers"),
    ],
)
def test_a_wrong_cell_costs_its_estimate_only(measure: str, wrong: object, reason: str) -> None:
    values = dataset()["value"]
    values[position("2021", "9", measure, "2", "b")] = wrong
    rows, (rejection,) = read(dataset(value=values))
    assert len(rows) == 47 and key("2021", "9", "2", "b") not in rows
    assert rejection.reason == reason
    assert rejection.place == "Sömnbesvär, 2021, K, 2022-2022"


def test_an_answer_with_other_variables_is_refused() -> None:
    content = json.loads(json.dumps(dataset(), ensure_ascii=False).replace("Kön", "Sex"))
    with pytest.raises(TableChanged, match=r"A/B/small\.px answered with the variables .*Sex"):
        read(content)


def test_the_agencys_own_numbers() -> None:
    """Trust in Dalarna 2004-2022, as the agency published it; shares only."""
    body = (shared_dir() / "data/pxweb/fohm_hlv1socxreg_20_rebuilt.jsonstat2.json").read_bytes()
    table = next(one for one in catalogue() if one.table_id == "hlv1socxreg")
    found = decode(body)
    rows, rejections = estimates(table, layout_of(found, table), found)
    assert rows.num_rows == 3 * 14 and not rejections
    shares = {
        (row["gender"], row["year_start"], row["year_end"]): row["share"]
        for row in rows.to_pylist()
    }
    assert shares["T", 2004, 2007] == 27.5 and shares["T", 2019, 2022] == 27.3
    assert shares["K", 2004, 2007] == 29.9 and shares["K", 2019, 2022] == 26.8
    assert shares["M", 2004, 2007] == 25.1 and shares["M", 2018, 2021] == 25.2
    first = rows.to_pylist()[0]
    assert (first["content_code"], first["content_text"]) == ("40", "Svårt att lita på andra")
    assert table.items[first["content_text"]] == "hlv_lita"
    assert first["area_id"] == "0020" and first["ci_lower"] is None and first["n"] is None
