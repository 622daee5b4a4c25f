"""The page of a municipality ("kommunblad"), or of the whole county.

What belongs here: what such a page holds, section by section. What does not: one indicator's
words (`cards.py`), one survey's (`survey_tables.py`) and markup (`templates/`).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pages import documents, inequality_tables
from pages.cards import GLYPHS, Card, card
from pages.county_tables import grade_tables, gradients, group_tables
from pages.model import Area, Indicator, Published
from pages.page import Page
from pages.survey_tables import sections
from pages.words import banner_of, summary
from pages.workbook import area_workbook

if TYPE_CHECKING:
    from pages.contexts import Site

# Years in a chart of a municipality's page, which holds some 70 charts.
CHART_YEARS = 12


def area_page(site: "Site", area: Area) -> Page:
    """Everything about one municipality, or about the county and its inequality."""
    published, language = site.published, site.language
    series = [published.series[i, area.area_id] for i in published.indicators]
    statements = summary(series)
    counts = site.counts(area_id=area.area_id)
    rounds = published.surveys.rounds.get(area.area_id, ())
    is_county = area.area_type == "county"
    context = {
        "area": area,
        "is_county": is_county,
        "has_surveys": bool(rounds),
        "banner": banner_of(published, has_surveys=bool(rounds)),
        "statements": statements,
        "glyphs": GLYPHS,
        "rows": [([(p, None)], row) for (_, p), row in sorted(counts.items())],
        "surveys": sections(area, rounds, language),
        "grades": grade_tables(published.surveys, area.area_id, language),
        "target_areas": [
            (slug, site.title(slug), *_cards(site, area, indicators))
            for slug, indicators in site.by_target.items()
        ],
        "n_years": CHART_YEARS,
        **(_county(site) if is_county else {}),
    }
    document = {
        "area_id": area.area_id,
        "name": area.name,
        "summary": documents.statement_documents(statements),
        "counts": {programme: row for (_, programme), row in sorted(counts.items())},
        "indicators": [documents.series_document(s) for s in series if s.points],
        "surveys_are_demonstration": published.surveys.is_demonstration,
        "surveys": [documents.round_document(one) for one in rounds],
        "grades": [
            documents.group_document(one) for one in published.surveys.grades.get(area.area_id, ())
        ],
        **(_county_document(published) if is_county else {}),
    }
    return Page(
        f"area/{area.area_id}",
        "area.html",
        context,
        document,
        area_workbook(published, area, language),
        prints=True,
    )


def _cards(
    site: "Site", area: Area, indicators: Sequence[Indicator]
) -> tuple[list[Card], list[Indicator]]:
    cards, empty = [], []
    for indicator in indicators:
        series = site.published.series[indicator.indicator_id, area.area_id]
        if series.latest is None:
            empty.append(indicator)
        else:
            scale = site.scales[indicator.indicator_id]
            cards.append(card(series, site.language, scale, CHART_YEARS))
    return cards, empty


def _county(site: "Site") -> Mapping[str, Any]:
    published, language = site.published, site.language
    indicators = list(published.indicators.values())
    return {
        "inequality": inequality_tables.rows_of(published, indicators, language),
        "slopes": inequality_tables.charts_of(published, language),
        "gradients": gradients(published.surveys.slopes, language),
        "groups": group_tables(published.surveys, language),
        "members": published.municipalities,
    }


def _county_document(published: Published) -> Mapping[str, Any]:
    surveys = published.surveys
    return {
        "inequality": [inequality_tables.document(one) for one in published.inequality.values()],
        "gradients": [documents.slope_document(one) for one in surveys.slopes],
        "groups": {
            name: [documents.group_document(one) for one in found]
            for name, found in surveys.groups.items()
        },
    }
