"""A small build file with survey marts, made from generated persons, its contracts and release."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb

from tests.publish.support import NOW, contracts, info, make_build, query
from warehouse.publish import ColumnContract, Publication, TableContract, publish
from warehouse.settings import Settings

AREAS = ("2021", "2023", "2026", "2029")
COUNTY = "0020"
BREAKDOWNS = ("age_group", "grade", "education", "birth_country", "income", "family")
KEY = ("source", "round", "survey", "basis", "item_id", "area_id", "gender", *BREAKDOWNS)
_KEY_COLUMNS = "source string, round int, survey string, basis string, item_id string, " + (
    "area_id string, gender string, " + ", ".join(f"{name} string" for name in BREAKDOWNS)
)
MARTS = {
    "survey.estimate": (
        f"{_KEY_COLUMNS}, answer string, n bigint, n_yes bigint, share_pct double, "
        "ci_lower_pct double, reason string, is_demonstration boolean",
        KEY,
    ),
    "survey.difference": (
        f"{_KEY_COLUMNS}, benchmark string, benchmark_round int, n bigint, "
        "benchmark_share_pct double, p_value double, q_value double, is_demonstration boolean",
        (*KEY, "benchmark"),
    ),
    "survey.response": (
        "source string, round int, survey string, basis string, area_id string, "
        "n_answers bigint, n_invited bigint, is_demonstration boolean",
        ("source", "round", "survey", "basis", "area_id"),
    ),
    "quality.source_round": (
        "source string, round int, survey string, n_answers bigint, response_rate_pct double",
        ("source", "round", "survey"),
    ),
}
# Persons by area, gender, grade: what is left of a municipality in a category is 2 to 60 persons.
PERSONS = """
select
    a.area_id, g.gender, r.grade, i as person,
    ['SE', 'abroad'][1 + (i % 7 = 0)::int] as birth_country,
    hash(i, a.area_id, g.gender, r.grade, {seed}) as chance
from (values ('2021', 12), ('2023', 60), ('2026', 45), ('2029', 33)) as a(area_id, size),
    (values ('K', 0), ('M', 3), ('A', 40)) as g(gender, less),
    (values ('8', 0), ('9', 4)) as r(grade, fewer),
    range(70) as t(i)
where i < a.size - g.less - r.fewer
"""
ITEMS = {"lupp_sleep": 70, "lupp_bullied": 9}
# Persons who are left out of the answers, up to a number.
MANY = "area_id = '2023' and birth_country = 'SE' and gender <> 'A' and person between 20 and "


def protected_contracts(*sources: str) -> list[TableContract]:
    """The small build's contracts, with the survey marts, made from lupp and more sources."""
    added = []
    for full_name, (columns, key) in MARTS.items():
        schema, name = full_name.split(".")
        parts = [text.split(" ") for text in columns.split(", ")]
        added.append(
            TableContract(
                schema,
                name,
                f"One row per {', '.join(key)}.",
                tuple(
                    ColumnContract(column, kind, f"{column}.", column not in key, column in key)
                    for column, kind in parts
                ),
                key,
                key,
                people=("lupp", *sources),
            )
        )
    return [*contracts(), *added]


def make_people(
    settings: Settings, *, seed: int = 1, more: str = "", rounds: tuple[int, ...] = (2024,)
) -> Path:
    """Write the build file anew.

    Args:
        settings: Where.
        seed: Of the answers.
        more: A condition on persons that are left out ("gender = 'K' and person < 6"), in the
            last round.
        rounds: Years.
    """
    path = make_build(settings)
    with duckdb.connect(str(path)) as con:
        con.execute("delete from core.dim_area where area_id = '0020'")
        con.execute("create schema survey")
        con.execute(
            "insert into core.dim_area values "
            + ", ".join(f"('{area}', '{area}', 'municipality', '0020', true)" for area in AREAS)
            + f", ('{COUNTY}', 'County', 'county', null, true)"
        )
        con.execute(
            "create table answer (round int, item_id varchar, area_id varchar, "
            "gender varchar, grade varchar, birth_country varchar, is_yes boolean)"
        )
        for year in rounds:
            left_out = f"not ({more})" if more and year == rounds[-1] else "true"
            for item, percent in ITEMS.items():
                con.execute(
                    f"insert into answer select {year}, '{item}', area_id, gender, grade, "
                    f"birth_country, hash(chance, '{item}') % 100 < {percent} "
                    f"from ({PERSONS.format(seed=seed + year)}) where {left_out}"
                )
        _make_marts(con)
        con.execute("drop table answer")
    return path


def _make_marts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create table survey.estimate as select 'lupp' as source, round, 'hs' as survey, "
        "'home' as basis, item_id, coalesce(area_id, '0020') as area_id, "
        "coalesce(gender, 'T') as gender, 'all' as age_group, coalesce(grade, 'all') as grade, "
        "'all' as education, coalesce(birth_country, 'all') as birth_country, 'all' as income, "
        "'all' as family, 'Ja' as answer, count(*) as n, count(*) filter (is_yes) as n_yes, "
        "100.0 * n_yes / n as share_pct, share_pct - 1 as ci_lower_pct, "
        "null::varchar as reason, true as is_demonstration from answer group by round, item_id, "
        "cube(area_id, gender, grade, birth_country) "
        "having grouping(grade) + grouping(birth_country) > 0"
    )
    same = " and ".join(f"a.{name} = b.{name}" for name in KEY if name != "area_id")
    con.execute(
        f"create table survey.difference as select {', '.join(f'a.{name}' for name in KEY)}, "
        "'county' as benchmark, a.round as benchmark_round, a.n, "
        "b.share_pct as benchmark_share_pct, a.n / 1000.0 as p_value, a.n / 100.0 as q_value, "
        f"true as is_demonstration from survey.estimate as a join survey.estimate as b on {same} "
        "and b.area_id = '0020' where a.area_id <> '0020'"
    )
    con.execute(
        "create table survey.response as select source, round, survey, basis, area_id, "
        "n as n_answers, n + 100 as n_invited, is_demonstration from survey.estimate "
        "where item_id = 'lupp_sleep' and gender = 'T' and grade = 'all' and birth_country = 'all'"
    )
    con.execute(
        "create table quality.source_round as select source, round, survey, n_answers, "
        "50.0::double as response_rate_pct from survey.response where area_id = '0020'"
    )
    for full_name, (columns, _) in MARTS.items():
        for text in columns.split(", "):
            name, kind = text.split(" ")
            con.execute(f"alter table {full_name} alter {name} type {kind}")


def add_source(path: Path, source: str) -> None:
    """Give another source the same answers."""
    with duckdb.connect(str(path)) as con:
        for mart in MARTS:
            con.execute(
                f"insert into {mart} select * replace ('{source}' as source) from {mart} "
                "where source = 'lupp'"
            )


def without_key(name: str) -> list[TableContract]:
    """The contracts with one mart that no rule knows, made from the same people."""
    tables = protected_contracts()
    known = next(table for table in tables if table.full_name == "survey.response")
    return [*tables, replace(known, name=name)]


def release(settings: Settings, days: int = 0) -> Publication:
    """Publish what is built, some days after the first release."""
    return publish(settings, protected_contracts(), info=info(), now=NOW + timedelta(days=days))


def published(settings: Settings, sql: str) -> list[tuple]:
    """What a reader gets."""
    return query(settings.paths.published / "jamlik.duckdb", sql)
