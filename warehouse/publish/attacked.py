"""The attack on a release that is written and not yet published, as a check of publishing.

What belongs here: the result in words, without a count of people. What does not: the attack
(`warehouse.attack`), which earlier releases count (`writing.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from warehouse.attack.published import attack_release
from warehouse.attack.report import Report
from warehouse.errors import InputError
from warehouse.publish.checks import check_result
from warehouse.publish.results import PublicationCheck
from warehouse.publish.rules import ATTACK, PUBLICATION_CHECKS

# More than any release takes; what is not decided by then is not published.
MOST_SECONDS = 1800.0
# Each takes up to 0.5 GiB.
PROCESSES = 2
_REMEDY = (
    "The last release stands. Coarsen a category of the tables named in disclosure.yml, or leave "
    "a table out."
)


@dataclass(frozen=True)
class Attacked:
    """What an attack on a written release found.

    Args:
        check: In words; failed when a hidden cell was found, could not be decided, or the release
            cannot be attacked.
        unsafe: Tables with a cell that was not shown safe, as the attack's report names them.
    """

    check: PublicationCheck
    unsafe: tuple[Mapping[str, str], ...] = ()


def disclosure_attack(folder: Path, earlier: Sequence[Path]) -> Attacked:
    """Attack a written release, alone and beside each earlier one.

    Args:
        folder: The release.
        earlier: Stored releases of the same region and origin.
    """
    try:
        report = attack_release(folder, earlier, seconds=MOST_SECONDS, processes=PROCESSES)
    except InputError as error:
        return Attacked(_check([error.what], error.what, error.remedy))
    check = _check(_faults(report), _summary(report), _REMEDY, report)
    return Attacked(check, tuple(report.unsafe))


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
