"""Kolada's API v3 as a function: an address in, a status and a JSON text out.

What belongs here: endpoints, parameters, limits, paging and their errors. What does not:
HTTP (`server.py`), SQL (`values.py`), faults (`faults.py`).

Where Kolada's behaviour is not published, the choice is written beside it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, unquote, urlencode

import duckdb
import msgspec

from ingestion.http.server import Answer
from ingestion.kolada.replay.filters import Filter
from ingestion.kolada.replay.snapshot import Snapshot
from ingestion.kolada.replay.values import ValueStore

ROOT = "/v3"
PAGE_ITEMS = 5_000
FILTER_IDS = 25
URL_CHARACTERS = 8_000
# What values are of, by endpoint.
PLACES = {"data": "municipality", "oudata": "ou"}


class _Refused(Exception):
    """A request that is answered with a 4xx."""

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        self.detail = detail
        super().__init__(detail)


@dataclass(frozen=True)
class _Page:
    """Which page of which address is wanted."""

    address: str
    parameters: dict[str, str]
    number: int
    size: int

    @property
    def start(self) -> int:
        """Number of items before this page."""
        return (self.number - 1) * self.size

    def _url(self, number: int) -> str:
        query = {**self.parameters, "page": str(number), "per_page": str(self.size)}
        return f"{self.address}?{urlencode(query, safe=',')}"

    def answer(self, items: Sequence[str], more: bool) -> Answer:
        """The page with these items, each of them JSON text."""
        following = self._url(self.number + 1) if more else None
        previous = self._url(self.number - 1) if self.number > 1 else None
        text = (
            f'{{"values":[{",".join(items)}],"count":{len(items)},'
            f'"next_url":{json.dumps(following)},"previous_url":{json.dumps(previous)}}}'
        )
        return Answer(200, text.encode())


class Api:
    """Answers addresses from one snapshot. Not thread-safe: the server holds a lock.

    Args:
        snapshot: The checked snapshot.
        con: DuckDB connection that belongs to the API from now on.
        seed: Decides the gender order inside items.
    """

    def __init__(self, snapshot: Snapshot, con: duckdb.DuckDBPyConnection, seed: int = 0) -> None:
        self._metadata = snapshot.metadata
        types = {area["id"]: area["type"] for area in self._metadata["municipality"]}
        members = [
            (group["id"], member["member_id"])
            for group in self._metadata["municipality_groups"]
            for member in group["members"]
        ]
        self._stores = {
            "data": ValueStore(snapshot.values["data"], types, members, con.cursor(), seed)
        }
        if units := snapshot.values.get("oudata"):
            # Whether Kolada knows `region_type` for units is not published.
            of_unit = {
                unit["id"]: types.get(unit["municipality"], "") for unit in self._metadata["ou"]
            }
            self._stores["oudata"] = ValueStore(units, of_unit, [], con.cursor(), seed)

    def answer(self, target: str, origin: str) -> Answer:
        """Answer one GET request.

        Args:
            target: Path and query as sent (`/v3/kpi?page=2`).
            origin: Scheme, host and port that `next_url` starts with.
        """
        try:
            if len(target) > URL_CHARACTERS:
                raise _Refused(414, f"The URL is longer than {URL_CHARACTERS} characters.")
            return self._route(target, origin)
        except _Refused as refusal:
            return Answer(refusal.status, msgspec.json.encode({"detail": refusal.detail}))

    def _route(self, target: str, origin: str) -> Answer:
        path, _, query = target.partition("?")
        parts = [unquote(part) for part in path.split("/") if part]
        if not parts or f"/{parts[0]}" != ROOT or len(parts) < 2:
            raise _Refused(404, "Not Found")
        parameters = dict(parse_qsl(query))
        page = _Page(
            origin + path,
            parameters,
            _whole_number(parameters, "page", 1),
            # More than the maximum is cut to it: whether Kolada refuses is not published.
            min(_whole_number(parameters, "per_page", PAGE_ITEMS), PAGE_ITEMS),
        )
        endpoint, rest = parts[1], parts[2:]
        if endpoint in PLACES:
            return self._data(endpoint, rest, page)
        if endpoint in self._metadata and len(rest) < 2:
            return self._entries(endpoint, rest[0] if rest else None, page)
        raise _Refused(404, "Not Found")

    def _entries(self, endpoint: str, ids: str | None, page: _Page) -> Answer:
        entries = self._metadata[endpoint]
        if ids is not None:
            wanted = set(_ids("id", ids))
            entries = [entry for entry in entries if entry["id"] in wanted]
        title = page.parameters.get("title", "").casefold()
        entries = [entry for entry in entries if title in entry["title"].casefold()]
        end = page.start + page.size
        items = [msgspec.json.encode(entry).decode() for entry in entries[page.start : end]]
        return page.answer(items, len(entries) > end)

    def _data(self, endpoint: str, rest: list[str], page: _Page) -> Answer:
        place = PLACES[endpoint]
        if rest:
            parts = _path_parts(rest, place)
        else:
            names = {"kpi_id": "kpi", f"{place}_id": place, "year": "year"}
            parts = {
                part: page.parameters[name]
                for name, part in names.items()
                if page.parameters.get(name)
            }
            if len(parts) < 2:
                # Kolada answers an empty list, not an error, to names it does not know.
                return page.answer([], False)
        chosen = {part: _ids(part, text) for part, text in parts.items()}
        wanted = Filter(
            chosen.get("kpi", ()),
            chosen.get(place, ()),
            _years(chosen.get("year", ())),
            _region_type(page.parameters.get("region_type")),
            _date(page.parameters.get("from_date")),
        )
        if endpoint not in self._stores:
            return page.answer([], False)
        return page.answer(*self._stores[endpoint].page(wanted, page.start, page.size))


def _path_parts(rest: list[str], place: str) -> dict[str, str]:
    allowed = ("kpi", place, "year")
    names, texts = rest[::2], rest[1::2]
    if len(names) != len(texts) or set(names) - set(allowed) or len(set(names)) < len(names):
        raise _Refused(404, "Not Found")
    if len(names) < 2:
        raise _Refused(422, f"At least two of {', '.join(allowed)} are needed.")
    return dict(zip(names, texts, strict=True))


def _ids(part: str, text: str) -> tuple[str, ...]:
    ids = [item.strip() for item in text.split(",") if item.strip()]
    if not ids:
        raise _Refused(422, f"No id in {part}.")
    if len(ids) > FILTER_IDS:
        raise _Refused(422, f"{len(ids)} ids in {part}; at most {FILTER_IDS} are allowed.")
    return tuple(sorted(set(ids)))


def _years(texts: Sequence[str]) -> tuple[int, ...]:
    wrong = [text for text in texts if not (text.isascii() and text.isdigit() and len(text) < 6)]
    if wrong:
        raise _Refused(422, f"{wrong[0]!r} is no year.")
    return tuple(sorted({int(text) for text in texts}))


def _region_type(text: str | None) -> str | None:
    if text not in (None, "K", "L"):
        raise _Refused(422, "region_type is K or L.")
    return text


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _Refused(422, "from_date is a date of the form YYYY-MM-DD.") from None


def _whole_number(parameters: dict[str, str], name: str, default: int) -> int:
    text = parameters.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**9):
        raise _Refused(422, f"{name} is a whole number from 1.")
    return int(text)
