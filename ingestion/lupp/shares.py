"""Lupp's aggregated files: a share per municipality, round and survey, of one question.

What belongs here: their headers and labels. What does not: reading them
(`ingestion/delivered/shares.py`).

Which question it is stands in no column as a rule; no file says how many answered, so no
difference between its shares can be tested.
"""

from functools import cache
from pathlib import Path

from ingestion.delivered.labels import read_labels
from ingestion.delivered.shares import Layout
from warehouse.register import item_titles

LABELS = Path(__file__).with_name("codebooks") / "published_labels.csv"


@cache
def layout() -> Layout:
    """What such a file looks like."""
    items = item_titles("lupp")
    titles = {("item", title): item for item, title in items.items()}
    return Layout(
        headers={
            "round": ("år",),
            "survey": ("undersökning",),
            "area": ("boendekommun",),
            "gender": ("kön",),
            "question": ("item", "fråga"),
            "answer": ("svar",),
            "share": ("andel",),
            "n": ("antal", "antal svar", "n"),
            "source": ("källa",),
        },
        required=("round", "survey", "area", "question", "share"),
        known_by=("area", "share"),
        labels=read_labels(LABELS, titles | {("item", item): item for item in items}),
        items=items,
        same=("round", "survey", "area_id", "item_id", "question"),
    )
