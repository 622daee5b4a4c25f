"""Personal identity numbers: the official cases, and what holds for every number."""

import json
import string
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingestion.elsa.personal_number import parse
from tests.support import shared_dir

ON = date(2024, 3, 1)
LETTERS = "TRSUWXJKLMN"


def cases(name: str) -> list[dict]:
    path = shared_dir() / "data" / "personnummer" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_official_list() -> None:
    forms = 0
    for case in cases("list") + cases("interim"):
        for form in ("long_format", "short_format", "separated_format", "separated_long"):
            found = parse(case[form], ON)
            assert (found is not None) is case["valid"], (form, case["type"])
            forms += 1
            if found is None:
                continue
            # Ten digits without a sign do not tell a person of 1909 from one of 2009.
            if form != "short_format" or case["long_format"][:2] == found.number[:2]:
                assert found.number == case["long_format"]
            assert found.is_coordination is (case["type"] == "con")
            assert found.is_interim is (case["type"] == "interim")
    assert forms == 104


def test_the_official_structured_cases() -> None:
    seen = 0
    structured = json.loads(
        (shared_dir() / "data" / "personnummer" / "structured.json").read_text(encoding="utf-8")
    )
    for kinds in structured.values():
        for forms in kinds.values():
            for is_valid, written in forms.items():
                for one in written:
                    assert (parse(str(one), ON) is not None) is (is_valid == "valid")
                    seen += 1
    assert seen == 70


def check_digit(nine: str) -> str:
    """By the rule's own words: double every other digit from the first, sum the digits."""
    digits = "".join(
        str(int(c if c.isdigit() else "1") * (2 if i % 2 == 0 else 1)) for i, c in enumerate(nine)
    )
    return str(-sum(map(int, digits)) % 10)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, date]:
    birth = draw(st.dates(date(1890, 1, 1), date(2023, 12, 31)))
    day = birth.day + draw(st.sampled_from([0, 60]))
    serial = draw(st.sampled_from(string.digits + LETTERS)) + f"{draw(st.integers(1, 99)):02}"
    nine = f"{birth:%y%m}{day:02}{serial}"
    return f"{birth.year // 100}{nine}{check_digit(nine)}", birth


@given(numbers(), st.dates(date(2024, 1, 1), date(2060, 1, 1)))
def test_every_form_of_a_number_is_one_number(made: tuple[str, date], on: date) -> None:
    number, birth = made
    forms = [number, f"{number[:8]}-{number[8:]}"]
    age = on.year - birth.year
    if age >= 100:
        forms += [f"{number[:8]}+{number[8:]}"]
    if 100 <= age < 200:
        forms += [f"{number[2:8]}+{number[8:]}"]
    else:
        assert parse(f"{number[:8]}+{number[8:]}", on) is None
    if age < 100:
        forms += [f"{number[2:8]}-{number[8:]}", number[2:]]
    for form in forms:
        found = parse(form, on)
        assert found is not None and (found.number, found.birth) == made
    assert parse(number, None) == parse(number, on) and parse(number[2:], None) is None
    assert number[8:] not in repr(parse(number, on))


@given(numbers(), st.integers(0, 11), st.sampled_from(string.digits))
def test_one_digit_wrong_is_no_number(made: tuple[str, date], place: int, digit: str) -> None:
    number = made[0]
    if place < 2 or number[place] == digit or not number[place].isdigit():
        return
    assert parse(number[:place] + digit + number[place + 1 :], date(2024, 1, 1)) is None


@given(st.text(alphabet="0123456789-+ TEå²٣", max_size=14))
def test_nothing_else_is_taken_and_nothing_raises(written: str) -> None:
    found = parse(written, ON)
    if found:
        assert written.isascii() and len(found.number) == 12


@given(numbers())
def test_nobody_is_born_after_the_day(made: tuple[str, date]) -> None:
    number, birth = made
    assert parse(number, birth) is not None
    assert parse(number, birth - timedelta(days=1)) is None
    earlier = parse(number[2:], birth - timedelta(days=1))
    assert earlier is None or earlier.birth < birth
