"""Labels as files write them, and what they mean: alias tables beside the codebooks.

What belongs here: reading such a table and looking a label up. What does not: which labels a
source's files have (`ingestion/<source>/codebooks/published_labels.csv`).
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path


class Labels:
    """Meanings of labels, by kind (gender, item, age_group, ...).

    Upper and lower case, repeated spaces and kinds of dashes are not told apart.
    """

    def __init__(self, known: Mapping[tuple[str, str], str]) -> None:
        self._known = {(kind, plain(label)): means for (kind, label), means in known.items()}

    def __call__(self, kind: str, written: str) -> str | None:
        """What a label of a kind means; None: nobody knows."""
        return self._known.get((kind, plain(written)))


def plain(label: str) -> str:
    """A label as it is compared."""
    return re.sub(r"\s+", " ", re.sub(r"\s*[–—−-]\s*", "-", label)).strip().casefold()


def read_labels(path: Path, more: Mapping[tuple[str, str], str]) -> Labels:
    """Labels of a table with the columns kind, label, means, on top of those of `more`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = {(row["kind"], row["label"]): row["means"] for row in csv.DictReader(file)}
    return Labels({**more, **rows})
