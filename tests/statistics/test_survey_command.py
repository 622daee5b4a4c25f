"""`jamlik share`: faults are named, nothing half-written, no Dagster loaded."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli import main
from tests.support import PROJECT_ROOT
from warehouse.statistics import survey_calibration

HEADER = "svar,vikt,stratum,skola,antal,elever,kommun\n"
ROWS = (
    "ja,2,a,1,4,5,Älvdalen\nnej,2,a,2,4,9,Mora\n,3,a,1,4,5,Mora\n"
    "1,1.5,b,3,7,8,\n0,1.5,b,4,7,6,Mora\n"
)
OPTIONS = ("--outcome", "svar", "--weight", "vikt")
STRATA = ("--stratum", "stratum")
CLUSTERS = ("--cluster", "skola", "--population", "antal,elever")


def run(folder: Path, text: str, *options: str, margins: str = "") -> tuple[int, Path]:
    source, output = folder / "in.csv", folder / "out.csv"
    source.write_text(text, encoding="utf-8")
    arguments = ["share", str(source), "--output", str(output), *OPTIONS, *options]
    if margins:
        (folder / "margins.csv").write_text(margins, encoding="utf-8")
        arguments += ["--calibrate", str(folder / "margins.csv")]
    return main(arguments), output


def test_all_margins_with_labels_as_written(tmp_path: Path) -> None:
    status, output = run(
        tmp_path, "\ufeff" + HEADER + ROWS, *STRATA, *CLUSTERS, "--by", "kommun,skola"
    )
    assert status == 0
    with output.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        *("kommun", "skola", "n", "n_yes", "estimate", "se", "df"),
        *("ci_lower", "ci_upper", "ci_method", "n_eff", "reason"),
    ]
    found = {(row["kommun"], row["skola"]): row for row in rows}
    # Nobody has answered for Mora's school 1; the person without a kommun is in no kommun.
    assert set(found) == {
        *(("", ""), ("", "1"), ("", "2"), ("", "3"), ("", "4")),
        *(("Mora", ""), ("Mora", "2"), ("Mora", "4"), ("Älvdalen", ""), ("Älvdalen", "1")),
    }
    everyone = found["", ""]
    assert (everyone["n"], everyone["n_yes"], everyone["df"]) == ("4", "2", "2")
    assert float(everyone["estimate"]) == pytest.approx(3.5 / 7)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.parametrize("method", ["logit", "korn_graubard", "simple"])
def test_methods_are_named_in_the_output(tmp_path: Path, method: str) -> None:
    status, output = run(tmp_path, HEADER + ROWS, *STRATA, "--method", method)
    assert status == 0
    assert f",{method}," in output.read_text(encoding="utf-8")


def test_confidence_widens(tmp_path: Path) -> None:
    limits = []
    for confidence in ("80", "95", "99.8"):
        _, output = run(tmp_path, HEADER + ROWS, "--confidence", confidence)
        with output.open(encoding="utf-8", newline="") as file:
            [row] = csv.DictReader(file)
        limits.append(float(row["ci_lower"]))
    assert limits[0] > limits[1] > limits[2] > 0


MARGINS = "stratum,N\na,10\nb,14\n"


@pytest.mark.parametrize(
    ("text", "options", "margins", "fault"),
    [
        ("", (), "", "in.csv: the file is empty"),
        (HEADER, (), "", "no rows under the header"),
        ("svar\nja\n", (), "", 'the column "vikt" is missing'),
        (HEADER + "ja,0,a,1,4,5,x\n", (), "", 'row 2, column "vikt": must be above 0, not "0"'),
        (HEADER + "ja,-1,a,1,4,5,x\n", (), "", 'row 2, column "vikt": must be at least 0'),
        (HEADER + "ja,,a,1,4,5,x\n", (), "", 'row 2, column "vikt": must not be empty'),
        (HEADER + "ja,två,a,1,4,5,x\n", (), "", 'column "vikt": must be a number, with a point'),
        (HEADER + "ja,1e-9,a,1,4,5,x\n", (), "", "must be from 1e-06 to 1e+12"),
        (HEADER + "ja,1e300,a,1,4,5,x\n", (), "", "must be from 1e-06 to 1e+12"),
        (HEADER + "8,1,a,1,4,5,x\n", (), "", 'row 2, column "svar": must be 1 or 0, yes or no'),
        (HEADER + ",1,a,1,4,5,x\n", (), "", 'column "svar": nobody has answered'),
        (HEADER + ROWS, ("--stratum", "lan"), "", 'in.csv has no column "lan"'),
        (HEADER + ROWS, ("--by", "kommun,kommun"), "", "each once"),
        (HEADER + ROWS, ("--population", "antal,elever"), "", "1 columns without --cluster"),
        (HEADER + ROWS, ("--population", "vikt"), "", "name one column twice"),
        (HEADER + ROWS, ("--confidence", "100"), "", "is not from 60 to 99.99"),
        (HEADER + "ja,1,,1,4,5,x\n", STRATA, "", 'row 2, column "stratum": must not be empty'),
        (
            HEADER + "ja,1,a,1,4,5,x\nja,1,b,1,4,5,x\n",
            (*STRATA, "--cluster", "skola"),
            "",
            'row 3, column "skola": the cluster is in stratum number 1 in row 2, here number 2',
        ),
        (
            HEADER + "ja,1,a,1,4,5,x\nja,1,a,2,5,5,x\n",
            (*STRATA, "--population", "antal"),
            "",
            'row 3, column "antal": the same unit has 4 in row 2, here 5',
        ),
        (
            HEADER + "ja,1,a,1,1,5,x\nja,1,a,2,1,5,x\n",
            (*STRATA, "--population", "antal"),
            "",
            'row 2, column "antal": 1 is less than the 2 that were drawn',
        ),
        (
            HEADER + "ja,1,a,1,1,1,x\nja,1,a,1,1,1,x\n",
            CLUSTERS,
            "",
            'row 2, column "elever": 1 is less than the 2 that were drawn',
        ),
        (HEADER + ROWS, (), "stratum,N\na,10\n", 'row 5, column "stratum": b has no total'),
        (HEADER + ROWS, (), MARGINS + "c,3\n", 'margins.csv: column "stratum": nobody'),
        (HEADER + ROWS, (), MARGINS + "b,3\n", "margins.csv: row 4: b has a total already"),
        (HEADER + ROWS, (), MARGINS + ",3\n", "margins.csv: row 4: names no category"),
        (HEADER + ROWS, (), "stratum,N\na,-1\nb,2\n", 'row 2, column "N": must be above 0'),
        (HEADER + ROWS, (), "lan,N\na,1\n", 'in.csv has no column "lan"'),
        (
            HEADER + ROWS,
            (),
            "stratum,skola,N\na,,10\nb,,14\n,1,5\n,2,5\n,3,5\n,4,5\n",
            "the totals of skola add up to 20, those of stratum to 24",
        ),
        (
            HEADER + ROWS,
            (),
            "stratum,skola,N\na,,10\nb,,14\n,1,2\n,2,2\n,3,10\n,4,10\n",
            "no weights of this sample meet all totals",
        ),
        (
            HEADER.replace("kommun", "kön") + ROWS.replace(",\n", ",Mora\n"),
            (),
            "stratum,kön,N\na,,10\nb,,14\n,Mora,8\n,Älvdalen,16\n",
            "linear calibration makes weights of 0 or below",
        ),
    ],
)
def test_wrong_input_is_named_and_nothing_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    options: tuple[str, ...],
    margins: str,
    fault: str,
) -> None:
    status, output = run(tmp_path, text, *options, margins=margins)
    error = capsys.readouterr().err
    assert fault in error
    assert (status, output.exists()) == (2, False)
    assert "Traceback" not in error
    kept = {"in.csv", "margins.csv"} if margins else {"in.csv"}
    assert {path.name for path in tmp_path.iterdir()} == kept


def test_margins_of_too_many_groups_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey_calibration, "MOST_GROUPS", 1)
    status, output = run(tmp_path, HEADER + ROWS, margins=MARGINS)
    assert (status, output.exists()) == (2, False)
    assert "into 2 groups" in capsys.readouterr().err


def test_the_input_is_never_the_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out.csv").write_text(HEADER + ROWS, encoding="utf-8")
    arguments = ["share", str(tmp_path / "out.csv"), "--output", str(tmp_path / "out.csv")]
    assert main([*arguments, *OPTIONS]) == 2
    assert "this is an input" in capsys.readouterr().err
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == HEADER + ROWS


def test_a_label_column_with_the_name_of_a_result_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _ = run(tmp_path, HEADER.replace("kommun", "n") + ROWS, "--by", "n")
    assert status == 2
    assert "has the name of a result" in capsys.readouterr().err


def test_linear_calibration_and_raking_meet_the_totals(tmp_path: Path) -> None:
    """The share of a margin's own category is then known, and has no error."""
    text = "svar,vikt,kön\n" + "1,2,K\n0,3,M\n" * 8 + "1,1,M\n0,4,K\n" * 5
    for method in ("linear", "raking"):
        status, output = run(
            tmp_path,
            text,
            "--calibration",
            method,
            margins="svar,kön,N\n1,,40\n0,,60\n,K,55\n,M,45\n",
        )
        assert status == 0
        with output.open(encoding="utf-8", newline="") as file:
            [row] = csv.DictReader(file)
        assert float(row["estimate"]) == pytest.approx(0.4, abs=1e-9)
        assert float(row["ci_upper"]) == float(row["estimate"])
        assert row["ci_method"] == "no_sampling_error"


def test_without_dagster(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(HEADER + ROWS, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import sys\nfrom orchestration.cli import main\n"
            "status = main(sys.argv[1:])\nprint(status, 'dagster' in sys.modules)",
            *("share", str(tmp_path / "in.csv"), "--output", str(tmp_path / "out.csv"), *OPTIONS),
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "0 False"
