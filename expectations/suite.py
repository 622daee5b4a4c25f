"""What a suite file holds, and reading it.

What belongs here: the form of `suites/<schema>__<table>.yml` and the errors for a file
that does not have it. What does not: Great Expectations, which takes 4 to 9 seconds to
import, so that listing the suites stays cheap.
"""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from warehouse.errors import JamlikError

SUITES_FOLDER = Path(__file__).parent / "suites"

Severity = Literal["error", "warn"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]

# A row condition is a second little language; a derived column says the same in SQL.
# The others belong to the runner.
_RESERVED_KWARGS = ("row_condition", "condition_parser", "result_format", "severity", "meta")
# What an expression may be made of that tells nothing but a number of people.
_COUNTING = {
    *("count", "filter", "distinct", "coalesce", "nullif"),
    *("and", "or", "not", "in", "abs", "extract", "regexp_full_match"),
}
_UNIQUENESS = ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique")


class SuiteError(JamlikError):
    """A suite file cannot be used."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectation(_Strict):
    """One rule of a suite.

    Args:
        id: Its name in results; stays the same when the rule is tuned.
        type: The class of Great Expectations in snake case.
        over: What it is asked of: `rows` of the table, the one-row `summary`, or `columns`
            (each named as in `kpi VARCHAR`).
        kwargs: Its arguments. The text `{next_year}` stands for the year after this one.
        severity: error when the next step would be wrong, otherwise warn.
        meaning: The rule in words.
        why: Why it has that severity.
    """

    id: Name
    type: Annotated[str, Field(pattern=r"^expect_[a-z0-9_]+$")]
    over: Literal["rows", "summary", "columns"] = "rows"
    kwargs: dict[str, Any] = {}
    severity: Severity
    meaning: Text
    why: Text

    @property
    def columns(self) -> list[str]:
        """The columns it looks at."""
        single = [self.kwargs.get(name) for name in ("column", "column_A", "column_B")]
        return [name for name in single if name] + list(self.kwargs.get("column_list", []))

    def arguments(self, today: date) -> dict[str, Any]:
        """Its kwargs with `{next_year}` replaced."""
        return {
            name: today.year + 1 if value == "{next_year}" else value
            for name, value in self.kwargs.items()
        }

    @model_validator(mode="after")
    def _no_reserved(self) -> "Expectation":
        if taken := [name for name in _RESERVED_KWARGS if name in self.kwargs]:
            raise ValueError(
                f"kwargs of {self.id} may not hold {', '.join(taken)}; "
                "write a condition as a derived column"
            )
        return self


class Suite(_Strict):
    """The rules of one table.

    Args:
        table: Schema and table.
        key: Columns that name a row, listed for rows that fail.
        chunk_by: Column whose values are never split between two chunks; null for a table
            that is always small.
        description: What a row is, and what the suite guards.
        restricted: True for data on people: no row leaves DuckDB, rules are on counts in
            `summary`, and results hold these and no value or key.
        derived: Columns for the rules alone: name and SQL expression over one row. Null
            and NaN are one thing in a pandas frame, so a rule on NaN needs one. The names
            are not those of columns of the table.
        summary: The one row of `summary`: name and SQL aggregate over the table.
        expectations: The rules.
    """

    table: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*\.[A-Za-z_]\w*$")]
    key: Annotated[list[Name], Field(min_length=1)]
    chunk_by: Name | None
    description: Text
    restricted: bool = False
    derived: dict[Name, Text] = {}
    summary: dict[Name, Text] = {}
    expectations: Annotated[list[Expectation], Field(min_length=1)]

    @property
    def name(self) -> str:
        """The name of its file, without `.yml`."""
        return self.table.replace(".", "__")

    @model_validator(mode="after")
    def _ids_once(self) -> "Suite":
        ids = [expectation.id for expectation in self.expectations]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"the id {', '.join(twice)} is used more than once")
        return self

    @model_validator(mode="after")
    def _people_are_counted(self) -> "Suite":
        if not self.restricted:
            return self
        if rows := [rule.id for rule in self.expectations if rule.over == "rows"]:
            raise ValueError(
                f"{', '.join(rows)}: rows about people stay in DuckDB; count them in summary"
            )
        for name, expression in self.summary.items():
            called = set(re.findall(r"(\w+)\s*\(", expression.lower()))
            if "count" not in called or (other := called - _COUNTING):
                raise ValueError(
                    f"summary.{name} must be a count: of people nothing else may be told"
                    + (f" ({', '.join(sorted(other))})" if "count" in called else "")
                )
        return self

    @model_validator(mode="after")
    def _unique_within_chunk(self) -> "Suite":
        for expectation in self.expectations:
            unique = expectation.type in _UNIQUENESS and expectation.over == "rows"
            if unique and self.chunk_by and self.chunk_by not in expectation.columns:
                raise ValueError(
                    f"{expectation.id} must name chunk_by ({self.chunk_by}) among its columns: "
                    "rows of different chunks are never compared"
                )
        return self


def load_suites(folder: Path | None = None) -> dict[str, Suite]:
    """Read every suite of a folder.

    Args:
        folder: Where the files lie; the shipped suites when None.

    Returns:
        Suites by file name without `.yml`.

    Raises:
        SuiteError: A file is broken; names the file and the key.
    """
    files = sorted((folder or SUITES_FOLDER).glob("*.yml"))
    return {file.stem: _read(file) for file in files}


def load_suite(name: str, folder: Path | None = None) -> Suite:
    """Read one suite.

    Args:
        name: `<schema>__<table>`.
        folder: Where the file lies; the shipped suites when None.

    Raises:
        SuiteError: There is no such suite, or its file is broken.
    """
    file = (folder or SUITES_FOLDER) / f"{name}.yml"
    if not file.is_file():
        known = ", ".join(sorted(other.stem for other in file.parent.glob("*.yml")))
        raise SuiteError(f"There is no suite {name} in {file.parent}.", f"There are: {known}.")
    return _read(file)


def _read(file: Path) -> Suite:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        suite = Suite.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SuiteError(f"{file} is no YAML: {error}.", "Correct the file.") from None
    except ValidationError as error:
        faults = "; ".join(
            f"{_place(content, fault['loc'])}: {fault['msg']}" for fault in error.errors()
        )
        raise SuiteError(f"{file}: {faults}.", "Correct these keys.") from None
    if suite.name != file.stem:
        raise SuiteError(
            f"{file}: table: {suite.table} does not fit the file's name.",
            f"Name the file {suite.name}.yml or correct table.",
        )
    return suite


def _place(content: Any, loc: tuple[int | str, ...]) -> str:
    """The key that is at fault; an expectation is named by its id where it has one."""
    parts = [str(part) for part in loc]
    if len(loc) > 1 and loc[0] == "expectations":
        entry = content["expectations"][loc[1]]
        if isinstance(entry, dict) and entry.get("id"):
            parts[1] = str(entry["id"])
    return ".".join(parts) or "whole file"
