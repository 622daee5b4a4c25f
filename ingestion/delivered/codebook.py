"""Codebooks: what the columns and codes of a delivered file mean, per source and round.

What belongs here: the model of a codebook and reading one, with line numbers in errors. What
does not: applying it to rows (`rules`).

docs/surveys.md explains the file to those who write one.
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from warehouse.errors import JamlikError

# Columns of the restricted table `respondent` that a codebook fills.
CANONICAL = {
    "round": "smallint",
    "survey": "varchar",
    "area_id": "varchar",
    "school_area_id": "varchar",
    "gender": "varchar",
    "age": "smallint",
    "age_group": "varchar",
    "grade": "varchar",
    "education": "varchar",
    "birth_country": "varchar",
    "income": "varchar",
    "birth_year": "smallint",
    "stratum": "varchar",
    "weight": "double",
    "population": "double",
}
# What respondents of one source have besides.
OWN_COLUMNS: dict[str, dict[str, str]] = {
    "elsa": {
        "pseudonym": "varchar",
        "talk_id": "varchar",
        "visit_month": "varchar",
        "birth_month": "smallint",
        "age_months": "smallint",
        "school_unit": "varchar",
        "consent_by": "varchar",
        "residence": "varchar",
        "disability": "varchar",
        "height_cm": "double",
        "weight_kg": "double",
    }
}
ITEM_KEY = re.compile(r"[a-z][a-z0-9_]*")


def person_columns(source: str) -> dict[str, str]:
    """Columns about a respondent of a source, with their types."""
    return CANONICAL | OWN_COLUMNS.get(source, {})


class CodebookError(JamlikError):
    """A codebook cannot be used."""


def _texts(value: Any) -> Any:
    """Keys and whole numbers as text."""
    if not isinstance(value, dict):
        return value
    if any(isinstance(one, bool) for one in (*value, *value.values())):
        raise ValueError("YAML reads NO, YES, ON and OFF as true or false: put them in quotes")
    return {str(key): str(one) if isinstance(one, int) else one for key, one in value.items()}


def _names(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_names)]
Codes = Annotated[dict[str, str], BeforeValidator(_texts)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Column(_Part):
    """Where a column about the person is, and how it is read."""

    names: Names = Field([], alias="from")
    kind: Literal["text", "year", "municipality", "whole_number", "number", "weight"] = Field(
        "text", alias="as"
    )
    codes: Codes = {}
    flags: Codes = {}
    constant: str | int | float | None = None
    required: bool = False
    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> "Column":
        if not self.names and not self.flags and self.constant is None:
            raise ValueError("says neither from, flags nor constant")
        return self


class Item(_Part):
    """A question: where it stands, its options, and which of them make the positive share."""

    item: str
    names: Annotated[dict[str, Names], BeforeValidator(_texts)] = Field(alias="from")
    question: str
    options: Codes
    positive: list[int]
    rounds: list[int] | None = None
    missing: Codes | None = None
    instrument: str | None = None
    wording: Annotated[dict[str, str], BeforeValidator(_texts)] = {"default": "1"}

    @model_validator(mode="before")
    @classmethod
    def _one_place(cls, value: Any) -> Any:
        if isinstance(value, dict) and not isinstance(value.get("from"), dict):
            return {**value, "from": {"default": value.get("from", [])}}
        return value

    @model_validator(mode="after")
    def _whole(self) -> "Item":
        if not ITEM_KEY.fullmatch(self.item):
            raise ValueError(f"{self.item} is no key: small letters, digits and _")
        codes = [*self.options, *(self.missing or {})]
        if not all(code.isdigit() and int(code) < 256 for code in codes):
            raise ValueError("a code is no whole number from 0 to 255")
        if not self.positive or not {str(code) for code in self.positive} < set(self.options):
            raise ValueError("positive must name some of the options, and not all of them")
        return self

    def columns(self, round: int) -> list[str]:
        """Accepted headers in a round."""
        return self.names.get(str(round), self.names.get("default", []))

    def in_round(self, round: int) -> bool:
        """Whether the round asked it."""
        return self.rounds is None or round in self.rounds


class Round(_Part):
    """What an analyst must know of a round."""

    sender: str | None = None
    population: str | None = None
    sample: Literal["sample", "total"]
    validated_questions: bool | None = None
    weights: Literal["calibrated", "none"]
    tested: bool | None = None
    invited: int | None = None
    minimum_n: int = 5
    note: str | None = None


class Codebook(_Part):
    """A codebook, checked."""

    codebook: str
    source: Literal["hlv", "lupp", "elsa"]
    kind: Literal["microdata"]
    instrument: str
    decimal_mark: Literal[",", "."] = ","
    missing: Codes = {}
    rounds: dict[int, Round]
    columns: dict[str, Column]
    items: list[Item]
    ignore: list[str] = []
    # What the door of ELSA reads before anything is a column; names per field.
    door: dict[str, Names] = {}

    @model_validator(mode="after")
    def _known(self) -> "Codebook":
        known = person_columns(self.source)
        unknown = set(self.columns) - {*known, "respondent"}
        if unknown:
            raise ValueError(f"columns: {', '.join(sorted(unknown))} is none of {', '.join(known)}")
        for needed in ("round", "area_id", "survey", "weight"):
            if needed not in self.columns:
                raise ValueError(f"columns: {needed} is missing")
        keys = [item.item for item in self.items]
        if doubled := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"items: {', '.join(sorted(doubled))} stands twice")
        return self

    def missing_of(self, item: Item) -> dict[str, str]:
        """Codes of an item that are no answer, with their labels."""
        return self.missing if item.missing is None else item.missing


def read_codebook(path: Path) -> Codebook:
    """Read and check a codebook.

    Raises:
        CodebookError: It breaks a rule; the text gives the line and the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return Codebook.model_validate(yaml.safe_load(text))
    except ValidationError as error:
        lines = yaml_lines(yaml.compose(text))
        found = "; ".join(
            f"line {line_of(one['loc'], lines)}, {'.'.join(map(str, one['loc'])) or 'codebook'}: "
            f"{one['msg'].removeprefix('Value error, ')}"
            for one in error.errors()[:5]
        )
        raise CodebookError(f"{path.name}: {found}.", "Put the codebook right.") from None
    except OSError:
        raise CodebookError(f"{path.name}: cannot be read.", "Check its path.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise CodebookError(f"{path.name}{where}: no YAML.", "Put the codebook right.") from None


@cache
def source_codebooks(source: str) -> tuple[Codebook, ...]:
    """All codebooks that ship with a source, by file name; read once a process (0.1 s each)."""
    folder = Path(__file__).resolve().parents[1] / source / "codebooks"
    return tuple(read_codebook(path) for path in sorted(folder.glob("*.yml")))


def yaml_lines(node: yaml.Node, at: tuple[str, ...] = ()) -> dict[tuple[str, ...], int]:
    """Line of every key and entry of a YAML document, by its place in it."""
    found = {at: node.start_mark.line + 1}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            found |= yaml_lines(value, (*at, str(key.value)))
            found[(*at, str(key.value))] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            found |= yaml_lines(value, (*at, str(number)))
    return found


def line_of(loc: tuple[Any, ...], lines: dict[tuple[str, ...], int]) -> int:
    """The line of a place in the document, or of the nearest one around it."""
    keys = tuple(str(part) for part in loc)
    while keys and keys not in lines:
        keys = keys[:-1]
    return lines.get(keys, 1)
