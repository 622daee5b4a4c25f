"""Secondary cells: no hidden cell is a combination of open ones.

What belongs here: the pass over candidates in a fixed order, by elimination modulo a prime.
What does not: what follows from counts being non-negative (`intervals`).

The pass opens one candidate after another and hides those that would make a protected vector
a combination of open cells. In the quotient by the open cells that is: the candidate and
the protected vector become multiples of each other. A cell hidden on the way needs no
watching of its own: if it became computable, so would the vector for which it was hidden.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from warehouse.tables.modular import PRIME, Columns, Span, Vector, add_multiple, direction, scaled

Direction = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Protected:
    """Vectors that must not be computable.

    Args:
        vectors: The vectors, over inner cells.
        secrets: How many of them, from the first, are hidden cells; the others only stop
            proofs of a bound.
        owned: Numbers of secrets that those counted in them know.
    """

    vectors: Sequence[Vector]
    secrets: int
    owned: frozenset[int] = frozenset()


@dataclass
class Pattern:
    """What a pass found: positions in the list of candidates, and in that of vectors.

    Args:
        hidden: Candidates that stay closed.
        independent: Open candidates that say something the earlier ones do not.
        exposed: Forced candidates that compute a protected vector.
    """

    hidden: list[int] = field(default_factory=list)
    independent: list[int] = field(default_factory=list)
    exposed: list[int] = field(default_factory=list)


class _Watch:
    """Protected vectors, kept reduced by the open cells, grouped by direction.

    Two vectors of one direction are told by one another: wrong if one of them is known to
    its owner, unless it was so from the start (a total with one part that is not zero).
    """

    def __init__(self, protected: Protected) -> None:
        self._columns = Columns()
        self._protected = protected
        self._at: dict[int, Direction] = {}
        self._groups: dict[Direction, set[int]] = {}
        self.update(dict(enumerate(protected.vectors)))

    def having(self, coordinate: int) -> int:
        """How many protected vectors have a coordinate."""
        return self._columns.count(coordinate)

    def is_told_by(self, reduced: Vector) -> bool:
        """Whether a vector, once open, computes a protected one."""
        return direction(reduced) in self._groups

    def is_secret_told_by(self, reduced: Vector) -> bool:
        """Whether a vector, once open, computes a hidden cell."""
        return any(map(self._is_secret, self._groups.get(direction(reduced), ())))

    def eliminated(self, row: Vector, pivot: int) -> dict[int, Vector]:
        """Protected vectors as they will be when a row is added to the span."""
        after = {}
        for number in sorted(self._columns.having.get(pivot, ())):
            vector = dict(self._columns.vectors[number])
            add_multiple(vector, PRIME - vector[pivot], row)
            after[number] = vector
        return after

    def tells_owner(self, after: dict[int, Vector]) -> bool:
        """Whether a change brings an owner's cell and another secret into one direction."""
        meeting: dict[Direction, set[int]] = {}
        for number, vector in after.items():
            if self._is_secret(number):
                way = direction(vector)
                meeting.setdefault(way, self._groups.get(way, set()) - after.keys()).add(number)
        return any(
            members & self._protected.owned
            and len({self._at[member] for member in members if self._is_secret(member)}) > 1
            for members in meeting.values()
        )

    def _is_secret(self, number: int) -> bool:
        return number < self._protected.secrets

    def update(self, after: dict[int, Vector]) -> None:
        """Take over changed vectors."""
        for number, vector in after.items():
            old = self._at.pop(number, None)
            if old is not None:
                self._groups[old].discard(number)
                if not self._groups[old]:
                    del self._groups[old]
            self._columns.put(number, vector)
            if vector:
                self._at[number] = direction(vector)
                self._groups.setdefault(self._at[number], set()).add(number)


def find_pattern(
    candidates: Sequence[Vector],
    forced: int,
    protected: Protected,
    may_open: Callable[[int], bool] = lambda number: True,
) -> Pattern:
    """Open what can be opened, in the order given.

    Args:
        candidates: Vectors of published cells that may be open, most wanted first.
        forced: How many of them, from the first, are open in any case.
        protected: What must not become computable.
        may_open: Asked last, for a candidate that nothing else keeps closed.

    Returns:
        The pattern. Linear safety holds for every protected vector unless `exposed` is not
        empty.
    """
    span, watch, pattern = Span(), _Watch(protected), Pattern()
    for number, candidate in enumerate(candidates):
        reduced = span.reduce(candidate)
        if not reduced:
            continue
        pivot = min(reduced, key=lambda key: (watch.having(key) + span.fill(key), key))
        after = watch.eliminated(scaled(reduced, pivot), pivot)
        if number < forced:
            if watch.is_secret_told_by(reduced):
                pattern.exposed.append(number)
        elif watch.is_told_by(reduced) or watch.tells_owner(after) or not may_open(number):
            pattern.hidden.append(number)
            continue
        span.add(reduced, pivot)
        watch.update(after)
        pattern.independent.append(number)
    return pattern
