"""Pages about the data: one per source, and what changed.

What belongs here: loads, rounds, revisions, the diff. What does not: pages of areas and
indicators (`contexts.py`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pages.model import COUNTRY
from pages.numbers import decimals_of
from pages.page import Page, source_slug

if TYPE_CHECKING:
    from pages.contexts import Site


def source_page(site: "Site", slug: str, name: str) -> Page:
    """About a source: its loads, rounds, indicators and values that break its rules."""
    published = site.published
    text = f"source.about.{slug}"
    indicators = [i for i in published.indicators.values() if source_slug(i.source) == slug]
    ids = {i.indicator_id: i.short_title for i in indicators}
    loads = [row for row in published.loads if source_slug(row["source"]) == slug][:10]
    rounds = [row for row in published.rounds if source_slug(row["source"]) == slug]
    notes = [row for row in published.value_notes if row["indicator_id"] in ids]
    last = {
        i.indicator_id: max(
            (s.latest.year_end for s in site.of_indicator(i.indicator_id) if s.latest),
            default=None,
        )
        for i in indicators
    }
    context = {
        "name": source_name(site, slug, name),
        "about_text": site.language(text if text in site.language.texts else "source.about.other"),
        "all_sources": [(one, source_name(site, one, n)) for one, n in site.sources.items()],
        "current_slug": slug,
        "loads": loads,
        "rounds": rounds,
        "indicators": [(i, last[i.indicator_id]) for i in indicators],
        "value_notes": [(ids[row["indicator_id"]], row) for row in notes],
    }
    document = {
        "source": name,
        "loads": loads,
        "rounds": rounds,
        "latest_year": last,
        "value_notes": notes,
    }
    return Page(f"source/{slug}", "source.html", context, document)


def source_name(site: "Site", slug: str, name: str) -> str:
    """What readers call a source; the marts' name where there is no text for it."""
    return site.language.texts.get(f"source.name.{slug}", name)


def changes_page(site: "Site") -> Page:
    """What differs from the release before, and what the source revised."""
    published = site.published
    diff = [
        (name, table)
        for name, table in sorted(published.about.diff.items())
        if any(table.get(part) != 0 for part in ("added", "gone", "changed"))
    ]
    context = {
        "diff": diff,
        "revisions": [_revision(site, row) for row in published.revisions],
        "n_revisions": published.n_revisions,
        "metadata": published.metadata_changes,
    }
    document = {
        "diff": dict(published.about.diff),
        "n_revisions": published.n_revisions,
        "revisions": published.revisions,
        "metadata": published.metadata_changes,
    }
    return Page("changes", "changes.html", context, document, is_stamped=True)


def _revision(site: "Site", row: Mapping[str, Any]) -> dict[str, Any]:
    indicator = site.published.indicators.get(row["indicator_id"])
    names = {a.area_id: a.name for a in site.published.municipalities}
    names[COUNTRY] = site.language("riket")
    if site.published.county is not None:
        names[site.published.county.area_id] = site.published.county.name
    decimals = decimals_of(indicator) + 1 if indicator else 2
    numbers = site.language.numbers
    genders = {"T": "total", "K": "women", "M": "men"}
    kind = f"change.{row['kind']}"
    before, after = row["value_before"], row["value_after"]
    return {
        "title": indicator.short_title if indicator else row["indicator_id"],
        "link": f"indicator/{indicator.indicator_id}.html" if indicator else None,
        "area": names.get(row["area_id"], row["area_id"]),
        "year": row["year_end"],
        "gender": site.language(genders[row["gender"]]),
        "kind": site.language(kind) if kind in site.language.texts else row["kind"],
        "before": ".." if before is None else numbers.number(before, decimals),
        "after": ".." if after is None else numbers.number(after, decimals),
        "seen": row["read_at"].strftime("%Y-%m-%d"),
    }
