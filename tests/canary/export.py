"""An export whose every field is a canary somewhere, and what to look for afterwards."""

import random
from datetime import date, timedelta
from pathlib import Path

from tests.canary.forms import Canaries
from tests.elsa.exports import COLUMNS, ITEMS, number, row, write

# Of no hexadecimal digit, so that hashes cannot look like one by chance.
LETTERS = "ghjklmnpqrstuvwxyzGHJKLMNPQRSTUVWXYZåäöÅÄÖ"
EXTRA = ("namn", "adress", "anteckning")
_random = random.Random(20261127)


def word() -> str:
    """A text that is nowhere else, with letters that encodings differ in."""
    return f"Åsö{''.join(_random.choices(LETTERS, k=17))}"


def some_number(serial: int) -> str:
    """A valid number of somebody who turns 10 in 2023."""
    birth = date(2013, 1, 1) + timedelta(days=_random.randrange(365))
    return number(f"{birth:%Y%m%d}", serial)


class Export:
    """A file of talks; attributes say what must be found nowhere.

    Args:
        folder: Where it is written.
        filler: Talks besides those that hold canaries, so that loading takes its time.
    """

    def __init__(self, folder: Path, filler: int) -> None:
        self.numbers, self.words = [], []
        rows = [self._person() for _ in range(60)]
        rows += [self._with_a_word(name) for name in (*COLUMNS, *ITEMS)]
        rows += [self._person(samtycke="N") for _ in range(3)]
        rows += [self._person(skyddad_identitet="1") for _ in range(3)]
        self.withdraws = rows[0]["personnummer"]
        rows += [{**rows[0], "besoksdatum": "2023-10-03"}]
        middle = len(rows) // 2
        plain = [
            row(personnummer=number(f"2013{1 + at // 27 % 12:02}{1 + at % 27:02}", 1 + at // 324))
            for at in range(filler)
        ]
        rows = [*rows[:middle], *plain, *rows[middle:]]
        header = [*COLUMNS[:1], *EXTRA, "skyddad_identitet", *COLUMNS[1:], *ITEMS]
        rows = [{name: one.get(name, "") for name in header} for one in rows]
        self.name = word()
        self.words.append(self.name)
        self.path = write(folder / f"{self.name}.csv", rows, "cp1252")
        self.canaries = Canaries(self.words, self.numbers)

    def _person(self, **cells: str) -> dict[str, str]:
        serial = 300 + len(self.numbers)
        self.numbers.append(some_number(serial))
        told = {name: word() for name in EXTRA}
        self.words += told.values()
        return {**row(personnummer=self.numbers[-1]), **told, **cells}

    def _with_a_word(self, column: str) -> dict[str, str]:
        """What should be a code, a date or a measure is a text."""
        self.words.append(word())
        return self._person(**{column: self.words[-1]})
