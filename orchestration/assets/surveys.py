"""The raw survey tables as assets.

What belongs here: one multi-asset per survey that takes what lies in the inbox, or makes the
demonstration's files. What does not: reading files (`ingestion/delivered/`).

It runs before Kolada's load, which alone decides whether anything downstream is made: a step
whose one source is left out is skipped whole, so two sources could not decide it apart.
"""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from ingestion.delivered.load import SOURCES, LoadResult
from ingestion.elsa.talks import TalksResult
from orchestration.assets.kolada import OWNERS
from orchestration.resources import DUCKDB_WRITE, Warehouse
from warehouse.sealed.boundary import Place, guarded

logger = logging.getLogger(__name__)

# Tables that staging reads, and what each is.
TABLES = {
    "respondent": "Persons who answered, with codes; opened by the pipeline only.",
    "codebook_item": "Wording of each item and round, from the codebooks.",
    "codebook_option": "What each code means, from the codebooks.",
    "round": "Facts of each round, from the codebooks.",
    "load": "Delivered files and what became of them.",
    "rejection": "Rows and answers that were left out: place and reason, no values.",
}
SHARES = {"published_share": "Shares that senders worked out themselves."}
OWN_TABLES = {
    "hlv": SHARES,
    "lupp": {**SHARES, "round_size": "Young people asked and answering."},
    "elsa": {
        "consent_count": "Talks without valid consent, by file and reason.",
        "grade_size": "Pupils in each grade in which talks are held.",
        "protected_total": "Talks of protected identities, one total a year.",
    },
}
BEFORE_KOLADA = {"dagster/priority": "1"}


def survey_assets() -> list[dg.AssetsDefinition]:
    """One loading step per survey, and one for school-health talks."""
    return [_load_asset(source) for source in (*SOURCES, "elsa")]


def _load_asset(source: str) -> dg.AssetsDefinition:
    schema = f"raw_{source}"

    @dg.multi_asset(
        name=f"load_{source}",
        pool=DUCKDB_WRITE,
        op_tags=BEFORE_KOLADA,
        specs=[
            dg.AssetSpec(
                dg.AssetKey([schema, name]),
                description=text,
                group_name=source,
                owners=OWNERS,
                kinds={"python", "duckdb"},
            )
            for name, text in {**TABLES, **OWN_TABLES[source]}.items()
        ],
    )
    def load_survey(warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
        results = _take(source, warehouse)
        for result in results:
            logger.info(f"File {result.file_id or 'without id'}: {result.status}")
        metadata: dict[str, Any] = {
            "origin": warehouse.settings.survey_origin,
            "files_loaded": sum(result.status == "loaded" for result in results),
            "files_unchanged": sum(result.status == "unchanged" for result in results),
            "files_rejected": sum(result.status == "rejected" for result in results),
            "rows_read": sum(result.rows_read for result in results),
            "rows_kept": sum(result.rows_kept for result in results),
        }
        for name in (*TABLES, *OWN_TABLES[source]):
            yield dg.MaterializeResult(asset_key=dg.AssetKey([schema, name]), metadata=metadata)

    return load_survey


def _take(source: str, warehouse: Warehouse) -> list[LoadResult] | list[TalksResult]:
    # pyarrow's parts of these take a second, which the code location need not wait for.
    from ingestion.delivered.demo import load_demo
    from ingestion.delivered.inbox import take

    settings = warehouse.settings
    # Dagster stores errors whole, and those of libraries hold cells.
    place = Place(f"of {source}")
    if source == "elsa":
        from ingestion.elsa.inbox import take_demo, take_inbox

        take_talks = take_demo if settings.survey_origin == "demo" else take_inbox
        return guarded(place, lambda: take_talks(settings))
    if settings.survey_origin == "demo":
        return guarded(place, lambda: load_demo(source, settings))
    return [taken.result for taken in guarded(place, lambda: take(source, settings))]
