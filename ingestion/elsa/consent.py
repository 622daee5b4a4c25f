"""Consent and protected identities: what a row's own cells say of them.

What belongs here: the words in use and what they mean. What does not: what is counted, and
consent withdrawn elsewhere (`door`).

Cells are by the names of the codebook's `door`.
"""

from datetime import date

from ingestion.elsa import reasons as why

CONSENT = {"j": None, "n": why.REFUSED, "ater": why.WITHDRAWN, "åter": why.WITHDRAWN}
GIVERS = {"vh": "guardian", "elev": "pupil"}
PROTECTED = {"j", "ja", "1", "x", "sant", "true"}
OWN_CONSENT_MONTHS = 15 * 12


def is_protected(cells: dict[str, str | None]) -> bool:
    """Whether a row is of a protected identity: a flag, or a name that begins with xx."""
    flag = (cells["protected"] or "").casefold()
    return flag in PROTECTED or (cells["name"] or "").casefold().startswith("xx")


def giver(cells: dict[str, str | None]) -> str | None:
    """Who gave consent: guardian or pupil; None when it is not said."""
    return GIVERS.get((cells["consent_by"] or "").casefold())


def consent_reason(
    cells: dict[str, str | None], consented: date | None, visit: date | None
) -> str | None:
    """Why a row has no valid consent; None when it has."""
    if cells["consent"] is None:
        return why.NO_CONSENT
    reason = CONSENT.get(cells["consent"].casefold(), why.UNKNOWN_CONSENT)
    if reason is None and consented is None:
        return why.NO_CONSENT_DATE
    if reason is None and giver(cells) is None:
        return why.NO_GIVER
    if reason is None and visit and consented and consented > visit:
        return why.LATE_CONSENT
    return reason
