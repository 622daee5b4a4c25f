"""PxWeb's API v1 from a folder of json-stat2 files, served on loopback.

What belongs here: a table's description, answers to questions, the limit on cells, and the faults
that are PxWeb's own. What does not: sockets and faults that any API has (`ingestion/http/`).
"""

import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import numpy as np

from ingestion.folkhalsodata.jsonstat import Dataset, decode
from ingestion.http.client import ShapeError
from ingestion.http.faults import FaultPlan, HttpFault
from ingestion.http.server import Answer, LoopbackServer
from warehouse.errors import JamlikError

ROOT = "/api/v1/sv/A_Folkhalsodata"
MAX_CELLS = 100_000
TOO_MANY = 403


class PxwebFault(HttpFault, frozen=True, forbid_unknown_fields=True):
    """One rule; `rename_variable` gives the variable `id` another code and text everywhere."""

    id: str = ""

    @property
    def own_actions(self) -> tuple[str, ...]:
        """PxWeb's own."""
        return ("rename_variable",)


class PxwebServer(LoopbackServer[PxwebFault]):
    """Serves a folder of tables from threads of this process until closed.

    Args:
        folder: As the package describes.
        faults: What goes wrong, if anything; may be replaced while running (`.faults`).
        max_cells: Questions for more are answered with 403.

    Raises:
        JamlikError: There is no such folder, or no table in it.
    """

    def __init__(
        self,
        folder: Path,
        faults: FaultPlan[PxwebFault] | None = None,
        max_cells: int = MAX_CELLS,
    ) -> None:
        self._folder = Path(folder).resolve()
        self._files = {
            str(path.relative_to(self._folder).with_suffix("")): path
            for path in sorted(self._folder.rglob("*.px.json"))
        }
        if not self._files:
            raise JamlikError(
                f"{self._folder} holds no table (no file that ends in .px.json).",
                "Name a folder of json-stat2 files; docs/folkhalsodata.md says how they are named.",
            )
        self._max_cells = max_cells
        self._tables: dict[str, Dataset] = {}
        self._reading = threading.Lock()
        super().__init__(faults or FaultPlan(), 0, ROOT)

    def answer(self, target: str, question: bytes = b"") -> Answer:
        """A table's description, or the cells that are asked for."""
        path = unquote(target.partition("?")[0]).removeprefix(f"{ROOT}/")
        if path not in self._files:
            return _answer(404, {"error": "Not found"})
        try:
            table = self._table(path)
        except (ShapeError, msgspec.DecodeError, OSError) as error:
            return _answer(400, {"error": f"{self._files[path]} cannot be served: {error}"})
        if not question:
            return _answer(200, _description(table))
        try:
            chosen = _chosen(table, json.loads(question))
        except (KeyError, TypeError, ValueError) as error:
            return _answer(400, {"error": f"The query is wrong: {error}"})
        if np.prod([len(places) for places in chosen], dtype=np.int64) > self._max_cells:
            return _answer(TOO_MANY, {"error": "Too many cells"})
        return _answer(200, _some(table, chosen))

    def changed(self, fault: PxwebFault, answer: Answer, target: str) -> Answer:
        """The answer with a variable under another name."""
        name, other = (json.dumps(text, ensure_ascii=False) for text in (fault.id, f"{fault.id}X"))
        return Answer(answer.status, answer.body.replace(name.encode(), other.encode()))

    def _table(self, path: str) -> Dataset:
        with self._reading:
            if path not in self._tables:
                self._tables[path] = decode(self._files[path].read_bytes())
            return self._tables[path]


def _answer(status: int, content: object) -> Answer:
    return Answer(status, json.dumps(content, ensure_ascii=False).encode())


def _description(table: Dataset) -> dict[str, Any]:
    return {
        "title": table.label,
        "variables": [
            {
                "code": one.id,
                "text": one.label,
                "values": one.codes,
                "valueTexts": one.texts,
                **({"time": True} if one.id in table.time else {}),
            }
            for one in table.dimensions
        ],
    }


def _chosen(table: Dataset, question: dict[str, Any]) -> list[list[int]]:
    """Positions that are asked for, of each variable; all of one that is not named."""
    asked = {part["code"]: part["selection"] for part in question["query"]}
    unknown = asked.keys() - {one.id for one in table.dimensions}
    if unknown or question["response"]["format"] != "json-stat2":
        raise ValueError(f"unknown variable or format: {', '.join(unknown)}")
    chosen = []
    for one in table.dimensions:
        selection = asked.get(one.id, {"filter": "item", "values": one.codes})
        if selection["filter"] != "item":
            raise ValueError("only the filter item is known")
        chosen.append(sorted(one.codes.index(code) for code in selection["values"]))
    return chosen


def _some(table: Dataset, chosen: list[list[int]]) -> dict[str, Any]:
    """A json-stat2 answer of the chosen positions."""
    places = np.arange(table.cells.num_rows).reshape(table.sizes)[np.ix_(*chosen)].ravel()
    cells = table.cells.take(places)
    statuses = {
        str(at): sign for at, sign in enumerate(cells["status"].to_pylist()) if sign is not None
    }
    parts = list(zip(table.dimensions, chosen, strict=True))
    return {
        "class": "dataset",
        "version": "2.0",
        "label": table.label,
        "id": [one.id for one in table.dimensions],
        "size": [len(places) for places in chosen],
        "role": {"time": list(table.time)},
        "dimension": {
            one.id: {
                "label": one.label,
                "category": {
                    "index": {one.codes[at]: number for number, at in enumerate(places)},
                    "label": {one.codes[at]: one.texts[at] for at in places},
                },
            }
            for one, places in parts
        },
        "value": cells["value"].to_pylist(),
        **({"status": statuses} if statuses else {}),
    }
