"""The region's own workbook of HLV shares: one sheet by municipality, three by groups.

What belongs here: its headers, sheets and labels. What does not: reading it
(`ingestion/delivered/shares.py`).
"""

from functools import cache
from pathlib import Path

from ingestion.delivered.labels import read_labels
from ingestion.delivered.shares import Layout
from warehouse.register import item_titles

LABELS = Path(__file__).with_name("codebooks") / "published_labels.csv"


@cache
def layout() -> Layout:
    """What such a workbook looks like; a group is told by its column, not by its sheet's name."""
    items = item_titles("hlv")
    titles = {("item", title): item for item, title in items.items()}
    return Layout(
        headers={
            "round": ("år",),
            "area": ("kommun", "område"),
            "gender": ("kön",),
            "age_group": ("ålder", "åldersgrupp"),
            "birth_country": ("födelseland",),
            "education": ("utbildning", "utbildningsnivå"),
            "question": ("fråga",),
            "answer": ("svar",),
            "share": ("andel",),
            "interval": ("konfidensintervall",),
            "n": ("antal svar", "antal svarande"),
            "source": ("källa",),
        },
        required=("round", "area", "gender", "question", "share"),
        known_by=("area", "question", "share"),
        labels=read_labels(LABELS, titles),
        items=items,
        same=("round", "survey", "area_id", "dimension"),
        sheets=frozenset({"kommunjämförelse"}),
        dimensions=("age_group", "birth_country", "education"),
        survey="adults",
    )
