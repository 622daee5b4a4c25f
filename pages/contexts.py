"""Each page of the site: its path, template, content, and the same content for machines.

What belongs here: which pages there are and what each holds. What does not: one indicator's
words (`cards.py`), markup (`templates/`), writing files (`build.py`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pages import documents, funnel, inequality_tables
from pages.about_pages import changes_page, source_page
from pages.area_page import area_page
from pages.cards import GLYPHS, Verdict, card, verdict_against
from pages.charts import common_scale
from pages.funnel_chart import funnel_view
from pages.model import Area, Indicator, Published, Series
from pages.numbers import decimals_of, years
from pages.page import OTHER, Page, slug_of, source_slug
from pages.texts import Language
from pages.words import side_of
from pages.workbook import indicator_workbook


class Site:
    """All pages of a release in one language."""

    def __init__(
        self,
        published: Published,
        language: Language,
        others: Sequence[tuple[Area, Sequence[Area]]] = (),
    ) -> None:
        self.published = published
        self.language = language
        # Other counties with their municipalities, where the site has pages of them.
        self.others = others
        self.by_target: dict[str, list[Indicator]] = {}
        for indicator in published.indicators.values():
            self.by_target.setdefault(slug_of(indicator), []).append(indicator)
        self.scales = {
            i: common_scale(self.of_indicator(i), language, None) for i in published.indicators
        }
        self.sources = self._sources()

    def pages(self) -> Iterator[Page]:
        """Every page, made when it is asked for."""
        yield self._index()
        yield from self.area_pages()
        for indicator in self.published.indicators.values():
            yield self._indicator(indicator)
        for slug in self.by_target:
            yield self._target(slug)
        for slug, name in self.sources.items():
            yield source_page(self, slug, name)
        yield changes_page(self)

    def area_pages(self) -> Iterator[Page]:
        """The page of every municipality, and of the county."""
        for area in self.published.municipalities:
            yield area_page(self, area)
        if self.published.county is not None:
            yield area_page(self, self.published.county)

    def of_indicator(self, indicator_id: str) -> list[Series]:
        """Its series in every municipality, then in the county."""
        areas = [*self.published.municipalities]
        if self.published.county is not None:
            areas.append(self.published.county)
        return [self.published.series[indicator_id, a.area_id] for a in areas]

    def title(self, slug: str) -> str:
        """A target area's name."""
        return self.language(f"target.{slug}")

    def _sources(self) -> dict[str, str]:
        """Slug and name: those of indicators first, then those that were only loaded."""
        names = [i.source for i in self.published.indicators.values()]
        names += [row["source"] for row in (*self.published.loads, *self.published.rounds)]
        found: dict[str, str] = {}
        for name in names:
            found.setdefault(source_slug(name), name)
        return found

    def counts(self, **wanted: Any) -> dict[tuple[str, str], dict[str, Any]]:
        """Rows of `equity.overview` against Riket, added up over target areas."""
        totals: dict[tuple[str, str], dict[str, Any]] = {}
        for row in self.published.overview:
            if row["benchmark"] != "riket" or any(row[k] != v for k, v in wanted.items()):
                continue
            total = totals.setdefault((row["area_id"], row["programme"]), {})
            for name, number in row.items():
                if name.startswith("n_"):
                    total[name] = total.get(name, 0) + number
        return totals

    def _index(self) -> Page:
        counts = self.counts()
        programmes = sorted({programme for _, programme in counts})
        largest = max(
            programmes,
            key=lambda p: sum(c["n_indicators"] for key, c in counts.items() if key[1] == p),
            default="",
        )
        nothing = dict.fromkeys(("n_better", "n_worse", "n_similar", "n_not_testable"), 0)
        areas = self.published.municipalities
        rows = [
            ([(a.name, f"area/{a.area_id}.html"), (p, None)], counts[a.area_id, p])
            for a in areas
            for p in programmes
            if (a.area_id, p) in counts
        ]
        context = {
            "tiles": [(a, counts.get((a.area_id, largest), nothing)) for a in areas],
            "county": self.published.county,
            "others": self.others,
            "programme": largest,
            "rows": rows,
            "target_areas": [(s, self.title(s), i) for s, i in self.by_target.items()],
        }
        document = {
            "municipalities": [
                {
                    "area_id": a.area_id,
                    "name": a.name,
                    "counts": {
                        p: counts[a.area_id, p] for p in programmes if (a.area_id, p) in counts
                    },
                }
                for a in areas
            ],
            "indicators": [
                documents.indicator_document(i) for i in self.published.indicators.values()
            ],
        }
        return Page("index", "index.html", context, document, is_stamped=True)

    def _indicator(self, indicator: Indicator) -> Page:
        series = self.of_indicator(indicator.indicator_id)
        scale = self.scales[indicator.indicator_id]
        cards = [card(s, self.language, scale) for s in series if s.latest is not None]
        direction = {1: "high", -1: "low"}.get(indicator.polarity, "neither")
        sides = [side_of(s.gaps.get(b)) for s in series for b in ("riket", "similar")]
        slug = slug_of(indicator)
        found = self.published.funnels.get(indicator.indicator_id)
        context = {
            "indicator": indicator,
            "target_slug": slug,
            "target_title": self.title(slug),
            "better": self.language(f"better.{direction}"),
            "has_values": scale is not None,
            "latest": [self._latest(s) for s in series],
            "reasons": sorted({self.language.reason(s.reason) for s in sides if s.reason}),
            "funnel": funnel_view(found, series, self.language) if found else None,
            "cards": cards,
        }
        document = {
            **documents.indicator_document(indicator),
            "funnel": funnel.document(found) if found else None,
            "areas": [{"name": s.area.name, **documents.series_document(s)} for s in series],
        }
        return Page(
            f"indicator/{indicator.indicator_id}",
            "indicator.html",
            context,
            document,
            indicator_workbook(self.published, indicator, self.language),
        )

    def _latest(self, series: Series) -> dict[str, Any]:
        numbers, decimals = self.language.numbers, decimals_of(series.indicator)
        point, area = series.latest, series.area
        cells = {g: numbers.cell(point.cells[g], decimals) if point else ".." for g in "TKM"}
        verdicts: list[Verdict | None] = [None, None]
        if point:
            verdicts = [verdict_against(series, b, self.language) for b in ("riket", "similar")]
        if area.area_type == "county":
            verdicts[1] = None
        return {
            "name": area.name,
            "link": f"../area/{area.area_id}.html",
            "period": years(point.year_start, point.year_end) if point else "",
            "value": cells["T"],
            "women": cells["K"],
            "men": cells["M"],
            "verdicts": verdicts,
        }

    def _target(self, slug: str) -> Page:
        indicators, areas = self.by_target[slug], self.published.municipalities
        matrix = [(a, [self._matrix_cell(i, a) for i in indicators]) for a in areas]
        number = None if slug == OTHER else int(slug)
        counts = self.counts(target_area=number)
        names = {a.area_id: a.name for a in areas}
        rows = [
            ([(names[area_id], f"../area/{area_id}.html#t{slug}"), (programme, None)], row)
            for a in areas
            for (area_id, programme), row in sorted(counts.items())
            if area_id == a.area_id
        ]
        used = {v.code for _, cells in matrix for _, v in cells if v}
        context = {
            "slug": slug,
            "title": self.title(slug),
            "number": number,
            "indicators": indicators,
            "matrix": matrix,
            "key": [(code, glyph) for code, glyph in GLYPHS.items() if code in used],
            "target_sources": sorted({i.source for i in indicators}),
            "rows": rows,
            "inequality": inequality_tables.rows_of(self.published, indicators, self.language),
        }
        document = {
            "target_area": number,
            "indicators": [documents.indicator_document(i) for i in indicators],
            "municipalities": [
                {"area_id": a.area_id, "name": a.name, "values": self._values(indicators, a)}
                for a in areas
            ],
            "inequality": [
                inequality_tables.document(self.published.inequality[i.indicator_id])
                for i in indicators
                if i.indicator_id in self.published.inequality
            ],
        }
        return Page(f"target/{slug}", "target.html", context, document)

    def _matrix_cell(self, indicator: Indicator, area: Area) -> tuple[str, Verdict | None]:
        series = self.published.series[indicator.indicator_id, area.area_id]
        if series.latest is None:
            return "..", None
        value = self.language.numbers.cell(series.latest.cells["T"], decimals_of(indicator))
        return value, verdict_against(series, "riket", self.language)

    def _values(self, indicators: Sequence[Indicator], area: Area) -> dict[str, Any]:
        found = {}
        for indicator in indicators:
            series = self.published.series[indicator.indicator_id, area.area_id]
            if series.latest is not None:
                found[indicator.indicator_id] = {
                    "year_end": series.latest.year_end,
                    "value": series.latest.cells["T"].value,
                    "against_riket": side_of(series.gaps.get("riket")).code,
                }
        return found
