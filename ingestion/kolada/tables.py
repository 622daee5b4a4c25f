"""The raw tables of Kolada: columns, types, keys and what each column means.

What belongs here: the one description of `raw_kolada.*` that the decoder, dlt, the change
history and the asset catalogue read. What does not: how rows get there.

All tables but `load`, `load_kpi` and `rejection` are append-only: a row is added only when
its payload differs from the latest row of its key, and a key that a complete reading no
longer holds gets a row with `isdeleted` true.
"""

from dataclasses import dataclass

import pyarrow as pa

from ingestion.raw_table import Column, RawTable, text_column

SCHEMA = "raw_kolada"
GENDERS = ("T", "K", "M")


class KoladaTable(RawTable):
    """A raw table of Kolada."""

    in_schema = SCHEMA


@dataclass(frozen=True)
class ReadingTable(KoladaTable):
    """A raw table of values, which differ only in what kind of place they are of.

    Args:
        endpoint: First part of the address of its values.
        place: The place in the table, in answers and in addresses.
        offered: SQL condition on `kpi`: whether Kolada says that a KPI has such values.
        has_groups: Whether answers by year bring groups of places along.
    """

    endpoint: str
    place: str
    offered: str
    has_groups: bool


def _readings(
    name: str, kind: str, place: Column, *, endpoint: str, offered: str, has_groups: bool
) -> ReadingTable:
    return ReadingTable(
        name,
        f"One value of one KPI, {kind}, period and gender, as read; a new row when it changed.",
        ("kpi", place.name, "period", "gender"),
        (
            text_column("kpi", "KPI id: N or U and five digits.", False),
            place,
            Column("period", pa.int32(), "Year of the value, or the last year of a mean.", False),
            text_column("gender", "T total, K women, M men.", False),
            Column("value", pa.float64(), "The value; null where Kolada has a row without one."),
            text_column("status", "Kolada's free text on the value; empty in most rows.", False),
            Column("count", pa.int32(), "1, or the members behind a group's value.", False),
            Column("isdeleted", pa.bool_(), "True when Kolada has withdrawn the value.", False),
        ),
        endpoint,
        place.name,
        offered,
        has_groups,
    )


READING = _readings(
    "reading",
    "area",
    text_column("municipality", "Area id, four digits; text, since 2021 is Vansbro.", False),
    endpoint="data",
    offered="true",
    has_groups=True,
)
OU_READING = _readings(
    "ou_reading",
    "unit",
    text_column("ou", "Unit id.", False),
    endpoint="oudata",
    offered="has_ou_data",
    has_groups=False,
)
KPI = KoladaTable(
    "kpi",
    "One KPI's metadata; a new row when any of it changed.",
    ("id",),
    (
        text_column("id", "KPI id.", False),
        text_column("title", "Title; the unit stands after its last comma.", False),
        text_column("description", "Definition and source, in Swedish."),
        Column("is_divided_by_gender", pa.bool_(), "Kolada's flag; only a hint."),
        text_column("municipality_type", "K municipalities, L regions, A both."),
        text_column("auspice", "Whose business it is; X none, E own, T total."),
        text_column("operating_area", "RKA's subject; recoded between versions, never a key."),
        text_column("perspective", "RKA's perspective."),
        text_column("prel_publication_date", "Next preliminary publication, ISO date."),
        text_column("publication_date", "Next publication, ISO date."),
        text_column("publ_period", "Period of the next publication."),
        Column("has_ou_data", pa.bool_(), "True when units (schools, homes) have values."),
    ),
)
KPI_GROUP = KoladaTable(
    "kpi_group",
    "One named group of KPIs, such as Folkhälsa.",
    ("id",),
    (text_column("id", "Group id.", False), text_column("title", "Group title.", False)),
)
KPI_GROUP_MEMBER = KoladaTable(
    "kpi_group_member",
    "One KPI in one group.",
    ("group_id", "member_id"),
    (
        text_column("group_id", "Group id.", False),
        text_column("member_id", "KPI id.", False),
        text_column("member_title", "The KPI's title as the group gives it."),
    ),
)
MUNICIPALITY = KoladaTable(
    "municipality",
    "One area: municipality (K), or region or the country (L).",
    ("id",),
    (
        text_column("id", "Area id, four digits.", False),
        text_column("title", "Name.", False),
        text_column("type", "K municipality, L region or the country.", False),
    ),
)
OU = KoladaTable(
    "ou",
    "One unit, such as a school; read only when units' values are asked for.",
    ("id",),
    (
        text_column(
            "id", "Unit id: V, two digits for its kind, E, its area's code and a number.", False
        ),
        text_column("title", "Name.", False),
        text_column("municipality", "Id of the area that the unit lies in."),
    ),
)
MUNICIPALITY_GROUP = KoladaTable(
    "municipality_group",
    "One group of areas, such as 'Liknande kommuner socioekonomi, Falun, 2024'.",
    ("id",),
    (
        text_column("id", "Group id, G and digits.", False),
        text_column("title", "Group title.", False),
    ),
)
MUNICIPALITY_GROUP_MEMBER = KoladaTable(
    "municipality_group_member",
    "One area in one group.",
    ("group_id", "member_id"),
    (
        text_column("group_id", "Group id.", False),
        text_column("member_id", "Area id.", False),
        text_column("member_title", "The area's name as the group gives it."),
    ),
)
READINGS = (READING, OU_READING)
TABLES = (
    *READINGS,
    KPI,
    KPI_GROUP,
    KPI_GROUP_MEMBER,
    MUNICIPALITY,
    OU,
    MUNICIPALITY_GROUP,
    MUNICIPALITY_GROUP_MEMBER,
)
