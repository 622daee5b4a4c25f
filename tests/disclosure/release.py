"""Small releases of our own: a DuckDB file and disclosure.json, as a publisher would give out."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from scipy import sparse

from warehouse.attack.knowledge import open_cells, peel
from warehouse.attack.people import People, gather
from warehouse.attack.public_rules import read_rules
from warehouse.attack.rows import read_grids
from warehouse.disclosure.protect import protect
from warehouse.disclosure.rules import Rules
from warehouse.tables.counts import NO_CATEGORY, CountTable, Flags, Ints

THRESHOLD = 5
COUNTY = "0020"
TOWNS = ("2021", "2023", "2026")
KEY = ("source", "round", "survey", "basis", "item_id", "area_id")
SPLITS = {"gender": "T", "age_group": "all", "education": "all"}
# Categories; the last of gender and education is published in totals only. One is called as people
# in no category might be.
CATEGORIES = {
    "area_id": TOWNS,
    "gender": ("K", "M", "A"),
    "age_group": ("16-44", "45-84", "85+"),
    "education": ("pre", "other", "unknown"),
}
PUBLISHED = {
    "gender": ("K", "M"),
    "age_group": CATEGORIES["age_group"],
    "education": ("pre", "other"),
}
BY_AGE = {"areas": ["municipality", "county"], "by": ["gender", "age_group"], "others": ["gender"]}
BY_EDUCATION = {
    "areas": ["county"],
    "by": ["gender", "education"],
    "others": ["gender", "education"],
}

Cell = tuple[str, ...]


@dataclass
class Release:
    """What is published: rows of survey.estimate by their key, and the rules.

    Args:
        rows: Per item, area, gender, age group and education: base and part.
        hidden: Cells without a part, and those without a base either.
        rules: disclosure.json.
        more: Further columns of survey.estimate, and further tables, as SQL.
    """

    rows: dict[Cell, tuple[int, int]]
    rules: dict[str, Any]
    hidden: set[Cell] = field(default_factory=set)
    without_base: set[Cell] = field(default_factory=set)
    more: list[str] = field(default_factory=list)

    def write(self, folder: Path, *after: str) -> Path:
        """The folder; `after` is SQL that the publisher ought not to have run."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "jamlik.duckdb").unlink(missing_ok=True)
        (folder / "disclosure.json").write_text(json.dumps(self.rules))
        with duckdb.connect(str(folder / "jamlik.duckdb")) as con:
            con.execute("create schema core; create schema survey")
            con.execute("create table core.dim_area (area_id varchar, area_type varchar)")
            areas = [(COUNTY, "county"), *((town, "municipality") for town in TOWNS)]
            con.executemany("insert into core.dim_area values (?, ?)", areas)
            con.execute(
                "create table survey.estimate (source varchar, round integer, survey varchar, "
                "basis varchar, item_id varchar, area_id varchar, gender varchar, "
                "age_group varchar, education varchar, n bigint, n_yes bigint, "
                "share_pct double, ci_lower_pct double, ci_method varchar, is_suppressed boolean)"
            )
            rows = [self._row(cell, *counts) for cell, counts in sorted(self.rows.items())]
            places = ", ".join("?" for _ in rows[0])
            con.execute(
                "insert into survey.estimate select 'hlv', 2024, 'adults', 'home', * from (values "
                + ", ".join(f"({places})" for _ in rows)
                + ")",
                [value for row in rows for value in row],
            )
            for statement in (*self.more, *after):
                con.execute(statement)
        return folder

    def _row(self, cell: Cell, n: int, n_yes: int) -> tuple[object, ...]:
        is_hidden = cell in self.hidden or cell in self.without_base
        base = None if cell in self.without_base else n
        if is_hidden:
            return (*cell, base, None, None, None, "none", True)
        share = 100 * n_yes / n if n else 0.0
        method = "clopper_pearson_kish" if n_yes < 10 else "logit"
        return (*cell, n, n_yes, share, share / 2, method, False)


def rules_of(*tables: dict[str, Any], **more: Any) -> dict[str, Any]:
    """disclosure.json for tables of survey.estimate."""
    whole = {"mart": "survey.estimate", "where": {"source": "hlv", "basis": "home"}}
    columns = {"each": ["round", "survey", "item_id"], "n": "n", "parts": ["n_yes"]}
    return {
        "version": 1,
        "sources": {"hlv": {"threshold": THRESHOLD, "base": THRESHOLD}},
        "tables": [whole | columns | table for table in tables],
        **more,
    }


def people(seed: int, expected: float = 14.0) -> Ints:
    """Counts by area, gender, age group, education and answer (yes, no)."""
    random = np.random.default_rng(seed)
    sizes = [len(found) for found in CATEGORIES.values()]
    size = random.uniform(0.2, 1.8, size=(sizes[0], 1, 1, 1, 1))
    gender = np.array([1.0, 1.0, 0.3]).reshape(1, 3, 1, 1, 1)
    education = np.array([1.0, 1.0, 0.15]).reshape(1, 1, 1, 3, 1)
    answer = np.array([0.25, 0.75]).reshape(1, 1, 1, 1, 2)
    mean = expected * size * gender * education * answer
    return random.poisson(np.broadcast_to(mean, (*sizes, 2))).astype(np.int64)


