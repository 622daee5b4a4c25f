"""Subtracting published cells from published totals, again and again.

What belongs here: what a reader with a pocket calculator finds. What does not: anything
that needs more than one total at a time.
"""

from warehouse.tables.counts import CountTable
from warehouse.tables.relations import find_relations


def subtract(table: CountTable) -> dict[int, int]:
    """The hidden cells found by subtraction, and their counts."""
    relations = [[total, *parts] for total, parts in find_relations(table)]
    of_cell: dict[int, list[int]] = {}
    for number, cells in enumerate(relations):
        for cell in cells:
            of_cell.setdefault(cell, []).append(number)
    value = {cell: int(table.n[cell]) for cell in range(len(table)) if not table.is_hidden[cell]}
    found: dict[int, int] = {}
    waiting = list(range(len(relations)))
    while waiting:
        cells = relations[waiting.pop()]
        unknown = [cell for cell in cells if cell not in value]
        if len(unknown) != 1:
            continue
        total, parts = cells[0], cells[1:]
        known = sum(value[part] for part in parts if part in value)
        cell = unknown[0]
        value[cell] = found[cell] = known if cell == total else value[total] - known
        waiting.extend(of_cell[cell])
    return found
