"""Every shape that a canary may take in a file, and a search for many shapes at once.

A canary counts as found when any eight of its characters in a row are, in any encoding: a value
that was cut, hashed no further, or mixed into other text is still a value of a person.
"""

import base64
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import numpy as np

PART = 8
_DURATION = re.compile(rb'"(?:duration_ms|execution_time)": [0-9]{1,9}\.[0-9]{0,16}$')
_FRACTION = re.compile(rb"[0-9]\.([0-9]{0,16})$")
_DIGITS = re.compile(rb"[0-9]+")
DECIMALS = 13


class Canaries:
    """What is looked for, prepared for searching.

    Args:
        texts: Names, answers, free text.
        numbers: Personal numbers of twelve digits.
    """

    def __init__(self, texts: Iterable[str], numbers: Iterable[str] = ()) -> None:
        self._probes: dict[int, list[tuple[bytes, str]]] = {}
        for text in texts:
            # A pseudonym has 57 parts; one of eight digits is in any table of decimals by chance.
            for shape in shapes(text):
                if len(shape) > PART or not shape.isdigit():
                    self._add(shape, text)
        for number in numbers:
            for written in spellings(number):
                for shape in shapes(written):
                    self._add(shape, number)
            for whole in (int(number), int(number[2:])):
                for order in ("little", "big"):
                    self._add(whole.to_bytes(8, order), number)
        self._sorted = np.array(sorted(self._probes), dtype=np.uint64)
        self._first = np.zeros(1 << 24, dtype=bool)
        self._first[self._sorted & np.uint64(0xFFFFFF)] = True

    def _add(self, shape: bytes, canary: str) -> None:
        probe = int.from_bytes(shape[:8], "little")
        self._probes.setdefault(probe, []).append((shape, canary))

    def within(self, content: bytes) -> set[str]:
        """The canaries that are in a content, in whatever shape."""
        found: set[str] = set()
        for offset in range(8):
            n = (len(content) - offset) // 8
            if n <= 0:
                break
            words = np.frombuffer(content, dtype="<u8", count=n, offset=offset)
            likely = np.flatnonzero(self._first[words & np.uint64(0xFFFFFF)])
            places = np.searchsorted(self._sorted, words[likely])
            places[places == len(self._sorted)] = 0
            hits = likely[self._sorted[places] == words[likely]]
            for at in hits:
                begin = offset + int(at) * 8
                for shape, canary in self._probes[int(words[at])]:
                    if content.startswith(shape, begin) and not is_measure(
                        content, begin, shape, canary
                    ):
                        found.add(canary)
        return found


def is_measure(content: bytes, begin: int, shape: bytes, canary: str) -> bool:
    """Whether digits lie by chance in the fraction of a measured time, or of a double in full.

    A run's log has thousands of them, and eight random digits of one were a pupil's by chance. A
    double has 13 decimals and more (457.1006339974701); what has fewer is not passed over, and
    ten digits of a number, its short form, are no chance anywhere.
    """
    before = content[max(0, begin - 60) : begin]
    fraction, rest = _FRACTION.search(before), _DIGITS.match(content, begin)
    if not (shape.isdigit() and fraction and rest):
        return False
    digits = (fraction[1] + rest[0]).decode()
    if any(canary[at : at + 10] in digits for at in range(len(canary) - 9)):
        return False
    return len(digits) >= DECIMALS or bool(_DURATION.search(before))


def spellings(number: str) -> set[str]:
    """A personal number with ten and twelve digits, with and without its signs."""
    long, short, end = number[:8], number[2:8], number[8:]
    return {begin + sign + end for begin in (long, short) for sign in ("", "-", "+")}


def shapes(text: str) -> set[bytes]:
    """Every part of eight characters, in every encoding; at least eight bytes each."""
    return {shape for part in _parts(text) for shape in _encoded(part)}


def _parts(text: str) -> Iterator[str]:
    for at in range(max(1, len(text) - PART + 1)):
        yield text[at : at + PART]


def _encoded(part: str) -> Iterator[bytes]:
    for form in {part, unicodedata.normalize("NFD", part)}:
        utf8 = form.encode()
        yield from (utf8, form.encode("cp1252", "ignore"))
        yield from (quote(form).encode(), quote(form).lower().encode())
        escaped = json.dumps(form)[1:-1]
        yield escaped.encode()
        yield escaped.encode().replace(b"\\u", b"\\\\u")
        yield form.encode("utf-16-le")
        yield form.encode("utf-16-be")
        yield utf8.hex().encode()
        yield utf8.hex().upper().encode()
        yield from based64(utf8)


def based64(plain: bytes) -> Iterator[bytes]:
    """What every base64 text with these bytes inside has in common: three places to begin."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + plain)
        # Characters that also hold bits of what stands before or after.
        first = (before * 8 + 5) // 6
        last = (before + len(plain)) * 8 // 6
        yield text[first:last]
        yield base64.urlsafe_b64encode(b"\0" * before + plain)[first:last]