def rows_of(
    counts: Ints, splits: tuple[str, ...], item: str, *, towns: bool
) -> dict[Cell, tuple[int, int]]:
    """All cells of one table: every published category and total, crossed."""
    rows = {}
    names = ("gender", "age_group", "education")
    choices = [[COUNTY, *(TOWNS if towns else ())]]
    for name in names:
        choices.append([SPLITS[name], *(PUBLISHED[name] if name in splits else ())])
    for place in itertools.product(*choices):
        at = [slice(None) if place[0] == COUNTY else slice(TOWNS.index(place[0]), None)]
        at[0] = slice(None) if place[0] == COUNTY else slice(at[0].start, at[0].start + 1)
        for name, label in zip(names, place[1:], strict=True):
            is_total = label == SPLITS[name]
            number = 0 if is_total else CATEGORIES[name].index(label)
            at.append(slice(None) if is_total else slice(number, number + 1))
        found = counts[tuple(at)].sum(axis=(0, 1, 2, 3))
        rows[(item, *place)] = (int(found.sum()), int(found[0]))
    return rows


def open_release(counts: Ints, by: Sequence[str] = ("gender", "age_group", "education")) -> Release:
    """Everything open: municipalities by gender and age, the county by gender and education.

    Args:
        counts: As `people` gives them.
        by: Without education the second table is left out; without age groups the first has none.
    """
    ages = tuple(name for name in by if name != "education")
    rows = rows_of(counts, ages, "sleep", towns=True)
    tables = [BY_AGE | {"by": list(ages)}]
    if "education" in by:
        rows |= rows_of(counts, ("gender", "education"), "sleep", towns=False)
        tables.append(BY_EDUCATION)
    return Release(rows, rules_of(*tables))


def systems(release: Release, folder: Path) -> list[tuple[People, CountTable, Ints]]:
    """Each system of an open release with the true counts: all cells, inner cells."""
    release.write(folder)
    rules = read_rules(folder)
    with duckdb.connect(str(folder / "jamlik.duckdb"), read_only=True) as con:
        grids = [grid for rule in rules.tables for grid in read_grids(con, rule)]
    found = []
    for one in gather(grids, rules):
        size = one.table.margins.shape[1]
        identity = sparse.identity(size, dtype=np.int64, format="csr")
        left, inner = peel(open_cells(one.table).aimed(identity))
        assert left.equal.shape[1] == 0
        found.append((one, replace(one.table, n=one.table.margins @ inner), inner))
    return found


def primary(one: People, n: Ints) -> Flags:
    """Cells below the threshold; of those that nobody publishes, zeros are no secret."""
    return (n < THRESHOLD) & ((n > 0) | ~one.is_derived)


def hide(release: Release, one: People, hidden: Flags) -> None:
    """Hide the published cells of a system: a base with its parts, a part with its remainder."""
    names = one.table.dimensions
    for label, is_hidden in zip(one.table.labels, hidden, strict=True):
        place = dict(zip(names, label, strict=True))
        if is_hidden and NO_CATEGORY not in label:
            splits = (place.get(name, total) for name, total in SPLITS.items())
            cell = (_item(one), place["area_id"], *splits)
            (release.without_base if place["answer"] == "n" else release.hidden).add(cell)


def _item(one: People) -> str:
    return one.name.rpartition("item_id ")[2]


def protected_release(
    counts: Ints, folder: Path, by: Sequence[str] = ("gender", "age_group", "education")
) -> tuple[Release, list[tuple[People, CountTable, Ints, Flags]]]:
    """A release that our own protection holds to be safe, and what it hid in each system."""
    release = open_release(counts, by)
    done = []
    for one, table, inner in systems(release, folder):
        hidden = _closed(one, primary(one, table.n))
        for _ in range(10):
            frozen: dict[int, int | None] = {
                int(at): 0 for at in np.flatnonzero(one.is_derived & (table.n == 0))
            }
            frozen |= {at: int(table.n[at]) for at in _separator(one)}
            found = protect(table, Rules(THRESHOLD), inner, primary=hidden, frozen=frozen)
            closed = _closed(one, found)
            if (closed == found).all():
                break
            hidden = closed
        else:
            raise AssertionError("no pattern in which bases, parts and remainders go together")
        hide(release, one, found)
        done.append((one, table, inner, found))
    return release, done


def _separator(one: People) -> list[int]:
    """The county by gender."""
    names = one.table.dimensions
    found = []
    for cell, label in enumerate(one.table.labels):
        place = dict(zip(names, label, strict=True))
        splits = {name: place.get(name, total) for name, total in SPLITS.items()}
        is_total = splits["age_group"] == splits["education"] == "all"
        if place["area_id"] == COUNTY and is_total and not one.is_derived[cell]:
            found.append(cell)
    return found


def _closed(one: People, hidden: Flags) -> Flags:
    groups = (hidden & ~one.is_derived).reshape(-1, 3).copy()
    groups[:, 1:] |= groups.any(axis=1, keepdims=True)
    return np.where(one.is_derived, hidden, groups.ravel())
