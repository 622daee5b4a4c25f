"""Asking an API over HTTP, politely and patiently.

What belongs here: one connection (User-Agent, rate), and deciding what is worth another try. What
does not: what is asked for and what the answers mean, which each source's own client says.

The same code asks real APIs and the servers on loopback that replay them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
import tenacity

from warehouse.errors import JamlikError

RETRY_STATUS = (429, 500, 502, 503, 504)
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 30.0
MAX_ATTEMPTS = 6
MAX_WAIT = 120.0
# An address that has never answered is given up on sooner than one that falters.
UNREACHABLE_AFTER = 20.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Transient(Exception):
    """Worth another try; `wait` is the server's own wish in seconds, if it had one."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        self.reason, self.wait = reason, wait
        super().__init__(reason)


class ShapeError(JamlikError):
    """An answer is JSON but not in the shape that the API is known by."""


AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Errors:
    """What a source's client raises.

    Args:
        source: The source's name in sentences.
        failed: No usable answer; the two below are kinds of it.
        unreachable: Nothing answered at the address.
        faltering: The API answers, but not to this request, not even when asked again.
        elsewhere: What to use instead when the address cannot be reached.
        refused: What to do about a request that is refused.
    """

    source: str
    failed: type[JamlikError]
    unreachable: type[JamlikError]
    faltering: type[JamlikError]
    elsewhere: str
    refused: str


@dataclass
class Traffic:
    """What was asked so far; the load reports it."""

    requests: int = 0
    retries: int = 0
    bytes_read: int = 0


@dataclass
class HttpClient:
    """One connection to an API.

    Args:
        base_url: Address up to and with the version, such as https://host/v1.
        contact: Who asks; sent in the User-Agent.
        rate: Requests per second; loopback addresses are not limited.
        backoff: First wait in seconds before another try; doubles each time.
        read_timeout: Seconds of silence after which an answer counts as lost.
    """

    errors: ClassVar[Errors]

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

    def ask(self, url: str, decode: Callable[[bytes], AnswerT], question: Any = None) -> AnswerT:
        """Ask once and, where that is worth it, again.

        Args:
            url: The whole address.
            decode: Makes sense of an answer's bytes; its ShapeError is final, an answer that is no
                JSON is asked for again.
            question: Sent as JSON by POST; None asks by GET.

        Raises:
            JamlikError: One of `errors`: no usable answer in the end.
        """
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
            return retrying(self._try_once, url, decode, question)
        except _Transient as error:
            if not self._has_answered:
                raise self.errors.unreachable(
                    f"{self.errors.source} cannot be reached at {self.base_url} ({error.reason}).",
                    f"Check the network, or use {self.errors.elsewhere}.",
                ) from None
            raise self.errors.faltering(
                f"{self.errors.source} gave no usable answer to {url}: {error.reason}.",
                "Nothing of this request was loaded; run again later.",
            ) from None

    def refusal(self, url: str, status: int, question: Any) -> JamlikError:
        """The error for a status that another try will not change."""
        return self.errors.failed(
            f"{self.errors.source} refused {url} with status {status}.", self.errors.refused
        )

    def _try_once(self, url: str, decode: Callable[[bytes], AnswerT], question: Any) -> AnswerT:
        self._keep_to_rate()
        self.traffic.requests += 1
        try:
            answer = self._session.request(
                "GET" if question is None else "POST",
                url,
                json=question,
                timeout=(CONNECT_TIMEOUT, self.read_timeout),
            )
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
            raise self.refusal(url, answer.status_code, question)
        self.traffic.bytes_read += len(answer.content)
        try:
            page = decode(answer.content)
        except ShapeError as error:
            raise self.errors.failed(
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
