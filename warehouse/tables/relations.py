"""Which published cell is the sum of which others, along one dimension.

What belongs here: totals and their parts as a reader sees them. What does not: what follows
from them.
"""

from collections.abc import Iterator

import numpy as np

from warehouse.tables.counts import CountTable, inner_of

Relation = tuple[int, list[int]]


def find_relations(table: CountTable) -> list[Relation]:
    """Every published cell that is split into published cells along one dimension.

    Categories may overlap (areas by county and by size in one column): every way to make a
    category up of others that is found by adding the largest that still fit is used. A cell
    published twice is a relation with one part.
    """
    supports = [frozenset(inner_of(table.margins, cell).tolist()) for cell in range(len(table))]
    at: dict[tuple[str, ...], int] = {}
    relations: list[Relation] = []
    for cell, label in enumerate(table.labels):
        if label in at:
            relations.append((at[label], [cell]))
        at.setdefault(label, cell)
    for dimension in range(len(table.dimensions)):
        lines: dict[tuple[str, ...], dict[str, int]] = {}
        for label, cell in at.items():
            rest = label[:dimension] + label[dimension + 1 :]
            lines.setdefault(rest, {})[label[dimension]] = cell
        splits = list(_splits(_categories(table, dimension, supports)))
        for line in lines.values():
            for total, parts in splits:
                # A part that no inner cell adds to is not published; the check below decides.
                cells = [line[part] for part in parts if part in line]
                if total in line and cells and _is_split(supports, line[total], cells):
                    relations.append((line[total], cells))
    return relations


def _is_split(supports: list[frozenset[int]], total: int, parts: list[int]) -> bool:
    union = frozenset[int]().union(*(supports[part] for part in parts))
    return union == supports[total] and len(union) == sum(len(supports[part]) for part in parts)


def _categories(
    table: CountTable, dimension: int, supports: list[frozenset[int]]
) -> dict[str, int]:
    """The inner cells of each category, as bits."""
    found: dict[str, set[int]] = {}
    for label, support in zip(table.labels, supports, strict=True):
        found.setdefault(label[dimension], set()).update(support)
    size = table.margins.shape[1]
    bits = {}
    for category, inner in found.items():
        flags = np.zeros(size, dtype=np.uint8)
        flags[list(inner)] = 1
        bits[category] = int.from_bytes(np.packbits(flags).tobytes(), "big")
    return bits


def _splits(bits: dict[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    ordered = sorted(bits, key=lambda name: (-bits[name].bit_count(), name))
    for total in ordered:
        whole = bits[total]
        inside = [name for name in ordered if name != total and bits[name] | whole == whole]
        seen: set[frozenset[str]] = set()
        for start in inside:
            parts, union = [start], bits[start]
            for name in inside:
                if not union & bits[name]:
                    parts.append(name)
                    union |= bits[name]
            if union == whole and frozenset(parts) not in seen:
                seen.add(frozenset(parts))
                yield total, tuple(parts)
