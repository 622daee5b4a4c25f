"""Pseudonyms: who is the same pupil, without who it is.

What belongs here: from an identity to its pseudonym and to its tombstone, and the chain of
keys. What does not: personal numbers' form (`personal_number`), tables (`talks`).

HMAC-SHA-256 in a name space of ELSA's own, so nobody can be joined with another source. Numbers
and pseudonyms that a sender made itself are apart from each other, and senders are apart.
**Whoever has the keys has the numbers**: all numbers of a birth year are tried in seconds.

Changing the key wraps: p' = HMAC(new key, p), and the door applies the whole chain, so earlier
keys stay needed. It makes pseudonyms that got out useless for finding rows made since; it does
not help once the store and all keys got out together.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from warehouse.sealed.errors import KeyMissing
from warehouse.sealed.keys import NEXT, PSEUDONYM, TOMBSTONE, Key, KeyFolder

_PURPOSE = "elsa pseudonym"


def number_identity(number: str) -> str:
    """A person, by the 12 characters of a personal number."""
    return f"number\0{number}"


def delivered_identity(sender: str, pseudonym: str) -> str:
    """A person, by a pseudonym that a sender made."""
    return f"delivered\0{sender}\0{pseudonym}"


@dataclass(frozen=True)
class Chain:
    """The keys of pseudonyms, the first one first."""

    keys: tuple[Key, ...]

    def pseudonym(self, identity: str) -> str:
        """64 hexadecimal digits for a person."""
        return self._of(f"person\0{identity}")

    def talk(self, identity: str, day: str) -> str:
        """64 hexadecimal digits for a person's visit on a day, which is not stored itself."""
        return self._of(f"talk\0{identity}\0{day}")

    @property
    def check_value(self) -> str:
        """What a store remembers of the keys that its pseudonyms were made with."""
        return self._of("check")

    def _of(self, text: str) -> str:
        found = text.encode()
        for key in self._derived:
            found = hmac.digest(key, found, hashlib.sha256)
        return found.hex()

    @cached_property
    def _derived(self) -> tuple[bytes, ...]:
        return tuple(key.derive(_PURPOSE) for key in self.keys)


def wrap(made: Iterable[str], key: Key) -> Iterator[str]:
    """What the chain makes of persons with one key more, from what it made without it."""
    own = key.derive(_PURPOSE)
    for one in made:
        yield hmac.digest(own, bytes.fromhex(one), hashlib.sha256).hex()


def tombstone(key: Key, identity: str) -> str:
    """What is kept of a person who withdrew consent: enough to keep later rows out."""
    return hmac.digest(key.derive("elsa tombstone"), identity.encode(), hashlib.sha256).hex()


def tombstone_key(keys: KeyFolder) -> Key:
    """The key of tombstones."""
    return keys.read(TOMBSTONE)


def last_number(keys: KeyFolder) -> int:
    """How many keys the chain has.

    Raises:
        KeyMissing: One is missing between others: its beginning would pass for the whole.
    """
    names = [path.name.split(".") for path in keys.path.glob(f"{PSEUDONYM}.*.key")]
    numbers = sorted(int(parts[1]) for parts in names if len(parts) == 3 and parts[1].isdigit())
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            raise KeyMissing(
                f"The key {PSEUDONYM}.{expected} is not in {keys.path}, but later ones are.",
                "Put it back from its backup.",
            )
    return max(numbers, default=1)


def chains(keys: KeyFolder) -> list[Chain]:
    """The chain in force; and the one with a next key, where a change was cut short.

    Raises:
        KeyMissing: A key of the chain is not there.
    """
    number = last_number(keys)
    chain = tuple(keys.read(f"{PSEUDONYM}.{one}") for one in range(1, number + 1))
    found = [Chain(chain)]
    following = f"{PSEUDONYM}.{number + 1}{NEXT}"
    if keys.has(following):
        found.append(Chain((*chain, keys.read(following))))
    return found
