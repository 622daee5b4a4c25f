"""`jamlik show`: its numbers are the marts', whatever reads it, and nothing is cut."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.cli import main
from pages.model import MISSING, WITHHELD, Cell, Point
from pages.show import LEAST_WIDTH, show
from pages.sparks import LEVELS, sparkline
from tests.pages.made import INDICATORS, LONG
from tests.pages.made_surveys import SHARES
from tests.pages.test_site import marts, swedish
from warehouse.errors import InputError

WIDE = 260
CODES = {i for i, given_ in INDICATORS.items() if given_.get("value_kind") == "code"}
TITLES = {i: given_.get("short_title", f"Kort {i}") for i, given_ in INDICATORS.items()}


def cells_of(text: str, label: str) -> tuple[list[str], list[str]]:
    """The two lines of a table's row: cells are two blanks apart, numbers hold one at most."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if re.match(rf"{re.escape(label)}(  |$)", line)]
    assert len(starts) == 1, label
    first, second = lines[starts[0]], lines[starts[0] + 1]
    return re.split(r"\s{2,}", first)[1:], re.split(r"\s{2,}", second.strip())


def written(indicator: str, value: float | None) -> str:
    if value is None:
        return ".."
    if indicator == "N00001":
        return swedish(value)
    text = f"{value:,.{0 if indicator in CODES else 1}f}".replace(",", "\u00a0")
    return text.replace(".", ",").replace("-", "\u2212")


@pytest.mark.parametrize("asked", ["2080", "0020", "N00001", "N00005"])
def test_every_number_is_that_of_the_marts(database: Path, asked: str) -> None:
    rows = marts(
        database,
        "select indicator_id, area_id, dim_area.name, arg_max(value, year_end), max(year_end) "
        "from core.fct_value join core.dim_area using (area_id) where gender = 'T' and is_focus "
        "and value is not null group by all order by all",
    )
    gaps = {
        (indicator, area, benchmark): (value, lower, upper)
        for indicator, area, benchmark, *_, value, lower, upper in marts(
            database,
            "select indicator_id, area_id, benchmark, year_end, benchmark_value, value_ci_lower, "
            "value_ci_upper from equity.area_gap order by year_end",
        )
    }
    is_area = asked in {row[1] for row in rows}
    kept = [row for row in rows if asked == row[1 if is_area else 0]]
    text = show(database, asked, width=WIDE)
    for indicator, area, name, value, year in kept:
        label = TITLES[indicator] if is_area else name
        first, second = cells_of(text, label)
        assert first[0] == written(indicator, value), label
        levels = [gaps.get((indicator, area, b), (None,))[0] for b in ("riket", "county")]
        assert first[1:3] == [written(indicator, level) for level in levels]
        assert second[0].endswith(str(year))
        _, lower, upper = gaps.get((indicator, area, "riket"), (None, None, None))
        if lower is not None:
            assert second[1] == f"{swedish(lower)}–{swedish(upper)}"
    assert len(kept) == {"2080": 6, "0020": 1, "N00001": 3, "N00005": 1}[asked]


def test_verdict_history_and_gender_stand_in_the_row(database: Path) -> None:
    text = show(database, "n00001", width=WIDE)
    first, second = cells_of(text, "Falun")
    # 2016 to 2024: 2018 is missing, 2021 begins a new series.
    assert first[3] == "▁▅·▁▅|█▁▅█"
    assert first[4] == "Riket: ▲ bättre" and second[-1] == "K−M +3,0: ◆ män har det sämre"
    assert cells_of(text, "Åkersby & Söner")[0][4] == "Riket: ▼ sämre"
    other = show(database, "2080", width=WIDE)
    (lives,) = re.findall(r"K−M \+3,0: ○ kan inte prövas", other)[:1]
    assert lives and "Kan inte prövas: medelvärde över flera år." in other


def test_missing_withheld_hidden_and_not_asked_are_told_apart(database: Path) -> None:
    text = show(database, "2039", width=WIDE)
    assert cells_of(text, "Kort N00001")[0][0] == "x"
    assert cells_of(text, "Kort N00005")[0][0] == ".."
    hidden = cells_of(text, "Mobbad")[0]
    assert hidden[0] == "dolt" and hidden[1] == swedish(SHARES["lupp_bullied", "hs", "0020"][0])
    falun = show(database, "2080", width=WIDE)
    safe, limits = cells_of(falun, "Sover bra")
    share = SHARES["lupp_sleep", "hs", "2080"][0]
    assert safe[0] == swedish(share) and limits[0] == f"{swedish(share - 4)}–{swedish(share + 5)}"
    # The survey has no answers by gender.
    assert cells_of(falun, "Elev: ledsen")[0][-2:] == [".", "."]
    assert "varför just ett visst värde är dolt sägs därför aldrig" in " ".join(falun.split())


def test_piped_text_has_no_codes_and_the_width_asked_for(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    found = {}
    for columns in ("", "90"):
        monkeypatch.setenv("COLUMNS", columns)
        assert main(["show", "2081", "--from", str(database.parent)]) == 0
        found[columns] = capsys.readouterr().out
        assert "\x1b" not in found[columns]
        assert max(map(len, found[columns].splitlines())) <= int(columns or 100)
    assert len(set(found.values())) == 2
    assert found[""].rstrip("\n") == show(database, "2081")
    coloured = show(database, "2081", has_colours=True)
    assert "\x1b[31m▼ sämre" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured).split() == show(database, "2081").split()


def test_a_narrow_terminal_cuts_no_number(database: Path) -> None:
    text = show(database, "N00003", width=10)
    assert "123\u00a0456\u00a0789,5" in text and "…" not in text
    assert LONG.split()[0] in text and show(database, "N00003", width=LEAST_WIDTH) == text


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("Falum", "2080 Falun"), ("208", "2080 Falun"), ("n0002", "N00002"), ("Dalarna", "0020")],
)
def test_an_unknown_name_is_answered_with_the_nearest(
    database: Path, asked: str, nearest: str
) -> None:
    with pytest.raises(InputError, match=rf"{asked} is neither .*Nearest: .*{nearest}"):
        show(database, asked)


POINTS = st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=30)


@given(POINTS)
def test_a_sparkline_has_a_sign_a_year_in_the_order_of_the_values(values: list) -> None:
    points = [
        Point(2000 + n, 2000 + n, {"T": Cell(v, None if v is not None else MISSING)}, {})
        for n, v in enumerate(values)
    ]
    drawn = sparkline(points)
    assert len(drawn) == len(values)
    signs = list(zip(values, drawn, strict=True))
    levels = [(v, LEVELS.index(sign)) for v, sign in signs if v is not None]
    assert all(a[1] <= b[1] for a in levels for b in levels if a[0] <= b[0])
    assert {sign for v, sign in signs if v is None} <= {"·"}
    if len({v for v, _ in levels}) > 1:
        assert {level for v, level in levels if v == max(levels)[0]} == {len(LEVELS) - 1}


def test_a_sparkline_says_withheld_and_a_new_series() -> None:
    cells = [Cell(1.0), Cell(None, WITHHELD), Cell(2.0)]
    points = [Point(2019 + n, 2019 + n, {"T": cell}, {}) for n, cell in enumerate(cells)]
    assert sparkline(points, breaks=[2021]) == "▁x|█"
    assert sparkline(points[:1]) == "▅" and sparkline([]) == ""
