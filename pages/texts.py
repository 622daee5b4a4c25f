"""The table of texts of each language (`language/*.toml`), with the same keys in all.

What belongs here: finding a language's table and writing its sentences. What does not: which
sentence to write (`words.py`).
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pages.numbers import ENGLISH, SWEDISH, Numbers

_FOLDER = Path(__file__).with_name("language")
_NUMBERS = {"sv": SWEDISH, "en": ENGLISH}
LANGUAGES = tuple(_NUMBERS)


@dataclass(frozen=True)
class Language:
    """A language: its code, its texts and how it writes numbers."""

    code: str
    texts: dict[str, str]
    numbers: Numbers

    def __call__(self, key: str, **values: Any) -> str:
        """Write a text; a number n of 1 takes the text `<key>.1` where there is one."""
        one = f"{key}.1"
        text = self.texts[one if values.get("n") == 1 and one in self.texts else key]
        if not values:
            return text
        shown = {
            name: self.numbers.number(value, 2) if isinstance(value, float) else value
            for name, value in values.items()
        }
        return text.format(**shown)

    def reason(self, reason: str | None) -> str:
        """The marts' English reason in this language; as it is where no text is known."""
        return self.texts.get(f"reason.{reason}", reason or "")

    def listed(self, names: list[str]) -> str:
        """Names with commas and a last `and`."""
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.texts['and']} {names[-1]}"


def language(code: str) -> Language:
    """The language of a code, such as sv.

    Raises:
        KeyError: There is no table for it.
    """
    numbers = _NUMBERS[code]
    texts = tomllib.loads((_FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    return Language(code, texts, numbers)
