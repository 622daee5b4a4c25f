"""The attack on a release that is written and not yet published.

What belongs here: with which earlier releases it is attacked, and the result as a check of
the publication. What does not: the attack (`warehouse.attack`), hiding (`warehouse.disclosure`).
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from warehouse.attack.public_rules import RULES
from warehouse.attack.published import attack_release
from warehouse.attack.report import Report
from warehouse.errors import InputError
from warehouse.publish import store
from warehouse.publish.attempt import Attempt
from warehouse.publish.checks import check_result
from warehouse.publish.results import PublicationCheck
from warehouse.publish.rules import ATTACK, PUBLICATION_CHECKS

# Marts of this schema count people.
SCHEMA = "survey"
# More than any release takes; what is not decided by then is not published.
MOST_SECONDS = 1800.0
_REMEDY = (
    "Nothing to do for readers: the last release stands. `python -m warehouse.attack` on the "
    "tables named shows more; coarsen a category in disclosure.yml, or leave out a table."
)


def disclosure_attack(attempt: Attempt, folder: Path) -> PublicationCheck:
    """Attack a written release, alone and with every stored one of its region and origin.

    Returns:
        The check; failed when a hidden cell was found, could not be decided, or the release
        cannot be attacked.
    """
    if not (folder / RULES).is_file():
        return _without_rules(attempt)
    earlier = [
        stored.folder
        for stored in store.releases(attempt.settings.paths)
        if stored.manifest.get("protected_origin") == attempt.settings.survey_origin
        and stored.manifest.get("region") == attempt.info.region
        and (stored.folder / RULES).is_file()
    ]
    try:
        report = attack_release(folder, earlier, seconds=MOST_SECONDS)
    except InputError as error:
        return _check([error.what], error.what, error.remedy)
    return _check(_faults(report), _summary(report), _REMEDY, report)


def _without_rules(attempt: Attempt) -> PublicationCheck:
    """Nothing to attack, if nobody is counted."""
    faults = [
        f"{table.full_name} counts people, and the release has no {RULES}"
        for table in attempt.tables
        if table.schema == SCHEMA
    ]
    return _check(faults, "no table counts people", f"Write {RULES} into the release.")


def _faults(report: Report) -> list[str]:
    return [
        f"{mode.mode}: {verdict}: {place}"
        for mode in report.modes
        for verdict, places in (("disclosed", mode.disclosed), ("undecided", mode.undecided))
        for place in places
    ]


def _summary(report: Report) -> str:
    return (
        f"{report.hidden} of {report.cells} cells are hidden, all shown safe, also beside "
        f"{len(report.earlier)} earlier releases"
    )


def _check(
    faults: list[str], found: str, remedy: str, report: Report | None = None
) -> PublicationCheck:
    made = check_result(
        ATTACK,
        faults,
        PUBLICATION_CHECKS[ATTACK],
        "every hidden cell shown safe in every mode",
        remedy,
        found=found,
    )
    details = tuple(_line(mode) for mode in report.content()["modes"]) if report else ()
    return replace(made, details=details)


def _line(mode: dict[str, Any]) -> dict[str, Any]:
    names = ("mode", "attacked", "safe", "disclosed", "undecided", "seconds", "note")
    return {name: mode[name] for name in names}
