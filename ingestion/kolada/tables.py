"""The raw tables of Kolada: columns, types, keys and what each column means.

What belongs here: the one description of `raw_kolada.*` that the decoder, dlt, the change
history and the asset catalogue read. What does not: how rows get there.

All tables but `load`, `load_kpi` and `rejection` are append-only: a row is added only when
its payload differs from the latest row of its key, and a key that a complete reading no
longer holds gets a row with `isdeleted` true.
"""

from dataclasses import dataclass

import pyarrow as pa

SCHEMA = "raw_kolada"
GENDERS = ("T", "K", "M")


@dataclass(frozen=True)
class Column:
    """One raw column: Arrow type, whether null is allowed, and its meaning."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = True


@dataclass(frozen=True)
class RawTable:
    """One append-only raw table.

    Args:
        name: Table name in `raw_kolada`.
        description: What one row is.
        key: Columns that identify a row among the latest readings.
        columns: Key and payload as the source gives them; `read_at` and, where the source
            has none of its own, `isdeleted` are added by the change history.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The frozen Arrow schema that a page is built with."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    @property
    def payload(self) -> tuple[str, ...]:
        """Columns whose change makes a new reading."""
        return tuple(c.name for c in self.columns if c.name not in self.key)


def _text(name: str, description: str, nullable: bool = True) -> Column:
    return Column(name, pa.string(), description, nullable)


@dataclass(frozen=True)
class ReadingTable(RawTable):
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
            _text("kpi", "KPI id: N or U and five digits.", False),
            place,
            Column("period", pa.int32(), "Year of the value, or the last year of a mean.", False),
            _text("gender", "T total, K women, M men.", False),
            Column("value", pa.float64(), "The value; null where Kolada has a row without one."),
            _text("status", "Kolada's free text on the value; empty in most rows.", False),
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
    _text("municipality", "Area id, four digits; text, since 2021 is Vansbro.", False),
    endpoint="data",
    offered="true",
    has_groups=True,
)
OU_READING = _readings(
    "ou_reading",
    "unit",
    _text("ou", "Unit id.", False),
    endpoint="oudata",
    offered="has_ou_data",
    has_groups=False,
)
KPI = RawTable(
    "kpi",
    "One KPI's metadata; a new row when any of it changed.",
    ("id",),
    (
        _text("id", "KPI id.", False),
        _text("title", "Title; the unit stands after its last comma.", False),
        _text("description", "Definition and source, in Swedish."),
        Column("is_divided_by_gender", pa.bool_(), "Kolada's flag; only a hint."),
        _text("municipality_type", "K municipalities, L regions, A both."),
        _text("auspice", "Whose business it is; X none, E own, T total."),
        _text("operating_area", "RKA's subject; recoded between versions, never a key."),
        _text("perspective", "RKA's perspective."),
        _text("prel_publication_date", "Next preliminary publication, ISO date."),
        _text("publication_date", "Next publication, ISO date."),
        _text("publ_period", "Period of the next publication."),
        Column("has_ou_data", pa.bool_(), "True when units (schools, homes) have values."),
    ),
)
KPI_GROUP = RawTable(
    "kpi_group",
    "One named group of KPIs, such as Folkhälsa.",
    ("id",),
    (_text("id", "Group id.", False), _text("title", "Group title.", False)),
)
KPI_GROUP_MEMBER = RawTable(
    "kpi_group_member",
    "One KPI in one group.",
    ("group_id", "member_id"),
    (
        _text("group_id", "Group id.", False),
        _text("member_id", "KPI id.", False),
        _text("member_title", "The KPI's title as the group gives it."),
    ),
)
MUNICIPALITY = RawTable(
    "municipality",
    "One area: municipality (K), or region or the country (L).",
    ("id",),
    (
        _text("id", "Area id, four digits.", False),
        _text("title", "Name.", False),
        _text("type", "K municipality, L region or the country.", False),
    ),
)
OU = RawTable(
    "ou",
    "One unit, such as a school; read only when units' values are asked for.",
    ("id",),
    (
        _text("id", "Unit id: V, two digits for its kind, E, its area's code and a number.", False),
        _text("title", "Name.", False),
        _text("municipality", "Id of the area that the unit lies in."),
    ),
)
MUNICIPALITY_GROUP = RawTable(
    "municipality_group",
    "One group of areas, such as 'Liknande kommuner socioekonomi, Falun, 2024'.",
    ("id",),
    (_text("id", "Group id, G and digits.", False), _text("title", "Group title.", False)),
)
MUNICIPALITY_GROUP_MEMBER = RawTable(
    "municipality_group_member",
    "One area in one group.",
    ("group_id", "member_id"),
    (
        _text("group_id", "Group id.", False),
        _text("member_id", "Area id.", False),
        _text("member_title", "The area's name as the group gives it."),
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
