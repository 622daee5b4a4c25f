"""A delivered file into the warehouse: what is kept, what is left out, what is never half there."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.delivered import rows as why
from ingestion.delivered import store
from ingestion.delivered.inbox import take
from ingestion.delivered.load import LoadResult, load_file
from ingestion.delivered.reading import FileRejected
from ingestion.delivered.state import survey_state
from tests.delivered.test_codebook import BOOK, write
from tests.support import PROJECT_ROOT
from warehouse.sealed.errors import KeyMissing
from warehouse.settings import Settings, load_settings

HEADER = "lopnr;ar;kommun;vikt;f1;f2"
WEIGHTED = BOOK.replace(
    "weight: {constant: 1}", "weight: {from: vikt, as: weight}\n  respondent: {from: lopnr}"
).replace(
    "items:\n",
    "items:\n  - {item: b, from: F2, question: Hur, options: {1: Ja, 0: Nej}, positive: [1]}\n",
)


@pytest.fixture
def book(tmp_path: Path) -> str:
    return str(write(tmp_path, WEIGHTED))


def load(folder: Path, house: Settings, book: str, *lines: str, name: str = "f.csv") -> LoadResult:
    path = folder / name
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return load_file(path, "lupp", house, codebook=book)


def respondents(house: Settings) -> list[tuple]:
    with store.open_store("lupp", house) as con:
        return con.execute(
            "select row_number, round, area_id, weight, item_a, item_b from respondent order by 1"
        ).fetchall()


def reasons(house: Settings) -> list[tuple]:
    with store.open_store("lupp", house) as con:
        return con.execute(
            "select row_number, column_name, item_id, reason, is_row from rejection order by all"
        ).fetchall()


def everything(house: Settings) -> list[tuple]:
    with store.open_store("lupp", house) as con:
        tables = ("respondent", "file_item", "codebook_item", "codebook_option", "rejection")
        return [
            row
            for table in tables
            for row in con.execute(f"select '{table}', * from {table} order by all").fetchall()
        ]


def test_rows_are_kept_or_left_out_with_their_reason(
    tmp_path: Path, house: Settings, book: str
) -> None:
    result = load(
        tmp_path,
        house,
        book,
        *("1;2024;2080;1,5;1;1", "2;2024;Falu kommun;2;BRA;Nej", "3;2024;2021;0,5;9;."),
        *("4;2024;2080;1;7;1", "5;;2080;1;1;1", "6;2023;2080;1;1;1", "7;2024;;1;1;1"),
        *("8;2024;0000;1;1;1", "9;2024;0180;1;1;1", "10;2024;2080;;1;1", "11;2024;2080;0;1;1"),
        *("12;2024;2080;-1;1;1", "13;2024;2080;x;1;1", "1;2024;2080;1;1;1"),
        *(f"{number};2024;2029;1;2;0" for number in range(20, 40)),
    )
    assert respondents(house)[:4] == [
        (2, 2024, "2080", 1.5, 1, 1),
        (3, 2024, "2080", 2.0, 1, 0),
        (4, 2024, "2021", 0.5, 9, None),
        (5, 2024, "2080", 1.0, None, 1),
    ]
    assert reasons(house) == [
        (5, "f1", "a", why.BAD_CODE, False),
        (6, None, None, why.NO_ROUND, True),
        (7, None, None, why.OTHER_ROUND, True),
        (8, None, None, why.NO_AREA, True),
        (9, None, None, why.UNKNOWN_AREA, True),
        (10, None, None, why.OTHER_REGION, True),
        (11, None, None, why.NO_WEIGHT, True),
        (12, None, None, why.BAD_WEIGHT, True),
        (13, None, None, why.BAD_WEIGHT, True),
        (14, None, None, why.BAD_WEIGHT, True),
        (15, None, None, why.SAME_PERSON, True),
    ]
    assert (result.rows_read, result.rows_kept) == (34, 24)
    with store.open_store("lupp", house) as con:
        asked = con.execute("select item_id, column_name, n_answers from file_item order by 1")
        assert asked.fetchall() == [("a", "f1", 23), ("b", "f2", 23)]


ROWS = [
    f"{number};2024;{area};1;{number % 3};{number % 2}"
    for number, area in enumerate([2080, 2021] * 6)
]


@given(order=st.permutations(range(6)))
@hypothesis_settings(max_examples=8, deadline=None)
def test_the_order_of_columns_means_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    house = load_settings(data_dir=folder / "data", surveys="delivered")
    table = [line.split(";") for line in (HEADER, *ROWS)]
    path = folder / "f.csv"
    path.write_text(
        "\n".join(";".join(row[place] for place in order) for row in table), encoding="utf-8"
    )
    load_file(path, "lupp", house, codebook=str(write(folder, WEIGHTED)))
    assert [row[2:] for row in respondents(house)] == [
        (area, 1.0, [None, 1, 2][number % 3], number % 2)
        for number, area in enumerate(["2080", "2021"] * 6)
    ]


def test_the_same_file_twice_changes_nothing_and_a_corrected_one_replaces(
    tmp_path: Path, house: Settings, book: str
) -> None:
    load(tmp_path, house, book, *ROWS)
    before = everything(house)
    assert load(tmp_path, house, book, *ROWS, name="again.csv").status == "unchanged"
    assert everything(house) == before
    corrected = load(tmp_path, house, book, *ROWS[:-1], "11;2024;2021;1;1;1;", name="new.csv")
    assert corrected.rows_kept == 11, "the last row has a field too many"
    assert len(corrected.replaced) == 1
    assert len(respondents(house)) == 11
    with store.open_store("lupp", house) as con:
        books = con.execute(
            "select status, rows_read, rows_kept, replaced_by from load order by 2, 1"
        )
        assert books.fetchall() == [
            ("loaded", 12, 11, None),
            ("replaced", 12, 12, corrected.file_id),
        ]
    assert load(tmp_path, house, book, *ROWS, name="back.csv").status == "loaded"
    assert len(respondents(house)) == 12


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER.replace("kommun", "plats") + "\n1;2024;2080;1;1;1\n", "area_id is missing"),
        (HEADER + "\n1;2080;2080;1;1;1\n2;2080;2080;1;1;1\n", f"2 of 2 rows.*{why.OTHER_ROUND}: 2"),
        (HEADER + "\n1;2024;2025;1;1;1\n", why.UNKNOWN_AREA),
        (HEADER + "\n" + "1;2024;2080\n" * 3, "3 fields instead of 6: 3"),
    ],
)
def test_a_rejected_file_leaves_the_warehouse_as_it_was(
    tmp_path: Path, house: Settings, book: str, text: str, said: str
) -> None:
    load(tmp_path, house, book, *ROWS)
    before = everything(house)
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRejected, match=said):
        load_file(path, "lupp", house, codebook=book)
    assert everything(house) == before
    with store.open_store("lupp", house) as con:
        rejected = con.execute("select file_name, reason from load where status = 'rejected'")
        [(name, reason)] = rejected.fetchall()
    assert name == "bad.csv" and reason


def test_a_codebook_is_chosen_by_the_files_columns(tmp_path: Path, house: Settings) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(FileRejected, match="no codebook of hlv knows a question"):
        load_file(path, "hlv", house)
    path.write_text("argang;kon;ukommun;KALVIKT;stress\n2021;2;2080;1,5;1\n", encoding="utf-8")
    assert load_file(path, "hlv", house).codebook.codebook == "hlv_microdata"
    with store.open_store("hlv", house) as con:
        one = con.execute("select gender, area_id, weight, item_hlv_stress from respondent")
        assert one.fetchall() == [("K", "2080", 1.5, 1)]


def test_only_the_owner_may_open_the_store(tmp_path: Path, house: Settings, book: str) -> None:
    load(tmp_path, house, book, *ROWS)
    path = house.paths.restricted("lupp", "delivered")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_killed_in_the_middle_the_old_state_stands(
    tmp_path: Path, house: Settings, book: str
) -> None:
    load(tmp_path, house, book, *ROWS)
    before = everything(house)
    big = tmp_path / "big.csv"
    with big.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        file.writelines(f"{number};2024;2080;1;1;1\n" for number in range(2_000_000))
    path = house.paths.restricted("lupp", "delivered")
    child = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "ingest", "lupp", str(big), "--codebook", book],
        cwd=PROJECT_ROOT,
        env={**os.environ, "JAMLIK_DATA_DIR": str(house.data_dir), "SURVEYS": "delivered"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    working = path.with_name(f".{path.name}.working")
    size = path.stat().st_size
    deadline = time.monotonic() + 60
    while not working.exists() or working.stat().st_size <= size:
        assert child.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert everything(house) == before


def test_the_inbox_is_taken_moved_and_reported(tmp_path: Path, house: Settings) -> None:
    inbox = house.paths.inbox("hlv")
    inbox.mkdir(parents=True)
    header = "argang;kon;ukommun;kalvikt;stress;egen\n"
    good = f"{header}2021;2;2080;1,5;1;3\n2021;1;2080;2;1;3\n2021;1;2080;x;1;4\n"
    (inbox / "b.csv").write_text(good, encoding="cp1252")
    (inbox / "a.csv").write_text("argang;ukommun\nKarin Åström;1\n", encoding="utf-8")
    (inbox / ".half.csv").write_text("x", encoding="utf-8")
    taken = take("hlv", house, settle=0)
    assert [(one.result.file_name, one.result.status) for one in taken] == [
        ("a.csv", "rejected"),
        ("b.csv", "loaded"),
    ]
    assert {path.name for path in inbox.iterdir()} == {"done", "rejected", ".half.csv"}
    report = (inbox / "done" / "b.csv.report.txt").read_text(encoding="utf-8")
    assert "2 of 3 rows (2021)" in report and "1 x the weight is no number above 0" in report
    assert "not stored: egen" in report
    refusal = (inbox / "rejected" / "a.csv.report.txt").read_text(encoding="utf-8")
    assert refusal.startswith("REJECTED") and "Åström" not in refusal
    (inbox / "b.csv").write_text(good, encoding="cp1252")
    assert [one.result.status for one in take("hlv", house, settle=0)] == ["unchanged"]
    assert (inbox / "done" / "b.2.csv").exists()


def test_a_file_that_still_grows_is_left(tmp_path: Path, house: Settings) -> None:
    path = house.paths.inbox("hlv") / "f.csv"
    path.parent.mkdir(parents=True)
    growing = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import time\nwith open({str(path)!r}, 'w') as f:\n"
            "  for _ in range(60): f.write('x'); f.flush(); time.sleep(0.05)",
        ]
    )
    while not path.exists():
        time.sleep(0.01)
    assert take("hlv", house, settle=0.5) == []
    growing.kill()
    growing.wait()
    assert path.exists()


def test_round_sizes_replace_each_other_and_errors_give_the_line(
    tmp_path: Path, house: Settings
) -> None:
    path = tmp_path / "rounds.yml"
    entry = "  - {round: 2024, survey: hs, municipality: %s, invited: %d, answered: %d}\n"
    path.write_text("rounds:\n" + entry % ("2080", 100, 90) + entry % ("Mora", 50, 40))
    assert load_file(path, "lupp", house).rows_kept == 2
    path.write_text("rounds:\n" + entry % ("2080", 100, 91))
    load_file(path, "lupp", house)
    with store.open_store("lupp", house) as con:
        found = con.execute("select round, survey, area_id, invited, answered from round_size")
        assert found.fetchall() == [(2024, "hs", "2080", 100, 91)]
    for text, said in (
        (entry % ("2080", 10, 11), "line 2: more answered than were invited"),
        (entry % ("2080", 20, 11) + entry % ("Atlantis", 20, 11), "line 3: no municipality"),
        (entry % ("2080", 20, 11) * 2, "a second time"),
        (entry % ("0180", 20, 11), "outside the region"),
        (entry.replace("hs", "xx") % ("2080", 20, 11), "line 2"),
    ):
        path.write_text("rounds:\n" + text)
        with pytest.raises(FileRejected, match=said):
            load_file(path, "lupp", house)


def test_nothing_spills_and_readers_keep_their_state(house: Settings) -> None:
    with store.open_store("lupp", house):
        pass
    with store.open_store("lupp", house) as con:
        assert con.execute("select current_setting('temp_directory')").fetchone() == ("",)
        con.execute("insert into unknown_column values ('f', 'c')")
        with store.read_store("lupp", house) as reader:
            assert reader.execute("select * from raw_lupp.unknown_column").fetchall() == []
    with store.read_store("lupp", house) as reader:
        assert len(reader.execute("select * from raw_lupp.unknown_column").fetchall()) == 1


def test_without_deliveries_there_is_no_file_and_no_key_is_needed(
    house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAMLIK_KEY_DIR")
    bare = load_settings(data_dir=house.data_dir, surveys="delivered")
    with store.read_store("lupp", bare) as con:
        assert con.execute("select count(*) from raw_lupp.load").fetchone() == (0,)
    assert survey_state(bare) == "" and not bare.paths.restricted("lupp", "delivered").exists()
    with pytest.raises(KeyMissing), store.open_store("lupp", bare):
        pass
