"""`python -m warehouse.attack PUBLISHED_DIR` or `--table cells.csv`: attack what was published.

What belongs here: options, the report and the exit status. What does not: the attack.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.attack.modes import Outcome, Scene, run_modes
from warehouse.attack.published import attack_release
from warehouse.attack.witnesses import Verdict
from warehouse.errors import InputError
from warehouse.tables.reading import read_tables


def main(arguments: Sequence[str] | None = None) -> int:
    """Attack a release, or tables.

    Returns:
        0 when every hidden cell was shown safe in every mode; 1 when one was disclosed or not
        decided; 2 when the input cannot be used.
    """
    options = _options(arguments)
    try:
        if options.release:
            return _release(options)
        outcomes = []
        for outcome in run_modes(_scene(options)):
            outcomes.append(outcome)
            print(_line(outcome), flush=True)
    except InputError as error:
        print(f"attack: {error}", file=sys.stderr)
        return 2
    _write(options.report, report(options, outcomes))
    return 0 if is_safe(outcomes) else 1


def _release(options: argparse.Namespace) -> int:
    found = attack_release(
        options.release, options.earlier, seconds=options.seconds, processes=options.processes
    )
    for mode in found.modes:
        note = f" ({mode.note})" if mode.note else ""
        print(
            f"{mode.mode}: {mode.attacked} attacked, {mode.safe} safe, "
            f"{len(mode.disclosed)} disclosed, {len(mode.undecided)} undecided, "
            f"{mode.seconds:.1f} s{note}"
        )
    _write(options.report, found.content())
    return 0 if found.is_safe else 1


def _write(path: Path | None, content: dict[str, Any]) -> None:
    if path:
        text = json.dumps(content, indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


def is_safe(outcomes: Sequence[Outcome]) -> bool:
    """Whether every mode that decides about publishing shows every cell safe."""
    return all(
        len(outcome.of(Verdict.SAFE)) == len(outcome.cells)
        for outcome in outcomes
        if outcome.counts
    )


def report(options: argparse.Namespace, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What was found, with places of cells and never a count."""
    return {
        "tables": [path.name for path in options.table],
        "is_safe": is_safe(outcomes),
        "modes": [
            {
                "mode": outcome.mode,
                "decides": outcome.counts,
                "attacked": len(outcome.cells),
                **{verdict.value: len(outcome.of(verdict)) for verdict in Verdict},
                "seconds": round(outcome.seconds, 3),
                "note": outcome.note,
                "disclosed_cells": outcome.of(Verdict.DISCLOSED),
                "undecided_cells": outcome.of(Verdict.UNDECIDED),
            }
            for outcome in outcomes
        ],
    }


def _line(outcome: Outcome) -> str:
    if outcome.note:
        return f"{outcome.mode}: {outcome.note}"
    counts = ", ".join(f"{len(outcome.of(verdict))} {verdict.value}" for verdict in Verdict)
    aside = "" if outcome.counts else " (does not decide)"
    return (
        f"{outcome.mode}: {len(outcome.cells)} attacked, {counts}, {outcome.seconds:.1f} s{aside}"
    )


def _scene(options: argparse.Namespace) -> Scene:
    table = read_tables(options.table, options.sums)
    earlier = read_tables(options.earlier, options.sums) if options.earlier else None
    return Scene(
        table,
        options.zeros_published,
        options.shares,
        earlier,
        options.threshold,
        options.reasons,
        options.seconds,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args(arguments)
    if bool(options.release) == bool(options.table):
        parser.error("give either the folder of a release or --table")
    given = [
        name for name in ("sums", "shares", "zeros_published", "reasons") if getattr(options, name)
    ]
    if options.release and given:
        parser.error(f"--{given[0].replace('_', '-')} belongs to --table; a release has its rules")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m warehouse.attack", description="Attack a release, or tables of counts."
    )
    add = parser.add_argument
    add(
        "release",
        type=Path,
        nargs="?",
        metavar="PUBLISHED_DIR",
        help="a release's folder, or `published`; its disclosure.json has the rules",
    )
    add(
        "--table",
        type=Path,
        action="append",
        default=[],
        metavar="CELLS.csv",
        help="dimension columns with Total, n, suppressed; give it again for more tables",
    )
    add(
        "--sums",
        type=Path,
        action="append",
        default=[],
        metavar="SUMS.csv",
        help="columns pub,inner, where margins are not simple totals; one per table",
    )
    add("--shares", type=Path, metavar="SHARES.csv", help="columns pub,base,share (percent)")
    add(
        "--earlier",
        type=Path,
        action="append",
        default=[],
        metavar="DIR|CELLS.csv",
        help="an earlier release; for --table its tables, in the same order",
    )
    add("--zeros-published", action="store_true", help="readers know that no zero is hidden")
    add("--threshold", type=int, default=5, help="counts below it are hidden; default 5")
    add("--reasons", action="store_true", help="also: what telling the reasons would cost")
    add("--seconds", type=float, default=math.inf, help="time limit, per mode for --table")
    add("--processes", type=int, default=2, help="for a large release; default 2")
    add("--report", type=Path, metavar="OUT.json", help="write a report")
    return parser


if __name__ == "__main__":
    sys.exit(main())
