"""Faults on demand: which requests are answered wrongly, and when.

What belongs here: rules that hold for any API, and when a rule fires. What does not: sockets, which
the server sees to (`server.py`), and changes of what an API answers, which each source adds.

A plan is Python objects, or their JSON form for a child process:
`[{"action": "status", "status": 429, "retry_after": 1, "path": "/data/", "nth": 2}]`.
"""

import random
import threading
from collections.abc import Sequence
from typing import ClassVar, Generic, Self, TypeVar

import msgspec

from warehouse.errors import JamlikError

# Carried out by the server: status (any HTTP status, optional Retry-After), reset (the
# connection is torn down), cut (half of the body), silence (a pause of `seconds`), text
# (an HTML page with status 200).
TRANSPORT_ACTIONS = ("status", "reset", "cut", "silence", "text")


class HttpFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: on which requests, and what goes wrong.

    A request counts for a rule when `path` is in its address; without `nth`, `every` and
    `probability` each of them fires.

    Args:
        action: One of `TRANSPORT_ACTIONS` or of the source's `own_actions`.
        path: Text that the address (path and query) must contain.
        nth: Fires on this one of the counted requests, from 1.
        every: Fires on every so many counted requests.
        probability: Fires by chance, from the plan's seed.
        times: Fires at most so many times.
        status: For `status`: the HTTP status.
        retry_after: For `status`: seconds in the Retry-After header; None leaves it out.
        seconds: For `silence`: how long.
    """

    action: str
    path: str = ""
    nth: int | None = None
    every: int | None = None
    probability: float | None = None
    times: int | None = None
    status: int = 503
    retry_after: int | None = None
    seconds: float = 60.0

    @property
    def own_actions(self) -> tuple[str, ...]:
        """Actions beside `TRANSPORT_ACTIONS`."""
        return ()

    def __post_init__(self) -> None:
        known = (*TRANSPORT_ACTIONS, *self.own_actions)
        if self.action not in known:
            raise ValueError(f"unknown action {self.action!r}; known are {', '.join(known)}")
        if any(number is not None and number < 1 for number in (self.nth, self.every)):
            raise ValueError("nth and every count from 1")


FaultT = TypeVar("FaultT", bound=HttpFault)


class FaultPlan(Generic[FaultT]):
    """Rules in order; the first that fires on a request decides its fault. Thread-safe.

    Args:
        faults: The rules.
        seed: For rules with a probability.
    """

    kind: ClassVar[type[HttpFault]] = HttpFault

    def __init__(self, faults: Sequence[FaultT] = (), seed: int = 0) -> None:
        self.faults = tuple(faults)
        self._random = random.Random(seed)
        self._seen = [0] * len(self.faults)
        self._fired = [0] * len(self.faults)
        self._lock = threading.Lock()

    @classmethod
    def from_json(cls, text: str, seed: int = 0) -> Self:
        """Read a plan from its JSON form.

        Raises:
            JamlikError: The text is no plan; says which field is wrong.
        """
        try:
            return cls(msgspec.json.decode(text, type=list[cls.kind]), seed)  # type: ignore[name-defined]
        except msgspec.DecodeError as error:
            raise JamlikError(
                f"The fault plan cannot be used: {error}.", "See the fields of `Fault`."
            ) from None

    def to_json(self) -> str:
        """The plan's JSON form."""
        return msgspec.json.encode(self.faults).decode()

    def pick(self, target: str) -> FaultT | None:
        """Count a request, and say which fault it meets.

        Args:
            target: Path and query as sent.
        """
        with self._lock:
            firing = [i for i, fault in enumerate(self.faults) if self._fires(i, fault, target)]
            if not firing:
                return None
            self._fired[firing[0]] += 1
            return self.faults[firing[0]]

    def _fires(self, index: int, fault: FaultT, target: str) -> bool:
        if fault.path not in target:
            return False
        self._seen[index] += 1
        if fault.times is not None and self._fired[index] >= fault.times:
            return False
        if fault.nth is not None and self._seen[index] != fault.nth:
            return False
        if fault.every is not None and self._seen[index] % fault.every:
            return False
        return fault.probability is None or self._random.random() < fault.probability
