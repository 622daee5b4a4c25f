"""Reads the tables that `jamlik area` takes, and says what is wrong with them.

What belongs here: CSV to checked rows, and rules of single cells. What does not: which
columns a kind needs and rules across cells (`area_kinds`), and arithmetic (the macros).
Every fault is named by row (line of the file), column and rule; nothing is guessed.
"""

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import InputError

Row = dict[str, float | None]
_FAULTS_SHOWN = 5


@dataclass(frozen=True)
class Column:
    """One column that a kind reads as a number.

    Args:
        name: Its name in the output and in SQL, lower case.
        aliases: Other headers that mean the same, as the reference tables have them.
        least: The smallest number allowed; None: any.
        is_above: `least` itself is not allowed.
        is_whole: Whole numbers only.
        may_be_empty: An empty cell is a missing value, not a fault.
        is_optional: The column may be absent.
        parse: Turns text into a number where it is none, such as an age band.
    """

    name: str
    aliases: tuple[str, ...] = ()
    least: float | None = 0.0
    is_above: bool = False
    is_whole: bool = False
    may_be_empty: bool = False
    is_optional: bool = False
    parse: Callable[[str], float] | None = None

    def read(self, text: str) -> float | None:
        """The number in a cell.

        Raises:
            ValueError: The rule that the cell breaks, as text.
        """
        if not text.strip():
            if self.may_be_empty:
                return None
            raise ValueError("must not be empty")
        value = (self.parse or _number)(text.strip())
        if self.is_whole and value != math.floor(value):
            raise ValueError("must be a whole number")
        if self.least is not None and (
            value < self.least or (self.is_above and value == self.least)
        ):
            raise ValueError(f"must be {'above' if self.is_above else 'at least'} {self.least:g}")
        return value


@dataclass
class Table:
    """A checked table: numbers by column name, and everything as it was written."""

    path: Path
    header: list[str]
    texts: list[list[str]] = field(default_factory=list)
    numbers: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)  # headers that no rule knows


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError("must be a number, with a point for decimals") from None
    if not math.isfinite(value) or "_" in text:
        raise ValueError("must be a finite number")
    return value


def first_age(text: str) -> float:
    """The first age of a band written as `0-4`, `05-09`, `90+` or `90`.

    Raises:
        ValueError: The text does not begin with an age.
    """
    digits = text.rstrip("+").split("-")[0].strip()
    if not digits.isascii() or not digits.isdigit():
        raise ValueError('must begin with the first age of the band, as in "5-9" or "90+"')
    return float(digits)


def read_table(
    path: Path, columns: Sequence[Column], rules: Sequence[Callable[[Row], str | None]]
) -> Table:
    """Read and check a CSV file (UTF-8, commas, one header).

    Args:
        path: The file.
        columns: What the kind reads as numbers; other columns are labels.
        rules: Checks across a row's cells; each gives the rule broken, or None.

    Returns:
        The table, at least one row long.

    Raises:
        InputError: The file, its header or a cell breaks a rule; row and column are named.
    """
    header, rows = _read_rows(path)
    places = _places(path, header, columns)
    table = Table(path, header, labels=[h for i, h in enumerate(header) if i not in places])
    faults: list[str] = []
    for line, cells in rows:
        numbers: Row = {column.name: None for column in columns}
        broken = len(faults)
        for place, column in places.items():
            try:
                numbers[column.name] = column.read(cells[place])
            except ValueError as rule:
                found = f', not "{cells[place]}"' if cells[place].strip() else ""
                faults.append(f'row {line}, column "{header[place]}": {rule}{found}')
        if len(faults) == broken:
            faults += [f"row {line}: {text}" for rule_of in rules if (text := rule_of(numbers))]
        table.texts.append(cells)
        table.numbers.append(numbers)
        table.lines.append(line)
    refuse(path, faults)
    return table


def refuse(path: Path, faults: Sequence[str]) -> None:
    """Raise for a list of faults, if there are any; the first five are shown."""
    if faults:
        more = len(faults) - _FAULTS_SHOWN
        text = "; ".join(faults[:_FAULTS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        raise InputError(f"{path.name}: {text}.", "Correct the file; nothing was written.")


def _read_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    rows: list[tuple[int, list[str]]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    found = f"{len(cells)} cells, the header has {len(header)}"
                    refuse(path, [f"row {reader.line_num}: {found}"])
                rows.append((reader.line_num, cells))
    except OSError as error:
        raise InputError(
            f"{path}: {error.strerror or error}.", "Name a file that can be read."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name}: {error}.", "Save it as CSV in UTF-8.") from error
    if not rows:
        refuse(path, ["no rows under the header" if header else "the file is empty"])
    return header, rows


def _places(path: Path, header: list[str], columns: Sequence[Column]) -> dict[int, Column]:
    """Where in the header each known column stands."""
    known = {alias: column for column in columns for alias in (column.name, *column.aliases)}
    places = {i: known[name.lower()] for i, name in enumerate(header) if name.lower() in known}
    found = [column.name for column in places.values()]
    faults = [
        f'the column "{name}" is there twice'
        for name in sorted(set(header))
        if name and header.count(name) > 1
    ]
    faults += [f"a column has no name (number {i + 1})" for i, n in enumerate(header) if not n]
    for column in columns:
        if column.name not in found and not column.is_optional:
            faults.append(f'the column "{column.name}" is missing from the header')
        if found.count(column.name) > 1 and not faults:
            faults.append(f'two columns stand for "{column.name}"')
    refuse(path, faults)
    return places
