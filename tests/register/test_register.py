"""The register by itself: form, vocabularies and what must agree within a row."""

import csv
import io
import re
import unicodedata

import yaml

from tests.register.register import BY_ID, ROWS, SEED, SEEDS_YML, each_row

PROGRAMMES = ("Strategi för hälsa", "Folkhälsa", "Agenda 2030")
VOCABULARY = {
    "value_kind": {"share", "rate", "mean", "median", "count", "index", "code"},
    "polarity": {"-1", "0", "1"},
    "target_area": {"", *"012345678"},
    "target_area_source": {"", "given", "derived"},
    "source_kind": {"register", "survey"},
    "pair_gender": {"", "M", "K"},
    "status": {"current", "withdrawn"},
}


def unit_of(title: str) -> str:
    """The unit that a title's tail states; empty where it states none."""
    tail = title.rsplit(",", 1)[1].strip()
    if "(%)" in tail:
        return "%"
    return re.sub(r"\s*/", "/", tail.split(" (")[0])


def test_file_is_utf8_with_plain_line_feeds_and_minimal_quoting():
    raw = SEED.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    text = raw.decode("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert any(letter in text for letter in "åäö")
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(csv.reader(io.StringIO(text)))
    assert written.getvalue() == text


def test_ids_are_unique_and_sorted():
    ids = [row["indicator_id"] for row in ROWS]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"[NU]\d{5}", i) for i in ids)


def test_every_column_is_described_and_typed():
    seed = yaml.safe_load(SEEDS_YML.read_text(encoding="utf-8"))["seeds"][0]
    header = list(ROWS[0])
    assert [column["name"] for column in seed["columns"]] == header
    assert all(column["description"].strip() for column in seed["columns"])
    assert list(seed["config"]["column_types"]) == header


def test_short_titles_are_unique():
    assert len({row["short_title"] for row in ROWS}) == len(ROWS)


@each_row
def test_row_has_all_fields_without_stray_spaces(row):
    assert None not in row
    for column, value in row.items():
        assert value is not None, column
        assert value == value.strip(), column
        assert "\n" not in value, column


@each_row
def test_words_come_from_the_vocabularies(row):
    for column, words in VOCABULARY.items():
        assert row[column] in words, column
    programmes = row["programmes"].split("|")
    assert programmes == [p for p in PROGRAMMES if p in programmes]
    assert 0 < len(row["short_title"]) <= 40
    assert row["unit"]


@each_row
def test_target_area_and_its_source_go_together(row):
    assert bool(row["target_area"]) == bool(row["target_area_source"])
    says_why = "Target area from the subject" in row["note"]
    assert says_why == (row["target_area_source"] == "derived")


@each_row
def test_unit_is_the_tail_of_the_title(row):
    if row["value_kind"] == "code":
        assert row["unit"] == "kod"
    elif row["title"].endswith(", medelvärde"):
        assert (row["value_kind"], row["unit"]) == ("mean", "%")
    else:
        assert row["unit"] == unit_of(row["title"])


@each_row
def test_scale_fits_kind_and_unit(row):
    per_hundred_thousand = row["unit"].endswith("/100 000 inv")
    expected = {"share": "100", "index": "100", "rate": "100000" if per_hundred_thousand else "1"}
    assert row["scale"] == expected.get(row["value_kind"], "")
    assert (row["value_kind"] == "rate") == ("/" in row["unit"])
    if row["value_kind"] == "share":
        assert row["unit"] == "%"


@each_row
def test_counts_are_declared_only_where_an_interval_from_them_is_fair(row):
    assert bool(row["numerator"]) == bool(row["denominator"])
    if row["numerator"]:
        assert row["value_kind"] in {"share", "rate"}
        assert row["source_kind"] == "register"
        assert row["years_in_mean"] == "1"
        assert "tandardi" not in row["title"]
    if row["denominator_kpis"]:
        assert row["denominator"]
        assert row["value_kind"] == "share", "intervals are made for shares only"
        parts = row["denominator_kpis"].split("|")
        assert len(set(parts)) == len(parts)


@each_row
def test_years_are_whole_numbers(row):
    assert int(row["years_in_mean"]) >= 1
    assert int(row["cycle_years"]) >= 1
    breaks = [int(year) for year in row["series_breaks"].split("|") if year]
    assert breaks == sorted(set(breaks))
    assert all(1990 < year < 2100 for year in breaks)


@each_row
def test_pairs_point_at_each_other(row):
    assert bool(row["pair_id"]) == bool(row["pair_gender"])
    if row["pair_id"]:
        other = BY_ID[row["pair_id"]]
        assert other["pair_id"] == row["indicator_id"]
        assert {row["pair_gender"], other["pair_gender"]} == {"M", "K"}
        same = ("unit", "value_kind", "scale", "polarity", "target_area", "years_in_mean")
        assert all(row[column] == other[column] for column in same)


def test_life_expectancy_of_men_and_women_is_the_pair():
    assert BY_ID["N00923"]["pair_gender"] == "M"
    assert BY_ID["N00925"]["pair_gender"] == "K"


def test_only_u01901_is_withdrawn():
    assert [r["indicator_id"] for r in ROWS if r["status"] == "withdrawn"] == ["U01901"]
