"""One row of a table of shares: what its cells say, or why it cannot be taken.

What belongs here: the meaning of cells. What does not: tables and files (`shares`).
"""

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ingestion.areas import COUNTRY, area_id
from ingestion.delivered import rows as why
from ingestion.delivered.reading import Told

if TYPE_CHECKING:
    from ingestion.delivered.shares import Layout

# Columns of `published_share`.
COLUMNS = {
    "round": "smallint",
    "survey": "varchar",
    "item_id": "varchar",
    "question": "varchar",
    "answer": "varchar",
    "area_id": "varchar",
    "gender": "varchar",
    "dimension": "varchar",
    "category": "varchar",
    "share": "double",
    "ci_lower": "double",
    "ci_upper": "double",
    "differs_from_country": "boolean",
    "n": "bigint",
    "source_text": "varchar",
}
NUMBER = r"[-−]?\d{1,4}(?:[.,]\d+)?"
INTERVAL = re.compile(rf"\s*({NUMBER})\s*[-–—]\s*({NUMBER})\s*(\*?)\s*")
# Share and bounds are rounded apart, at worst to whole numbers.
ROUNDING = 1.0
# Answers by which a question that is an item's title means the item.
YES = ("ja", "andel", "procent")


class Unreadable(Exception):
    """A row that cannot be taken.

    Args:
        field: Whose cell is to blame; None: the row.
        reason: One of `rows`' words.
    """

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def read_row(
    layout: "Layout",
    told: Told,
    region: str,
    written: Mapping[str, str | None],
    notes: list[tuple[str, str]],
) -> dict:
    """A row of `published_share`.

    Args:
        layout: The source's.
        told: Year and item where no column says.
        region: Two digits.
        written: Cells by field; None where blank.
        notes: Grows by field and reason, where the row stays but something of it was not
            understood.

    Raises:
        Unreadable: The row cannot be taken.
    """
    area = _area(written.get("area"), region)
    item, question, answer = _question(layout, told, written, notes)
    dimension, category = _group(layout, written, notes)
    share = _share(written.get("share"))
    lower, upper, differs = _interval(written.get("interval"), share, notes)
    return {
        "round": _round(written, told),
        "survey": layout.survey or _survey(layout, written.get("survey")),
        "item_id": item,
        "question": question,
        "answer": answer,
        "area_id": area,
        "gender": _gender(layout, written),
        "dimension": dimension,
        "category": category,
        "share": share,
        "ci_lower": lower,
        "ci_upper": upper,
        "differs_from_country": None if area == COUNTRY else differs,
        "n": _n(written, notes),
        "source_text": written.get("source"),
    }


def _round(written: Mapping[str, str | None], told: Told) -> int:
    text = written["round"] if "round" in written else str(told.year)
    if text is None:
        raise Unreadable("round", why.NO_ROUND)
    if not re.fullmatch(r"(19|20|21)\d\d", text):
        raise Unreadable("round", why.BAD_ROUND)
    return int(text)


def _survey(layout: "Layout", text: str | None) -> str:
    found = layout.labels("survey", text) if text else None
    if found is None:
        raise Unreadable("survey", why.NO_SURVEY)
    return found


def _area(text: str | None, region: str) -> str:
    if text is None:
        raise Unreadable("area", why.NO_AREA)
    found = area_id(text)
    if found is None:
        raise Unreadable("area", why.UNKNOWN_AREA)
    if found not in (COUNTRY, f"00{region}") and not found.startswith(region):
        raise Unreadable("area", why.OTHER_REGION)
    return found


def _gender(layout: "Layout", written: Mapping[str, str | None]) -> str:
    if "gender" not in written:
        return "T"
    text = written["gender"]
    found = layout.labels("gender", text) if text else None
    if found is None:
        raise Unreadable("gender", why.NO_GENDER)
    return found


def _question(
    layout: "Layout",
    told: Told,
    written: Mapping[str, str | None],
    notes: list[tuple[str, str]],
) -> tuple[str | None, str, str | None]:
    """Item, question and answer."""
    if told.item:
        return told.item, layout.items[told.item], None
    question, answer = written.get("question"), written.get("answer")
    if question is None:
        raise Unreadable("question", why.NO_QUESTION)
    asked = layout.labels("item", question)
    if answer is None or answer.casefold() in YES or answer.casefold() == question.casefold():
        item = asked
    else:
        item = layout.labels("item", f"{question}: {answer}") or layout.labels("item", answer)
    if item is None and asked is None:
        notes.append(("question", why.UNKNOWN_LABEL))
    return item, question, answer


def _group(
    layout: "Layout", written: Mapping[str, str | None], notes: list[tuple[str, str]]
) -> tuple[str | None, str | None]:
    """Dimension and category; an unknown label stays as it stands."""
    for dimension in layout.dimensions:
        if dimension not in written:
            continue
        text = written[dimension]
        if text is None:
            # Not the total: R writes so those of whom the group is not known.
            raise Unreadable(dimension, why.NO_GROUP)
        found = layout.labels(dimension, text)
        if found is None:
            notes.append((dimension, why.UNKNOWN_LABEL))
        return dimension, found or text
    return None, None


def number(text: str) -> float | None:
    """A number as people write it; None: it is none.

    Args:
        text: With a decimal comma or point, a minus sign of any kind, and perhaps `%`.
    """
    plain = text.replace("%", "").replace(",", ".").replace("−", "-").strip()
    if not re.fullmatch(r"-?\d+(\.\d+)?([eE]-?\d+)?", plain):
        return None
    found = float(plain)
    return found if math.isfinite(found) else None


def _share(text: str | None) -> float:
    if text is None:
        raise Unreadable("share", why.NO_SHARE)
    share = number(text)
    if share is None or not 0 <= share <= 100:
        raise Unreadable("share", why.BAD_SHARE)
    return share


def interval(text: str) -> tuple[float, float, bool] | None:
    """Bounds of an interval and whether a star follows; None: it is none.

    Args:
        text: Such as `57.9 - 66.7  *`, `-3,1 - 9` or `94.2 – 101.8`.
    """
    found = INTERVAL.fullmatch(text)
    if not found:
        return None
    lower, upper = (number(one) for one in found.groups()[:2])
    if lower is None or upper is None or lower > upper:
        return None
    return lower, upper, bool(found[3])


def _interval(
    text: str | None, share: float, notes: list[tuple[str, str]]
) -> tuple[float | None, float | None, bool | None]:
    if text is None:
        return None, None, None
    found = interval(text)
    if found is None:
        notes.append(("interval", why.BAD_INTERVAL))
        return None, None, None
    if not found[0] - ROUNDING <= share <= found[1] + ROUNDING:
        raise Unreadable("interval", why.OUTSIDE_INTERVAL)
    return found


def _n(written: Mapping[str, str | None], notes: list[tuple[str, str]]) -> int | None:
    text = written.get("n")
    if text is None:
        return None
    found = number(re.sub(r"\s", "", text))
    if found is None or found < 0 or found != int(found):
        notes.append(("n", why.BAD_NUMBER))
        return None
    return int(found)
