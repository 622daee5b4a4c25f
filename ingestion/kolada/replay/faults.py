"""Faults on demand: which requests are answered wrongly, and how.

What belongs here: rules, when a rule fires, and the change it makes to a page. What does
not: sockets; the server carries out what concerns the connection (`server.py`).

A plan is Python objects, or their JSON form for the child process:
`[{"action": "status", "status": 429, "retry_after": 1, "path": "/data/", "nth": 2}]`.
"""

import random
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from warehouse.errors import JamlikError

Payload = dict[str, Any]

# Carried out by the server: status (any HTTP status, optional Retry-After), reset (the
# connection is torn down), cut (half of the body), silence (a pause of `seconds`), text
# (an HTML page with status 200).
TRANSPORT_ACTIONS = ("status", "reset", "cut", "silence", "text")
_MUNICIPALITY_PART = re.compile(r"municipality(?:/|_id=)([^/?&]+)")
# Marks an address that has been repeated once, so that the loop ends.
REPEATED = "repeated=1"


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: on which requests, and what goes wrong.

    A request counts for a rule when `path` is in its address; without `nth`, `every` and
    `probability` each of them fires.

    Args:
        action: One of `TRANSPORT_ACTIONS` or `PAGE_ACTIONS`.
        path: Text that the address (path and query) must contain.
        nth: Fires on this one of the counted requests, from 1.
        every: Fires on every so many counted requests.
        probability: Fires by chance, from the plan's seed.
        times: Fires at most so many times.
        status: For `status`: the HTTP status.
        retry_after: For `status`: seconds in the Retry-After header; None leaves it out.
        seconds: For `silence`: how long.
        items: For the changes of items: how many items of a page; None all.
        id: For `remove_kpi` and `add_area`: the KPI or area.
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
    items: int | None = None
    id: str = ""

    def __post_init__(self) -> None:
        known = (*TRANSPORT_ACTIONS, *PAGE_ACTIONS)
        if self.action not in known:
            raise ValueError(f"unknown action {self.action!r}; known are {', '.join(known)}")
        if self.action in ("remove_kpi", "add_area") and not self.id:
            raise ValueError(f"action {self.action} needs an id")
        if any(number is not None and number < 1 for number in (self.nth, self.every)):
            raise ValueError("nth and every count from 1")


class FaultPlan:
    """Rules in order; the first that fires on a request decides its fault. Thread-safe.

    Args:
        faults: The rules.
        seed: For rules with a probability.
    """

    def __init__(self, faults: Sequence[Fault] = (), seed: int = 0) -> None:
        self.faults = tuple(faults)
        self._random = random.Random(seed)
        self._seen = [0] * len(self.faults)
        self._fired = [0] * len(self.faults)
        self._lock = threading.Lock()

    @classmethod
    def from_json(cls, text: str, seed: int = 0) -> "FaultPlan":
        """Read a plan from its JSON form.

        Raises:
            JamlikError: The text is no plan; says which field is wrong.
        """
        try:
            return cls(msgspec.json.decode(text, type=list[Fault]), seed)
        except msgspec.DecodeError as error:
            raise JamlikError(
                f"The fault plan cannot be used: {error}.", "See the fields of `Fault`."
            ) from None

    def to_json(self) -> str:
        """The plan's JSON form."""
        return msgspec.json.encode(self.faults).decode()

    def pick(self, target: str) -> Fault | None:
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

    def _fires(self, index: int, fault: Fault, target: str) -> bool:
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


def change_page(fault: Fault, page: Payload, url: str) -> Payload:
    """The page as the fault makes it.

    Args:
        fault: A rule with one of `PAGE_ACTIONS`.
        page: Decoded page; changed in place.
        url: The address of the page itself.
    """
    PAGE_ACTIONS[fault.action](fault, page, url)
    page["count"] = len(page["values"])
    return page


def _items(fault: Fault, page: Payload) -> list[Payload]:
    return page["values"][: fault.items]


def _readings(fault: Fault, page: Payload) -> list[Payload]:
    """The innermost objects of the chosen items: one per gender; none on metadata pages."""
    return [reading for item in _items(fault, page) for reading in item.get("values", ())]


def _duplicate_page(fault: Fault, page: Payload, url: str) -> None:
    """The same page once more before the next one; nothing is lost."""
    if REPEATED not in url:
        page["next_url"] = f"{url}{'&' if '?' in url else '?'}{REPEATED}"


def _loop(fault: Fault, page: Payload, url: str) -> None:
    page["next_url"] = url


def _extra_field(fault: Fault, page: Payload, url: str) -> None:
    for target in (*_items(fault, page), *_readings(fault, page)):
        target["extra_field"] = "new"


def _value_as_text(fault: Fault, page: Payload, url: str) -> None:
    for reading in _readings(fault, page):
        reading["value"] = str(reading["value"])


def _absent_value(fault: Fault, page: Payload, url: str) -> None:
    for reading in _readings(fault, page):
        reading.pop("value", None)


def _absent_gender(fault: Fault, page: Payload, url: str) -> None:
    for reading in _readings(fault, page):
        reading.pop("gender", None)


def _gender_x(fault: Fault, page: Payload, url: str) -> None:
    for reading in _readings(fault, page):
        reading["gender"] = "X"


def _bad_period(fault: Fault, page: Payload, url: str) -> None:
    for item in _items(fault, page):
        if "period" in item:
            text = str(item["period"])
            item["period"] = f"{text[:2]}x{text[3:]}"


def _remove_kpi(fault: Fault, page: Payload, url: str) -> None:
    page["values"] = [
        entry for entry in page["values"] if fault.id not in (entry.get("id"), entry.get("kpi"))
    ]


def _add_area(fault: Fault, page: Payload, url: str) -> None:
    """A new area at the end of the list, with the values of the lowest id asked for."""
    if "/data/" not in url:
        if page["next_url"] is None:
            page["values"].append({"id": fault.id, "title": "Nykommun", "type": "K"})
        return
    asked = _MUNICIPALITY_PART.search(url)
    if asked and fault.id in asked[1]:
        copied = min(asked[1].split(","))
        page["values"] += [
            {**item, "municipality": fault.id}
            for item in page["values"]
            if item["municipality"] == copied
        ]


PAGE_ACTIONS: dict[str, Callable[[Fault, Payload, str], None]] = {
    "duplicate_page": _duplicate_page,
    "loop": _loop,
    "extra_field": _extra_field,
    "value_as_text": _value_as_text,
    "absent_value": _absent_value,
    "absent_gender": _absent_gender,
    "gender_x": _gender_x,
    "bad_period": _bad_period,
    "remove_kpi": _remove_kpi,
    "add_area": _add_area,
}
