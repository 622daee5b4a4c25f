"""`jamlik area`: faults are named, nothing half-written, no Dagster loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli import main
from tests.support import PROJECT_ROOT
from warehouse.statistics.area_cli import KIND_NAMES
from warehouse.statistics.area_kinds import KINDS


def run(folder: Path, text: str, *options: str) -> tuple[int, Path]:
    source, output = folder / "in.csv", folder / "out.csv"
    source.write_text(text, encoding="utf-8")
    return main(["area", str(source), "--output", str(output), *options]), output


def test_kinds_of_the_command_are_those_there_are() -> None:
    assert tuple(KINDS) == KIND_NAMES


def test_labels_stay_as_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '\ufeffKommun,År,numerator,denominator\n"Älvdalen, ö",2023,007,50\nMora,,,20\n'
    status, output = run(tmp_path, text, "--kind", "proportion", "--multiplier", "100")
    assert status == 0, capsys.readouterr().err
    lines = output.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("Kommun,År,numerator,denominator,value,lower95_0cl,upper95_0cl,")
    assert lines[1].startswith('"Älvdalen, ö",2023,007,50,14.0')
    assert lines[2] == "Mora,,,20,,,,,,percentage,Wilson,numerator is missing"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


HEADER = "area,numerator,denominator\n"
BANDS = "".join(f"a,{age},10,1000\n" for age in range(0, 91, 5))


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("proportion", HEADER + "a,1,2\nb,x,2\n", 'row 3, column "numerator": must be a number'),
        (
            "proportion",
            HEADER + "a,3,2\n",
            "row 2: numerator 3 must not be larger than denominator 2",
        ),
        ("proportion", HEADER + "a,1,0\n", 'row 2, column "denominator": must be above 0, not "0"'),
        ("proportion", HEADER + 'a,"1,5",2\n', "with a point for decimals"),
        ("proportion", HEADER + "a,nan,2\n", "must be a finite number"),
        ("proportion", HEADER + "a,-1,2\n", 'row 2, column "numerator": must be at least 0'),
        ("proportion", HEADER + "a,1\n", "row 2: 2 cells, the header has 3"),
        ("proportion", HEADER, "no rows under the header"),
        ("proportion", "", "the file is empty"),
        ("proportion", "area,numerator\na,1\n", 'the column "denominator" is missing'),
        ("proportion", "numerator,denominator,numerator\n1,2,1\n", '"numerator" is there twice'),
        ("proportion", "value,numerator,denominator\n1,2,3\n", '"value" has the name of a result'),
        ("rate", HEADER + "a,4.5,20\n", "row 2: numerator 4.5 must be whole"),
        (
            "dsr",
            "area,ageband,count,pop\n" + BANDS.replace("a,90,10,1000\n", ""),
            "begins in row 2 lacks ages 90",
        ),
        ("dsr", "area,ageband,count,pop\n" + BANDS + "a,90+,1,5\n", "band from 90 is in row 20"),
        (
            "dsr",
            "area,ageband,count,pop\n" + BANDS.replace("a,5,", "a,six,"),
            "first age of the band",
        ),
        ("life_expectancy", "startage,pops,deaths\n0,1000,3\n2,500,1\n", "first ages are 0, 1, 5"),
        ("life_expectancy", "startage,pops,deaths\n0,10,30\n", "deaths 30 must not be larger"),
        ("funnel", "obs,denominator\n1,2\n", "either numerator with denominator or observed"),
        ("funnel", "obs,expected\n1.5,2\n", 'column "obs": must be a whole number'),
        ("trend", "year,value,lower,upper\n2020,5,6,7\n", "value 5 must lie between"),
        ("trend", "year,value\n2020,5\n", "the header needs either"),
    ],
)
def test_faults_are_named(
    kind: str, text: str, fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2, and the file of an earlier run stays as it was."""
    (tmp_path / "out.csv").write_text("earlier", encoding="utf-8")
    status, output = run(tmp_path, text, "--kind", kind)
    error = capsys.readouterr().err
    assert status == 2
    assert fault in error and error.startswith("jamlik: in.csv: ") and "Traceback" not in error
    assert output.read_text(encoding="utf-8") == "earlier"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--kind", "proportion", "--confidence", "30"], "not between 60 and 99.999"),
        (["--kind", "proportion", "--confidence", "nan"], "not between 60 and 99.999"),
        (["--kind", "proportion", "--multiplier", "-1"], "is not positive"),
        (["--kind", "proportion", "--by", "area"], "--by means nothing"),
        (["--kind", "proportion", "--worst", "low"], "--worst means nothing"),
        (["--kind", "funnel", "--by", "county"], 'no label column "county"'),
        (["--kind", "funnel", "--confidence", "95"], "--confidence means nothing"),
        (["--kind", "quantile"], "--worst high or --worst low"),
        (["--kind", "quantile", "--worst", "low", "--quantiles", "1"], "too small"),
        (["--kind", "quantile", "--worst", "low", "--quantiles", "0"], "too small"),
        (["--kind", "trend", "--confidence", "95", "99.8"], "one level"),
    ],
)
def test_options_are_refused_not_ignored(
    options: list[str], fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, output = run(tmp_path, HEADER + "a,1,2\n", *options)
    assert (status, output.exists()) == (2, False)
    assert fault in capsys.readouterr().err


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["area", str(tmp_path / "in.csv"), "--kind", "proportion", "--output"]
    assert main([*call, str(tmp_path / "out.csv")]) == 2
    (tmp_path / "in.csv").write_bytes("area,numerator,denominator\nÄlv,1,2\n".encode("latin-1"))
    assert main([*call, str(tmp_path / "out.csv")]) == 2
    assert "Save it as CSV in UTF-8" in capsys.readouterr().err
    (tmp_path / "in.csv").write_text(HEADER + "a,1,2\n", encoding="utf-8")
    assert main([*call, str(tmp_path / "in.csv")]) == 2
    assert main([*call, str(tmp_path / "no" / "out.csv")]) == 2
    error = capsys.readouterr().err
    assert "this is the input" in error and "No such file or directory" in error
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_levels_of_ones_own(tmp_path: Path) -> None:
    status, output = run(
        tmp_path, HEADER + "a,3,20\n", "--kind", "rate", "--confidence", "90", "99.95"
    )
    assert status == 0
    header, row = (line.split(",") for line in output.read_text().splitlines())
    found = dict(zip(header, row, strict=True))
    # Exact limits of 3 events at 90 %: 0.8176914 and 7.7536565 (chi-squared, 6 and 8 df, halved).
    assert float(found["lower90_0cl"]) == pytest.approx(0.817691447163953 / 20 * 1e5, rel=1e-12)
    assert float(found["upper90_0cl"]) == pytest.approx(7.75365652793273 / 20 * 1e5, rel=1e-12)
    assert float(found["lower99_95cl"]) < float(found["lower90_0cl"])


def test_groups_are_compared_apart(tmp_path: Path) -> None:
    text = "county,value\n20,1\n20,2\n21,5\n21,\n21,6\n"
    status, output = run(
        tmp_path,
        text,
        "--kind",
        "quantile",
        "--worst",
        "high",
        "--quantiles",
        "2",
        "--by",
        "county",
    )
    assert status == 0
    rows = [line.split(",") for line in output.read_text().splitlines()[1:]]
    assert [row[2] for row in rows] == ["2", "1", "2", "", "1"]
    assert rows[3][-1] == "value is missing"


def test_trend_is_widened_unless_told(tmp_path: Path) -> None:
    text = "year,value,lower,upper\n" + "".join(
        f"{2019 + t},{v},{v - 0.98},{v + 0.98}\n" for t, v in enumerate([10, 14, 12, 16, 14])
    )
    labels = []
    for options in ([], ["--sampling-error-only"]):
        _, output = run(tmp_path, text, "--kind", "trend", *options)
        header, row = (line.split(",") for line in output.read_text().splitlines())
        labels.append(dict(zip(header, row, strict=True))["recent_trend"])
    assert labels == ["No significant change", "Increasing"]


def test_no_dagster_and_no_database_for_other_commands(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(HEADER + "a,1,2\n", encoding="utf-8")
    call = ["area", str(tmp_path / "in.csv"), "--kind", "proportion"]
    call += ["--output", str(tmp_path / "out.csv")]
    script = f"""
import sys
from orchestration import cli
cli._parser()
assert "duckdb" not in sys.modules
assert cli.main({call!r}) == 0
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "duckdb" in loaded
    assert not {name for name in loaded if name.startswith(("dagster", "dbt", "dlt"))}
    assert (tmp_path / "out.csv").exists()
