"""A small build file with the marts that publishing reads, and its contracts."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from warehouse.publish import ColumnContract, ReleaseInfo, TableContract
from warehouse.settings import Settings, load_settings

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
COLUMNS = {
    "core.dim_indicator": "indicator_id string, title string, unit string, is_register boolean",
    "core.dim_area": (
        "area_id string, name string, area_type string, county_id string, is_focus boolean"
    ),
    "core.fct_value": (
        "indicator_id string, area_id string, year_start int, year_end int, gender string, "
        "value double, status string, value_note string, is_demonstration boolean, "
        "read_at timestamp"
    ),
    "equity.area_gap": (
        "indicator_id string, area_id string, year_start int, year_end int, gender string, "
        "value double, benchmark string, benchmark_value double, difference double, "
        "ratio double, gap_size double, gap_direction string, rank int, n_areas int, "
        "ci_lower double, ci_upper double, verdict string, q_value double, verdict_reason string"
    ),
    "quality.load": "load_id string, finished_at timestamp, rows_read bigint",
}
KEYS = {
    "core.dim_indicator": ("indicator_id",),
    "core.dim_area": ("area_id",),
    "core.fct_value": ("indicator_id", "area_id", "year_end", "gender"),
    "equity.area_gap": ("indicator_id", "area_id", "year_end", "gender", "benchmark"),
    "quality.load": ("load_id",),
}
INDICATORS = [
    ("N00925", "Medellivslängd kvinnor, år", "år", True),
    ("N15428", "Elever som 'klarar' gymnasiet, andel (%)", "%", True),
    ("U01405", "Självskattat hälsotillstånd, andel (%)", "%", True),
    ("N00001", "Not in the register, antal", None, False),
]


def contracts() -> list[TableContract]:
    result = []
    for full_name, columns in COLUMNS.items():
        schema, name = full_name.split(".")
        key = KEYS[full_name]
        result.append(
            TableContract(
                schema,
                name,
                f"One row per {', '.join(key)}.",
                tuple(_column(text, key) for text in columns.split(", ")),
                ("indicator_id", "year_end") if "year_end" in key else key,
                key,
            )
        )
    return result


def _column(text: str, key: tuple[str, ...]) -> ColumnContract:
    name, data_type = text.split(" ")
    is_key = name in key
    return ColumnContract(name, data_type, f"Läs: {name}, Bob's", not is_key, is_key)


def settings_for(folder: Path) -> Settings:
    settings = load_settings(data_dir=folder, kolada="demo", lock_timeout=60, memory_limit="1GB")
    settings.paths.make()
    return settings


def info(origin: str = "demo") -> ReleaseInfo:
    return ReleaseInfo(
        origin,  # type: ignore[arg-type]
        "20",
        "run-1",
        inputs={"kpis": [row[0] for row in INDICATORS]},
        checks=[{"name": "dbt", "passed": True}],
    )


def make_build(settings: Settings, *, areas: int = 21, shift: float = 0.0) -> Path:
    """Write the build file anew, rows in scrambled order; `shift` moves every value."""
    path = settings.paths.build
    # No file that somebody has open is written into.
    path.unlink(missing_ok=True)
    path.write_bytes(_build(areas, shift))
    return path


@cache
def _build(areas: int, shift: float) -> bytes:
    """The build file's content, which takes as long to make as to publish."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "jamlik.duckdb"
        _make(path, areas, shift)
        return path.read_bytes()


def _make(path: Path, areas: int, shift: float) -> None:
    with duckdb.connect(str(path)) as con:
        for full_name, columns in COLUMNS.items():
            con.execute(f"create schema if not exists {full_name.split('.')[0]}")
            con.execute(f"create table {full_name} ({columns})")
        con.executemany("insert into core.dim_indicator values (?, ?, ?, ?)", INDICATORS)
        con.execute(
            "insert into core.dim_area select lpad(i::varchar, 4, '0'), 'Ort å ' || i, "
            "if(i = 0, 'country', 'municipality'), if(i = 0, null, '0020'), i > 0 "
            f"from range({areas}) as t(i)"
        )
        con.execute(
            "insert into core.fct_value select indicator_id, area_id, y, y, g, "
            f"if((area_id::int + y) % 7 = 0 and g = 'K', null, y / 100 + area_id::int + {shift})"
            ", '', null, true, timestamp '2026-02-01' from core.dim_indicator, core.dim_area, "
            "range(2020, 2023) as t(y), (values ('T'), ('K'), ('M')) as u(g) "
            "order by hash(indicator_id, area_id, y, g)"
        )
        con.execute(
            "insert into equity.area_gap select v.indicator_id, v.area_id, v.year_start, "
            "v.year_end, v.gender, v.value, b, r.value, v.value - r.value, v.value / r.value, "
            "r.value - v.value, 'better', 1, 20, null, null, 'not testable', null, 'survey' "
            "from core.fct_value as v join core.fct_value as r "
            "on r.area_id = '0000' and r.indicator_id = v.indicator_id and r.gender = v.gender "
            "and r.year_end = v.year_end, (values ('riket'), ('county')) as t(b) "
            "where v.value is not null and v.area_id <> '0000'"
        )
        con.execute("insert into quality.load values ('load-1', timestamp '2026-02-01', 756)")


def change_build(settings: Settings, *statements: str) -> None:
    with duckdb.connect(str(settings.paths.build)) as con:
        for statement in statements:
            con.execute(statement)


def query(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()
