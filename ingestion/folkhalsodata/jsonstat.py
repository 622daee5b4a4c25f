"""A json-stat2 answer as arrays.

What belongs here: the format, in the variants that PxWeb hosts write. What does not: what a
table's variables mean (`layout.py`, `estimates.py`).
"""

import codecs
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import pyarrow as pa

from ingestion.http.client import ShapeError

# PX-file signs for a missing value: one to six dots, a dash, a colon.
MISSING = re.compile(r"\.{1,6}|-|:")
CELLS = pa.schema(
    [
        pa.field("value", pa.float64()),
        pa.field("status", pa.string()),
        pa.field("problem", pa.string()),
    ]
)
# Neither a table of the agency nor an answer within any host's limit comes near.
MOST_CELLS = 10_000_000

Cell = float | str | None


@dataclass(frozen=True)
class Dimension:
    """One variable of an answer.

    Args:
        id: Its code.
        label: Its text.
        codes: Codes of its values, in the order of the cells.
        texts: Their texts.
    """

    id: str
    label: str
    codes: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Dataset:
    """One decoded answer.

    Args:
        label: The table's title.
        dimensions: Variables; the last one varies fastest over the cells.
        time: Ids of dimensions that the answer calls time.
        cells: One row a cell, schema `CELLS`: value (null where missing), status (the sign for a
            missing value), problem (why a cell could not be read; value is null then, too).
    """

    label: str
    dimensions: tuple[Dimension, ...]
    time: tuple[str, ...]
    cells: pa.Table

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of values of each dimension."""
        return tuple(len(dimension.codes) for dimension in self.dimensions)


class _Category(msgspec.Struct):
    index: dict[str, int] | list[str] | None = None
    label: dict[str, str] = {}


class _Dimension(msgspec.Struct):
    category: _Category
    label: str = ""


class _Role(msgspec.Struct):
    time: list[str] = []


class _Answer(msgspec.Struct):
    kind: Literal["dataset"] = msgspec.field(name="class")
    id: list[str]
    size: list[int]
    dimension: dict[str, _Dimension]
    value: list[Cell] | dict[str, Cell]
    status: list[str | None] | dict[str, str | None] | str | None = None
    label: str = ""
    role: _Role = msgspec.field(default_factory=_Role)


_decode = msgspec.json.Decoder(_Answer).decode


def decode(body: bytes) -> Dataset:
    """Decode a json-stat2 answer.

    Raises:
        ShapeError: JSON that is no json-stat2 dataset, or one that contradicts itself.
        msgspec.DecodeError: No JSON; the answer was probably cut.
    """
    try:
        answer = _decode(body.removeprefix(codecs.BOM_UTF8))
    except msgspec.ValidationError as error:
        raise ShapeError(f"The answer is no json-stat2 dataset: {error}.") from None
    if len(answer.id) != len(answer.size) or len(set(answer.id)) != len(answer.id):
        raise ShapeError("The answer's id and size do not fit each other.")
    dimensions = tuple(
        _dimension(answer, one, size) for one, size in zip(answer.id, answer.size, strict=True)
    )
    n = math.prod(answer.size)
    if n > MOST_CELLS:
        raise ShapeError(f"The answer says that it has {n} cells.")
    values = _spread(answer.value, n, "value")
    status = answer.status
    statuses = [status] * n if isinstance(status, str) else _spread(status or {}, n, "status")
    cells = [_cell(value, sign) for value, sign in zip(values, statuses, strict=True)]
    return Dataset(
        answer.label,
        dimensions,
        tuple(answer.role.time),
        pa.Table.from_arrays(
            [pa.array([cell[at] for cell in cells], field.type) for at, field in enumerate(CELLS)],
            schema=CELLS,
        ),
    )


def _dimension(answer: _Answer, id: str, size: int) -> Dimension:
    if id not in answer.dimension:
        raise ShapeError(f"The answer does not describe its dimension {id!r}.")
    one = answer.dimension[id]
    index, labels = one.category.index, one.category.label
    if isinstance(index, dict):
        codes = sorted(index, key=index.__getitem__)
        is_complete = sorted(index.values()) == list(range(size))
    else:
        # The format allows a dimension of one value to have a label only.
        codes = list(labels) if index is None else index
        is_complete = len(codes) == size == len(set(codes))
    if not is_complete:
        raise ShapeError(f"The dimension {id!r} does not have the {size} values it says.")
    return Dimension(id, one.label, tuple(codes), tuple(labels.get(code, code) for code in codes))


def _spread(found: Sequence[Cell] | Mapping[str, Cell], n: int, what: str) -> list[Cell]:
    """One entry a cell, from a list or from positions and entries."""
    if isinstance(found, Mapping):
        spread: list[Cell] = [None] * n
        for position, entry in found.items():
            if not (position.isascii() and position.isdigit() and int(position) < n):
                raise ShapeError(f"The answer has a {what} at {position!r} of {n} cells.")
            spread[int(position)] = entry
        return spread
    if len(found) != n:
        raise ShapeError(f"The answer has {len(found)} entries of {what} for {n} cells.")
    return list(found)


def _cell(value: Cell, status: Cell) -> tuple[float | None, str | None, str | None]:
    """Value, status and problem of one cell."""
    sign = status if isinstance(status, str) and status else None
    if isinstance(value, str):
        if MISSING.fullmatch(value.strip()):
            return None, sign or value.strip(), None
        return None, sign, "the value is text"
    if value is not None and not math.isfinite(value):
        return None, sign, "the value is not finite"
    return value, sign, None
