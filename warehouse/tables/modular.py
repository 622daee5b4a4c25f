"""Exact linear algebra: elimination modulo a large prime.

What belongs here: the span of sparse vectors, growing one by one. What does not: what the
vectors stand for.

Whole numbers modulo a prime need no rounding and no tolerance. A vector that is a rational
combination of others is one modulo the prime too, unless a denominator is a multiple of it;
the other way, only if a minor is. Margins have coefficients 0 and 1, and their minors and
denominators are tiny beside 2^61 - 1.
"""

from collections.abc import Iterable
from fractions import Fraction

PRIME = 2**61 - 1

# Coordinate -> value, 1 .. PRIME - 1; zeros are left out.
Vector = dict[int, int]


def ones(coordinates: Iterable[int]) -> Vector:
    """The vector with 1 at these coordinates."""
    return {int(coordinate): 1 for coordinate in coordinates}


def modular(value: Fraction) -> int:
    """A fraction as its residue."""
    return value.numerator * pow(value.denominator, -1, PRIME) % PRIME


def add_multiple(vector: Vector, factor: int, other: Vector) -> None:
    """Add `factor` times `other` to a vector, in place."""
    get = vector.get
    for coordinate, value in other.items():
        total = (get(coordinate, 0) + factor * value) % PRIME
        if total:
            vector[coordinate] = total
        else:
            vector.pop(coordinate, None)


def direction(vector: Vector) -> frozenset[tuple[int, int]]:
    """What all multiples of a vector, and only they, have in common."""
    return frozenset(scaled(vector, min(vector)).items())


def scaled(vector: Vector, coordinate: int) -> Vector:
    """The multiple of a vector that has 1 at a coordinate."""
    scale = pow(vector[coordinate], -1, PRIME)
    return {key: value * scale % PRIME for key, value in vector.items()}


class Columns:
    """Sparse vectors by number, with the numbers of those that have a coordinate."""

    def __init__(self) -> None:
        self.vectors: dict[int, Vector] = {}
        self.having: dict[int, set[int]] = {}

    def put(self, number: int, vector: Vector) -> None:
        """Set a vector, new or changed."""
        old = self.vectors.get(number, {})
        for coordinate in old.keys() - vector.keys():
            self.having[coordinate].discard(number)
        for coordinate in vector.keys() - old.keys():
            self.having.setdefault(coordinate, set()).add(number)
        self.vectors[number] = vector

    def count(self, coordinate: int) -> int:
        """How many vectors have a coordinate."""
        return len(self.having.get(coordinate, ()))


class Span:
    """All combinations of the vectors added so far, in reduced echelon form."""

    def __init__(self) -> None:
        self._rows = Columns()

    @property
    def rank(self) -> int:
        """The number of independent vectors added."""
        return len(self._rows.vectors)

    def reduce(self, vector: Vector) -> Vector:
        """The vector without what the span holds of it; empty if it lies in the span."""
        reduced = dict(vector)
        rows = self._rows.vectors
        for coordinate in vector:
            if coordinate in rows:
                add_multiple(reduced, PRIME - vector[coordinate], rows[coordinate])
        return reduced

    def fill(self, coordinate: int) -> int:
        """How many vectors change when the next one is eliminated at this coordinate."""
        return self._rows.count(coordinate)

    def add(self, reduced: Vector, pivot: int) -> None:
        """Add a vector that `reduce` has returned, not empty.

        Args:
            reduced: The vector.
            pivot: One of its coordinates, which no other vector of the span keeps.
        """
        row = scaled(reduced, pivot)
        for number in list(self._rows.having.get(pivot, ())):
            changed = dict(self._rows.vectors[number])
            add_multiple(changed, PRIME - changed[pivot], row)
            self._rows.put(number, changed)
        self._rows.put(pivot, row)

    def extend(self, vector: Vector) -> bool:
        """Add a vector; False if it was in the span already."""
        reduced = self.reduce(vector)
        if reduced:
            self.add(reduced, min(reduced, key=lambda key: (self.fill(key), key)))
        return bool(reduced)
