"""Who withdraws is counted no more in `survey.estimate`, once it is built again."""

import csv
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb

from ingestion.delivered.store import read_store
from ingestion.elsa.withdrawal import withdraw
from tests.dbt_project.conftest import Dbt
from tests.surveys.conftest import ELSA_ITEMS, Surveys

TALKS = "round, area_id, grade, birth_country, family"


def counts(build: Path) -> Counter[tuple]:
    """Answers of girls and boys together per talk's group and item; 'all' in one group or more."""
    with duckdb.connect(str(build), read_only=True) as con:
        rows = con.execute(
            f"select item_id, {TALKS}, n from survey.estimate "
            "where source = 'elsa' and gender = 'T'"
        ).fetchall()
    return Counter({tuple(key): n for *key, n in rows})


def test_estimates_lose_exactly_the_answers_of_a_person_who_withdrew(
    surveys: Surveys, tmp_path: Path
) -> None:
    own = Surveys(tmp_path / "own")
    # Talks alone: what other surveys hold takes the time and is not what is asked.
    ignored = shutil.ignore_patterns("hlv*", "lupp*", "logs")
    shutil.copytree(surveys.folder, own.folder, ignore=ignored)
    before = counts(own.build)
    with surveys.files("elsa").joinpath("elsa_1.csv").open(encoding="utf-8-sig") as file:
        talks = Counter(row["personnummer"] for row in csv.DictReader(file, delimiter=";"))
    leaves = [number for number, n in talks.items() if n == 3][:20]
    (tmp_path / "list").write_text("\n".join(["personnummer", *leaves]))
    columns = ", ".join(f"item_elsa_{item} in (1, 2, 3, 4, 5)" for item in ELSA_ITEMS)
    sql = f"select talk_id, {TALKS.replace('family', 'residence')}, {columns} from respondent"

    def stored() -> set[tuple]:
        with read_store("elsa", own.settings) as con:
            con.execute("use elsa.raw_elsa")
            return set(con.execute(sql).fetchall())

    there = stored()
    withdraw(tmp_path / "list", own.settings, date(2025, 1, 1), sender="region")
    gone = there - stored()
    assert 40 < len(gone) <= 60
    raw = own.folder / "kolada.duckdb"
    done = Dbt(own.folder, raw).run(
        *("run", "--select", "+estimate,config.materialized:table"),
        JAMLIK_RESTRICTED_ELSA=str(own.settings.paths.restricted("elsa", "demo")),
        JAMLIK_SURVEY_ORIGIN="demo",
    )
    assert done.returncode == 0, done.stdout[-4000:]
    expected: Counter[tuple] = Counter()
    for _, year, area, grade, country, family, *answered in gone:
        for item, is_answered in zip(ELSA_ITEMS, answered, strict=True):
            for place in (area, "0020"):
                for groups in (
                    ("all", "all", "all"),
                    *((grade, "all", "all"), ("all", country, "all"), ("all", "all", family)),
                    *((grade, country, "all"), (grade, "all", family), ("all", country, family)),
                ):
                    expected[f"elsa_{item}", year, place, *groups] += bool(is_answered)
    assert before - counts(own.build) == +expected
