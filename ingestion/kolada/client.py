"""Asking Kolada's API v3 over HTTP.

What belongs here: one polite connection (User-Agent, rate), paging, and deciding what is
worth another try. What does not: what to ask for (`plan.py`) and what the answers mean
(`decode.py`).

The same code asks api.kolada.se and the replay server on loopback.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
import tenacity

from ingestion.kolada.decode import ShapeError
from warehouse.errors import JamlikError

RETRY_STATUS = (429, 500, 502, 503, 504)
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 30.0
MAX_ATTEMPTS = 6
MAX_WAIT = 120.0
# An address that has never answered is given up on sooner than one that falters.
UNREACHABLE_AFTER = 20.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class KoladaError(JamlikError):
    """Kolada gave no usable answer; names the address, what came, and what to do."""


class KoladaUnreachable(KoladaError):
    """Nothing answered at the address."""


class KoladaFaltering(KoladaError):
    """Kolada answers, but not to this request, not even when asked again."""


class _Transient(Exception):
    """Worth another try; `wait` is the server's own wish in seconds, if it had one."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        self.reason, self.wait = reason, wait
        super().__init__(reason)


class Page(Protocol):
    """A decoded answer that knows the address of the next one."""

    @property
    def next_url(self) -> str | None:
        """The next page's address, or None at the end."""


PageT = TypeVar("PageT", bound=Page)


@dataclass
class Traffic:
    """What was asked so far; the load reports it."""

    requests: int = 0
    retries: int = 0
    bytes_read: int = 0


@dataclass
class KoladaClient:
    """One connection to a Kolada API.

    Args:
        base_url: Address up to and with the version, such as https://api.kolada.se/v3.
        contact: Who asks; sent in the User-Agent.
        rate: Requests per second; loopback addresses are not limited.
        backoff: First wait in seconds before another try; doubles each time.
        read_timeout: Seconds of silence after which an answer counts as lost.
    """

    base_url: str
    contact: str
    rate: float = 5.0
    backoff: float = 0.5
    read_timeout: float = READ_TIMEOUT
    traffic: Traffic = field(default_factory=Traffic)

    def __post_init__(self) -> None:
        self.base_url = self.base_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = not self._on_loopback
        self._session.headers.update(
            {"User-Agent": f"jamlik/0.1 (contact: {self.contact})", "Accept": "application/json"}
        )
        self._next_slot = 0.0
        self._has_answered = False

    @property
    def _on_loopback(self) -> bool:
        return urlsplit(self.base_url).hostname in LOOPBACK

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

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
            page = self._get(url, decode)
            yield page
            url = page.next_url

    def _get(self, url: str, decode: Callable[[bytes], PageT]) -> PageT:
        started = time.monotonic()

        def give_up(state: tenacity.RetryCallState) -> bool:
            waited = time.monotonic() - started
            return state.attempt_number >= MAX_ATTEMPTS or (
                not self._has_answered and waited > UNREACHABLE_AFTER
            )

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            wish = error.wait if isinstance(error, _Transient) else None
            if wish is None:
                wish = self.backoff * 2 ** (state.attempt_number - 1)
            return min(wish, MAX_WAIT)

        def count_retry(_: tenacity.RetryCallState) -> None:
            self.traffic.retries += 1

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Transient),
            stop=give_up,
            wait=wait,
            before_sleep=count_retry,
            reraise=True,
        )
        try:
            return retrying(self._try_once, url, decode)
        except _Transient as error:
            if not self._has_answered:
                raise KoladaUnreachable(
                    f"Kolada cannot be reached at {self.base_url} ({error.reason}).",
                    "Check the network, or use KOLADA=replay SNAPSHOT=<folder> or KOLADA=demo.",
                ) from None
            raise KoladaFaltering(
                f"Kolada gave no usable answer to {url}: {error.reason}.",
                "Nothing of this request was loaded; run again later.",
            ) from None

    def _try_once(self, url: str, decode: Callable[[bytes], PageT]) -> PageT:
        self._keep_to_rate()
        self.traffic.requests += 1
        try:
            answer = self._session.get(url, timeout=(CONNECT_TIMEOUT, self.read_timeout))
        except requests.exceptions.Timeout:
            raise _Transient("no answer in time") from None
        except (
            requests.exceptions.ConnectionError,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as error:
            raise _Transient(f"the connection failed: {type(error).__name__}") from None
        if answer.status_code in RETRY_STATUS:
            self._has_answered = self._has_answered or answer.status_code == 429
            raise _Transient(f"status {answer.status_code}", _retry_after(answer))
        if answer.status_code != 200:
            self._has_answered = True
            raise KoladaError(
                f"Kolada refused {url} with status {answer.status_code}.",
                "The request is wrong or the API has changed: check the address and the KPI ids.",
            )
        self.traffic.bytes_read += len(answer.content)
        try:
            page = decode(answer.content)
        except ShapeError as error:
            raise KoladaError(
                f"{error.what.rstrip('.')} (asked for {url}).",
                "The API may have changed: nothing of this request was loaded.",
            ) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _Transient("the answer is no JSON, or was cut") from None
        self._has_answered = True
        return page

    def _keep_to_rate(self) -> None:
        if self._on_loopback:
            return
        now = time.monotonic()
        time.sleep(max(0.0, self._next_slot - now))
        self._next_slot = max(now, self._next_slot) + 1.0 / self.rate


def _retry_after(answer: requests.Response) -> float | None:
    """Seconds the server asks to wait (it may say a number or a date); None if it does not."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        wish = parsedate_to_datetime(value)
        return max(0.0, (wish - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
