"""Numbers of both languages, and tables of texts with the same keys."""

import string

import pytest

from pages.model import Cell
from pages.numbers import ENGLISH, SWEDISH, years
from pages.published import swedish_order
from pages.texts import language


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (83.25, 1, "83,3", "83.3"),
        (1234567.4, 0, "1\u00a0234\u00a0567", "1,234,567"),
        (-0.04, 1, "0,0", "0.0"),
        (-2.5, 0, "\u22123", "\u22123"),
        (0, 1, "0,0", "0.0"),
    ],
)
def test_numbers_of_both_languages(value, decimals, swedish, english) -> None:
    assert SWEDISH.number(value, decimals) == swedish
    assert ENGLISH.number(value, decimals) == english


def test_absences_differ_from_each_other_and_from_zero() -> None:
    cells = [Cell(None, "missing"), Cell(None, "withheld"), Cell(None, "not_applicable"), Cell(0.0)]
    assert [SWEDISH.cell(cell, 1) for cell in cells] == ["..", "x", ".", "0,0"]


def test_ticks_have_the_decimals_that_tell_them_apart() -> None:
    assert [SWEDISH.tick(v, 0.05) for v in (0.95, 1.0)] == ["0,95", "1,00"]
    assert SWEDISH.tick(2000.0, 500.0) == "2\u00a0000"


def test_years_of_a_mean() -> None:
    assert (years(2024, 2024), years(2020, 2024)) == ("2024", "2020–2024")


def test_swedish_alphabet() -> None:
    names = ["Örebro", "Alingsås", "Alén", "Älvdalen", "Åre", "Zinkgruvan", "Malung-Sälen", "Malmö"]
    assert sorted(names, key=swedish_order) == [
        "Alén",
        "Alingsås",
        "Malmö",
        "Malung-Sälen",
        "Zinkgruvan",
        "Åre",
        "Älvdalen",
        "Örebro",
    ]


def test_languages_have_the_same_keys_and_the_same_numbers_in_them() -> None:
    swedish, english = language("sv").texts, language("en").texts
    assert swedish.keys() == english.keys()

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {k: fields(v) for k, v in swedish.items()} == {k: fields(v) for k, v in english.items()}


def test_one_takes_its_own_text_and_names_are_listed() -> None:
    words = language("sv")
    assert words("s.gender_untested", n=1).startswith("I en indikator")
    assert words("s.gender_untested", n=2).startswith("I 2 indikatorer")
    assert words.listed(["a", "b", "c"]) == "a, b och c"
    assert words.reason("something new") == "something new"
