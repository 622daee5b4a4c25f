"""Asking Folkhälsodata (PxWeb API v1) over HTTP.

What belongs here: addresses, questions, and what errors say. What does not: connections and
retries (`ingestion/http/client.py`), and what to ask for (`plan.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ingestion.http.client import AnswerT, Errors, HttpClient
from warehouse.errors import JamlikError

# The agency allows 1 000 calls in 10 s; a load has some 20.
CALLS_PER_SECOND = 10.0


class FolkhalsodataError(JamlikError):
    """Folkhälsodata gave no usable answer; names the address or table, and what to do."""


class FolkhalsodataUnreachable(FolkhalsodataError):
    """Nothing answered at the address."""


class FolkhalsodataFaltering(FolkhalsodataError):
    """Folkhälsodata answers, but not to this request, not even when asked again."""


class TableMoved(FolkhalsodataError):
    """There is no table at the address."""


class TableChanged(FolkhalsodataError):
    """The table is there, but not with the variables or values that are known."""


class TooManyCells(FolkhalsodataError):
    """The question asks for more cells than the API allows."""


class FolkhalsodataClient(HttpClient):
    """One connection to Folkhälsodata; arguments as for `HttpClient`."""

    errors = Errors(
        "Folkhälsodata",
        FolkhalsodataError,
        FolkhalsodataUnreachable,
        FolkhalsodataFaltering,
        elsewhere="FOLKHALSODATA=demo or FOLKHALSODATA=off",
        refused="The request is wrong or the API has changed: look at the table in a browser.",
    )

    def describe(self, path: str, decode: Callable[[bytes], AnswerT]) -> AnswerT:
        """A table's description of itself.

        Raises:
            TableMoved: There is no such table.
            FolkhalsodataError: No usable answer in the end.
        """
        return self.ask(self._address(path), decode)

    def values(
        self,
        path: str,
        selection: Mapping[str, Sequence[str]],
        decode: Callable[[bytes], AnswerT],
    ) -> AnswerT:
        """Cells of a table.

        Args:
            path: The table's path.
            selection: Codes by variable.
            decode: Makes sense of the json-stat2 answer.

        Raises:
            TooManyCells: Fewer must be asked for at a time.
            FolkhalsodataError: No usable answer in the end.
        """
        question = {
            "query": [
                {"code": code, "selection": {"filter": "item", "values": list(values)}}
                for code, values in selection.items()
            ],
            "response": {"format": "json-stat2"},
        }
        return self.ask(self._address(path), decode, question)

    def refusal(self, url: str, status: int, question: Any) -> JamlikError:
        """404: the table is elsewhere; 403 and 413 to a question: too many cells."""
        if status == 404:
            return TableMoved(
                f"Folkhälsodata has no table at {url} (status 404).",
                "Find it in a browser and correct its path in ingestion/folkhalsodata/tables.yml.",
            )
        if status in (403, 413) and question is not None:
            return TooManyCells(
                f"Folkhälsodata refused a question to {url} with status {status}, which it does "
                "when too many cells are asked for.",
                "Lower JAMLIK_FOLKHALSODATA_CELLS, or try again later.",
            )
        return super().refusal(url, status, question)

    def _address(self, path: str) -> str:
        return f"{self.base_url}/{quote(path)}"
