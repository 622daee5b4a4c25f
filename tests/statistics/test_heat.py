"""`jamlik inequality`: tables in HEAT Plus layout, measured or refused."""

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.cli import main
from tests.statistics.groups import reference
from tests.support import PROJECT_ROOT
from warehouse.errors import InputError
from warehouse.statistics.heat import COLUMNS, SET_KEYS, HeatError, read
from warehouse.statistics.heat_measures import RESULTS, inequality

Cells = dict[str, str]


def row(number: int, **other: str) -> Cells:
    cells = dict.fromkeys(COLUMNS, "") | {
        **{"setting": "Dalarna", "date": "2024", "source": "HLV", "indicator_abbr": "sma"},
        **{"indicator_name": "Smärta, värk", "dimension": "Utbildning"},
        **{"subgroup": f"Nivå {number}", "estimate": str(50 + 5 * number), "se": "1.5"},
        **{"population": "1000", "favourable_indicator": "1", "indicator_scale": "100"},
        **{"ordered_dimension": "1", "subgroup_order": str(number)},
    }
    return cells | other


def write(path: Path, rows: list[Cells], columns: tuple[str, ...] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def results(path: Path) -> dict[tuple[str, ...], Cells]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return {(*(line[key] for key in SET_KEYS), line["measure"]): line for line in lines}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(tmp_path / "in.csv", [row(n) for n in range(1, 6)])


def test_a_table_is_measured(table: Path, tmp_path: Path) -> None:
    target = tmp_path / "ut å.csv"
    assert main(["inequality", str(table), "--output", str(target)]) == 0
    found = results(target)
    header = target.read_text(encoding="utf-8").splitlines()[0]
    assert header == ",".join((*SET_KEYS, *RESULTS))
    d = found["Dalarna", "2024", "HLV", "sma", "Smärta, värk", "Utbildning", "d"]
    assert float(d["estimate"]) == 20 and d["n_groups"] == "5" and d["reason"] == ""
    cov = next(line for key, line in found.items() if key[-1] == "cov")
    assert cov["ci_method"] == "draws"
    assert sorted(tmp_path.iterdir()) == [table, target]


def test_same_input_same_bytes_whatever_the_order(table: Path, tmp_path: Path) -> None:
    rows = [row(n, dimension=d) for d in ("Utbildning", "Kön") for n in range(1, 6)]
    outputs = []
    for name, order in (("a", 1), ("b", -1)):
        source, target = write(tmp_path / f"{name}.csv", rows[::order]), tmp_path / f"{name}.out"
        inequality(source, target, draws=200)
        outputs.append(target.read_bytes())
    assert outputs[0] == outputs[1]
    inequality(tmp_path / "a.csv", tmp_path / "c.out", draws=200, seed=2)
    assert (tmp_path / "c.out").read_bytes() != outputs[0]


def test_confidence_widens_intervals(table: Path, tmp_path: Path) -> None:
    widths = []
    for level in ("95", "99.8"):
        target = tmp_path / level
        arguments = ["--output", str(target), "--confidence", level, "--draws", "0"]
        assert main(["inequality", str(table), *arguments]) == 0
        d = next(line for key, line in results(target).items() if key[-1] == "d")
        widths.append(float(d["ci_upper"]) - float(d["ci_lower"]))
    assert widths[1] / widths[0] == pytest.approx(3.0902323061678132 / 1.959963984540054)


def test_the_reference_cases_through_the_command(tmp_path: Path) -> None:
    """d, r and bgv of healthequal's six data sets, from text to text."""
    lines = [
        line
        | {"setting": line["case_id"], "date": "2020", "source": "WHO", "indicator_abbr": "x"}
        | {"indicator_name": line["indicator"]}
        for line in reference("inputs")
    ]
    target = tmp_path / "out.csv"
    blank = dict.fromkeys(COLUMNS, "")
    inequality(write(tmp_path / "in.csv", [blank | line for line in lines]), target, draws=0)
    found = {(key[0], key[-1]): line for key, line in results(target).items()}
    compared = 0
    for line in reference("expected"):
        is_named = line["case_id"].startswith("Non") == (line["variant"] == "reference_subgroup")
        if (line["measure"] in ("d", "r") and is_named) or line["measure"] in ("bgv", "ti", "mld"):
            mine = float(found[line["case_id"], line["measure"]]["estimate"])
            assert mine == pytest.approx(float(line["estimate"]), rel=1e-9)
            compared += 1
    assert compared == 30


WRONG: list[tuple[str, Callable[[list[Cells]], object], str]] = [
    ("text", lambda r: r[2].update(estimate="12,5"), "Row 4, column estimate: '12,5'"),
    ("nan", lambda r: r[0].update(estimate="nan"), "Row 2, column estimate"),
    ("huge", lambda r: r[0].update(population="1e300"), "Row 2, column population"),
    ("underscore", lambda r: r[0].update(estimate="1_0"), "Row 2, column estimate"),
    ("negative se", lambda r: r[1].update(se="-1"), "column se: '-1' breaks the rule: not neg"),
    ("limits", lambda r: r[1].update(ci_lb="3", ci_ub="2"), "Row 3, column ci_lb"),
    ("flag", lambda r: r[4].update(favourable_indicator="yes"), "Row 6, column favourable"),
    ("order", lambda r: r[3].update(subgroup_order="0"), "Row 5, column subgroup_order"),
    ("half", lambda r: r[3].update(subgroup_order="1.5"), "Row 5, column subgroup_order"),
    ("scale", lambda r: r[1].update(indicator_scale="0"), "Row 3, column indicator_scale"),
    ("other", lambda r: r[1].update(indicator_scale="10"), "same in all rows of a result set"),
    ("polarity", lambda r: r[1].update(favourable_indicator="0"), "row 2 has '1'"),
    ("twice", lambda r: r[1].update(subgroup="Nivå 1"), "once in a result set"),
    ("key", lambda r: r[1].update(indicator_abbr=" "), "column indicator_abbr: ''"),
    ("refs", lambda r: [x.update(reference_subgroup="1") for x in r], "one reference"),
]


@pytest.mark.parametrize(("change", "text"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_wrong_cells_are_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[list[Cells]], object],
    text: str,
) -> None:
    rows = [row(n) for n in range(1, 6)]
    change(rows)
    target = tmp_path / "out.csv"
    source = write(tmp_path / "in.csv", rows)
    assert main(["inequality", str(source), "--output", str(target)]) == 2
    error = capsys.readouterr().err
    assert text in error and "Traceback" not in error
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "column setting is missing"),
        (";".join(COLUMNS).encode(), "column setting is missing"),
        (",".join(COLUMNS).encode(), "no rows"),
        (",".join((*COLUMNS, "se")).encode(), "more than once"),
        (",".join(COLUMNS).encode() + b"\na,b\n", "Row 2: 2 fields"),
        (",".join(COLUMNS).encode() + b"\nv\xe4rk\n", "not in UTF-8"),
        (",".join(COLUMNS).encode() + b'\n"a"b,\n', "no proper CSV"),
    ],
)
def test_wrong_files_are_named(tmp_path: Path, content: bytes, text: str) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    with pytest.raises(HeatError, match=text):
        read(source)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    column=st.sampled_from(COLUMNS),
    number=st.integers(0, 4),
    value=st.one_of(st.text(max_size=8), st.floats().map(str), st.sampled_from(["0", "1", ""])),
)
def test_any_cell_is_read_or_refused(tmp_path: Path, column: str, number: int, value: str) -> None:
    rows = [row(n) for n in range(1, 6)]
    rows[number][column] = value
    try:
        source = write(tmp_path / "any.csv", rows)
    except UnicodeEncodeError:
        return
    try:
        assert len(read(source)) == 5
    except HeatError as error:
        assert "ow " in str(error) or "CSV" in str(error)


def test_a_result_that_was_there_survives_wrong_input(table: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("kept", encoding="utf-8")
    table.write_text("nothing", encoding="utf-8")
    assert main(["inequality", str(table), "--output", str(target)]) == 2
    assert target.read_text(encoding="utf-8") == "kept"


def test_options_that_cannot_be_used(table: Path, tmp_path: Path) -> None:
    for wrong in ({"confidence": 100.0}, {"draws": 5}, {"seed": -1}):
        with pytest.raises(InputError):
            inequality(table, tmp_path / "out.csv", **wrong)  # type: ignore[arg-type]


def test_a_target_that_cannot_be_written(table: Path, tmp_path: Path) -> None:
    assert main(["inequality", str(table), "--output", str(tmp_path / "no" / "o.csv")]) == 1


def test_neither_command_loads_dagster(table: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import sys; from orchestration.cli import main\n"
            f"status = main(['inequality', {str(table)!r}, '--output', "
            f"{str(tmp_path / 'o.csv')!r}])\n"
            "import warehouse.statistics.heat_export\n"
            "print(status, 'dagster' in sys.modules)",
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "0 False"
