"""Deliveries that go wrong in the ways they do: a clear word, and the store as it was."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from ingestion.delivered import rows as why
from ingestion.delivered import store
from ingestion.delivered.load import load_file
from ingestion.delivered.reading import FileRejected
from tests.delivered.test_load import everything
from tests.support import PROJECT_ROOT
from warehouse.errors import JamlikError
from warehouse.settings import Settings, load_settings

HEADER = "lopnr;ar;skolform;arskurs;boendekommun;skolkommun;kon;f15;f16"
ROWS = [f"{n};2024;HS;8;{2021 + 59 * (n % 2)};2080;{1 + n % 3};{1 + n % 5};2" for n in range(20)]
CANARY = "Karin Åström"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """A store that holds one good file."""
    settings = load_settings(data_dir=tmp_path / "data", surveys="delivered")
    load_file(text(tmp_path / "good.csv", HEADER, *ROWS), "lupp", settings)
    return settings


def text(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def changed(place: int, value: str) -> list[str]:
    """The good rows with another value in a column."""
    rows = [row.split(";") for row in ROWS]
    return [";".join([*row[:place], value, *row[place + 1 :]]) for row in rows]


def without(place: int, table: list[str]) -> list[str]:
    return [";".join(c for n, c in enumerate(row.split(";")) if n != place) for row in table]


REJECTED: dict[str, tuple[list[str], str]] = {
    "year in the municipality's column": ([HEADER, *changed(4, "2024")], why.UNKNOWN_AREA),
    "municipality in the year's column": ([HEADER, *changed(1, "2080")], why.OTHER_ROUND),
    "a round that the codebook does not know": ([HEADER, *changed(1, "2017")], why.OTHER_ROUND),
    "another region's municipality": ([HEADER, *changed(4, "1880")], why.OTHER_REGION),
    "no municipality at all": ([HEADER, *changed(4, "")], why.NO_AREA),
    "kind of school unknown": ([HEADER, *changed(2, "XX")], why.NO_SURVEY),
    "a required column renamed": (
        [HEADER.replace("boendekommun", "bostad"), *ROWS],
        "column area_id is missing; it may be called boendekommun, hemkommun",
    ),
    "a required column missing": (without(1, [HEADER, *ROWS]), "column round is missing"),
    "a column twice": ([HEADER.replace("f16", "F15"), *ROWS], "same name as an earlier one"),
    "header only": ([HEADER], "no rows below the header"),
    "no header": (ROWS, "same name as an earlier one"),
    "another delimiter": ([one.replace(";", "|") for one in (HEADER, *ROWS)], "no semicolon"),
    "a header with another delimiter than the rows": (
        [HEADER, *(row.replace(";", ",") for row in ROWS)],
        "1 fields instead of 9",
    ),
    "questions of another survey": (
        ["argang;ukommun;kalvikt;stress", "2021;2080;1,5;1"],
        "no codebook of lupp knows a question",
    ),
    "the same respondent everywhere": ([HEADER, *changed(0, "1")], why.SAME_PERSON),
    "a cell that is not closed": ([HEADER, *ROWS, f'1;2024;"{CANARY}'], "may have been cut"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_a_file_that_cannot_be_right_changes_nothing(
    tmp_path: Path, house: Settings, name: str
) -> None:
    lines, said = REJECTED[name]
    before = everything(house)
    with pytest.raises(FileRejected) as caught:
        load_file(text(tmp_path / "bad.csv", *lines), "lupp", house)
    assert said in caught.value.what and "bad.csv" in caught.value.what
    assert caught.value.remedy and CANARY not in str(caught.value)
    assert everything(house) == before


def reasons(house: Settings) -> dict[str, int]:
    with store.open_store("lupp", house) as con:
        return dict(con.execute("select reason, count(*) from rejection group by 1").fetchall())


def test_municipality_2021_and_year_2021_are_told_apart(tmp_path: Path, house: Settings) -> None:
    rows = [row.replace(";2024;", ";2021;") for row in ROWS]
    result = load_file(text(tmp_path / "f.csv", HEADER, *rows), "lupp", house)
    assert (result.rounds, result.areas, result.rows_kept) == ([2021], ["2021", "2080"], 20)


def test_a_row_cut_in_the_middle_is_left_out_and_the_rest_stays(
    tmp_path: Path, house: Settings
) -> None:
    path = text(tmp_path / "cut.csv", HEADER, *(row.replace(";HS;8", ";GY;2") for row in ROWS))
    path.write_bytes(path.read_bytes()[:-14])
    result = load_file(path, "lupp", house)
    assert (result.rows_read, result.rows_kept) == (20, 19)
    [reason] = result.reasons
    assert "fields instead of 9" in reason


def test_codes_outside_and_renamed_questions_are_counted(tmp_path: Path, house: Settings) -> None:
    lines = [HEADER.replace("f16", "q16"), *changed(7, "6")]
    lines = [line.replace(";HS;8", ";GY;2") for line in lines]
    result = load_file(text(tmp_path / "f.csv", *lines), "lupp", house)
    assert result.rows_kept == 20 and result.reasons == {why.BAD_CODE: 20}
    assert result.unknown_columns == ["q16"]
    with store.open_store("lupp", house) as con:
        found = con.execute(
            "select count(*), count(item_lupp_self_rated_health), count(item_lupp_sleep) "
            "from respondent where survey = 'gy'"
        ).fetchone()
    assert found == (20, 0, 0)


def test_numbers_that_begin_anew_for_each_school_form_are_other_people(
    tmp_path: Path, house: Settings
) -> None:
    rows = [row.replace(";HS;8", ";GY;2") for row in ROWS]
    result = load_file(text(tmp_path / "f.csv", HEADER, *ROWS, *rows), "lupp", house)
    assert (result.rows_kept, result.reasons) == (40, {})
    result = load_file(text(tmp_path / "f.csv", HEADER, *ROWS, *rows, rows[3]), "lupp", house)
    assert (result.rows_kept, result.reasons) == (40, {why.SAME_PERSON: 1})


def test_weights_that_are_none(tmp_path: Path) -> None:
    house = load_settings(data_dir=tmp_path / "data", surveys="delivered")
    weights = {"0": why.BAD_WEIGHT, "-1,5": why.BAD_WEIGHT, "": why.NO_WEIGHT, ".": why.NO_WEIGHT}
    weights |= {"inf": why.BAD_WEIGHT, "1e400": why.BAD_WEIGHT, CANARY: why.BAD_WEIGHT}
    lines = ["lopnr;argang;ukommun;kalvikt;stress"]
    lines += [f"{n};2021;2080;{weight};1" for n, weight in enumerate(weights)]
    lines += [f"{n};2021;2080;1,25;1" for n in range(100, 120)]
    result = load_file(text(tmp_path / "hlv.csv", *lines), "hlv", house)
    assert result.rows_kept == 20
    assert result.reasons == {why.BAD_WEIGHT: 5, why.NO_WEIGHT: 2}


def test_spss_without_value_labels_reads_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "argang": 2021.0,
            "ukommun": [2021.0, 2080.0] * 10,
            "kalvikt": np.linspace(0.5, 3, 20),
            "stress": [1.0, 0.0, 9.0, np.nan] * 5,
        }
    )
    found = []
    for labels in (None, {"stress": {0.0: "Nej", 1.0: "Ja", 9.0: "Inget svar"}}):
        house = load_settings(data_dir=tmp_path / f"data{labels is None}", surveys="delivered")
        path = tmp_path / "hlv.sav"
        missing = {"stress": [9]} if labels else None
        pyreadstat.write_sav(frame, str(path), variable_value_labels=labels, missing_ranges=missing)
        load_file(path, "hlv", house)
        with store.open_store("hlv", house) as con:
            found.append(
                con.execute(
                    "select * exclude (file_id) from respondent order by row_number"
                ).fetchall()
            )
    assert found[0] == found[1] and len(found[0]) == 20


def one_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(f"{HEADER}\n".encode())
        for _ in range(200):
            file.write(b"1;" * (1 << 19))


def one_header(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(200):
            file.write(b"f1;" * (1 << 18))


@pytest.mark.parametrize("write", [one_line, one_header])
def test_200_mb_of_one_line_end_soon_and_small(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    path = tmp_path / "line.csv"
    write(path)
    # 2 GB of addresses are what Python, DuckDB and Arrow take before they read a file, and some.
    limit = f"resource.setrlimit(resource.RLIMIT_AS, ({3 << 30}, {3 << 30}))"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import resource, sys; {limit}; from orchestration import cli; "
            f"status = cli.main(['ingest', 'lupp', {str(path)!r}]); "
            # What the kernel says of resource usage counts the process before `exec`, too.
            "print(*(one for one in open('/proc/self/status') if 'VmHWM' in one)); "
            "sys.exit(status)",
        ],
        cwd=PROJECT_ROOT,
        env={
            "JAMLIK_DATA_DIR": str(tmp_path / "data"),
            "JAMLIK_KEY_DIR": os.environ["JAMLIK_KEY_DIR"],
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr[-600:]
    assert "line.csv: a row is longer than" in done.stderr
    used = int(done.stdout.split()[-2]) / 1024
    assert used < 1500, "MiB at the peak"


def test_a_codebook_that_asks_for_columns_of_another_file(tmp_path: Path, house: Settings) -> None:
    before = everything(house)
    for codebook, said in (("hlv_microdata", "no codebook hlv_microdata"), ("x.yml", "cannot be")):
        with pytest.raises(JamlikError, match=said):
            load_file(text(tmp_path / "f.csv", HEADER, *ROWS[1:]), "lupp", house, codebook=codebook)
    assert everything(house) == before
