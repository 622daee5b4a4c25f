"""Faults on demand in Kolada's own answers.

What belongs here: the changes that a fault makes to a page. What does not: when a rule fires and
faults that any API has (`ingestion/http/faults.py`).
"""

import re
from collections.abc import Callable
from typing import Any

from ingestion.http.faults import FaultPlan as HttpFaultPlan
from ingestion.http.faults import HttpFault

Payload = dict[str, Any]

_MUNICIPALITY_PART = re.compile(r"municipality(?:/|_id=)([^/?&]+)")
# Marks an address that has been repeated once, so that the loop ends.
REPEATED = "repeated=1"


class Fault(HttpFault, frozen=True, forbid_unknown_fields=True):
    """One rule, also of changes to pages.

    Args:
        items: For the changes of items: how many items of a page; None all.
        id: For `remove_kpi` and `add_area`: the KPI or area.
    """

    items: int | None = None
    id: str = ""

    @property
    def own_actions(self) -> tuple[str, ...]:
        """Changes of pages."""
        return tuple(PAGE_ACTIONS)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.action in ("remove_kpi", "add_area") and not self.id:
            raise ValueError(f"action {self.action} needs an id")


class FaultPlan(HttpFaultPlan[Fault]):
    """Rules of Kolada's server."""

    kind = Fault


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
