"""Asking Kolada's API v3 over HTTP.

What belongs here: paging, and what errors say. What does not: connections and retries
(`ingestion/http/client.py`), what to ask for (`plan.py`) and what the answers mean (`decode.py`).

The same code asks api.kolada.se and the replay server on loopback.
"""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from ingestion.http.client import Errors, HttpClient
from warehouse.errors import JamlikError


class KoladaError(JamlikError):
    """Kolada gave no usable answer; names the address, what came, and what to do."""


class KoladaUnreachable(KoladaError):
    """Nothing answered at the address."""


class KoladaFaltering(KoladaError):
    """Kolada answers, but not to this request, not even when asked again."""


class Page(Protocol):
    """A decoded answer that knows the address of the next one."""

    @property
    def next_url(self) -> str | None:
        """The next page's address, or None at the end."""


PageT = TypeVar("PageT", bound=Page)


class KoladaClient(HttpClient):
    """One connection to a Kolada API; arguments as for `HttpClient`."""

    errors = Errors(
        "Kolada",
        KoladaError,
        KoladaUnreachable,
        KoladaFaltering,
        elsewhere="KOLADA=replay SNAPSHOT=<folder> or KOLADA=demo",
        refused="The request is wrong or the API has changed: check the address and the KPI ids.",
    )

    def pages(self, path: str, decode: Callable[[bytes], PageT]) -> Iterator[PageT]:
        """Ask for a path and every page after it.

        Args:
            path: Path below the base address, with its query if any.
            decode: Makes a page of an answer's bytes.

        Raises:
            KoladaError: No usable answer in the end, or the pages lead back to one another.
        """
        url: str | None = f"{self.base_url}/{path.lstrip('/')}"
        seen: set[str] = set()
        while url:
            if url in seen:
                raise KoladaError(
                    f"Kolada's pages lead in a circle: next_url came back to {url}.",
                    "Nothing of this request was loaded; try again later.",
                )
            seen.add(url)
            page = self.ask(url, decode)
            yield page
            url = page.next_url
