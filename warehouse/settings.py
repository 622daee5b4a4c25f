"""All settings of the warehouse, in one object.

What belongs here: every knob with its default, its help text and the rule its value must
meet. What does not: values that follow from settings (`paths.py`) or secrets.

Settings come from environment variables; `make` passes its variables on as such.
"""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.errors import SettingsError
from warehouse.paths import PROJECT_ROOT, Paths

# The 21 regions; 02, 11, 15 and 16 were merged into others in 1968 and 1997-1998.
REGION_CODES = tuple(f"{code:02}" for code in range(1, 26) if code not in (2, 11, 15, 16))
KPI_ID = re.compile(r"[NU]\d{5}")
RETENTION = re.compile(r"(HLV|LUPP|ELSA)=[1-9]\d?")
YEARS = re.compile(r"(19|20)\d\d(-(19|20)\d\d)?")


class Settings(BaseSettings):
    """What a user can set, and what holds when nothing is set."""

    # make passes a variable that nobody has set on as empty.
    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, env_ignore_empty=True)

    data_dir: Path = Field(
        PROJECT_ROOT / "warehouse" / "data",
        validation_alias="JAMLIK_DATA_DIR",
        description="Folder for every file the warehouse writes.",
    )
    region: str = Field(
        "20",
        validation_alias="JAMLIK_REGION",
        description="Two-digit code of the focus region (20 is Dalarna).",
    )
    kolada: Literal["demo", "replay", "live"] = Field(
        "demo",
        validation_alias="KOLADA",
        description="demo: generated values; replay: a snapshot folder; live: api.kolada.se.",
    )
    snapshot: Path | None = Field(
        None,
        validation_alias="SNAPSHOT",
        description="Snapshot folder for KOLADA=replay.",
    )
    kpis: str = Field(
        "register",
        validation_alias="KPIS",
        description="register, all, or KPI ids with commas (N00923,N00925).",
    )
    ou_kpis: str = Field(
        "",
        validation_alias="OU_KPIS",
        description="KPI ids with commas whose values of units (schools, homes) are read, too; "
        "empty: none.",
    )
    kolada_reading: Literal["auto", "full", "refresh"] = Field(
        "auto",
        validation_alias="KOLADA_READING",
        description="full: every value; refresh: what Kolada says has changed; auto: refresh "
        "for live, full for demo and replay, whose values carry no date of change.",
    )
    years: str = Field(
        "",
        validation_alias="KOLADA_YEARS",
        description="Years to read again of the chosen KPIs, such as 2019 or 2015-2019 or both "
        "with a comma; nothing else is read then. Empty: as KOLADA_READING says.",
    )
    kolada_url: str = Field(
        "https://api.kolada.se/v3",
        validation_alias="JAMLIK_KOLADA_URL",
        description="Base address of Kolada's API for KOLADA=live.",
    )
    kolada_rate: float = Field(
        5.0,
        gt=0,
        le=50,
        validation_alias="JAMLIK_KOLADA_RATE",
        description="Requests per second to a live API; loopback is not limited.",
    )
    contact: str = Field(
        "jamlik (no contact set: JAMLIK_CONTACT)",
        validation_alias="JAMLIK_CONTACT",
        description="Who runs this warehouse; sent to Kolada in the User-Agent.",
    )
    surveys: Literal["", "demo", "delivered"] = Field(
        "",
        validation_alias="SURVEYS",
        description="demo: generated HLV and Lupp files; delivered: what lies in the inbox. "
        "Empty: demo with KOLADA=demo, else delivered.",
    )
    folkhalsodata: Literal["", "demo", "replay", "live", "off"] = Field(
        "",
        validation_alias="FOLKHALSODATA",
        description="demo: generated tables; replay: a folder of tables; live: the Public Health "
        "Agency's API; off: not read. Empty: demo with KOLADA=demo, else off.",
    )
    folkhalsodata_snapshot: Path | None = Field(
        None,
        validation_alias="FOLKHALSODATA_SNAPSHOT",
        description="Folder of json-stat2 files for FOLKHALSODATA=replay.",
    )
    folkhalsodata_url: str = Field(
        "https://fohm-app.folkhalsomyndigheten.se/Folkhalsodata/api/v1/sv/A_Folkhalsodata",
        validation_alias="JAMLIK_FOLKHALSODATA_URL",
        description="Base address of Folkhälsodata's API for FOLKHALSODATA=live.",
    )
    folkhalsodata_cells: int = Field(
        100_000,
        ge=4,
        validation_alias="JAMLIK_FOLKHALSODATA_CELLS",
        description="Cells asked of Folkhälsodata at a time; halved where it allows fewer.",
    )
    key_dir: Path | None = Field(
        None,
        validation_alias="JAMLIK_KEY_DIR",
        description="Folder of the keys of delivered data about people, outside the data folder.",
    )
    disclosure: Path | None = Field(
        None,
        validation_alias="JAMLIK_DISCLOSURE",
        description="The data owner's disclosure.yml: thresholds, approvals and tables of surveys. "
        "Empty: the one beside the code, which approves generated answers only.",
    )
    retention: str = Field(
        "",
        validation_alias="JAMLIK_RETENTION",
        description="Years that rows about people are kept, per source (elsa=12,hlv=20,lupp=20); "
        "a source that is not named keeps all. `jamlik retention` removes what is older.",
    )
    withdrawals_dir: Path | None = Field(
        None,
        validation_alias="JAMLIK_WITHDRAWALS_DIR",
        description="Folder of the sealed journal of withdrawals, best on another disk than the "
        "data folder; empty: restricted/ in the data folder.",
    )
    site: bool = Field(
        True,
        validation_alias="JAMLIK_SITE",
        description="Whether a release has pages (site/); they take about 20 s.",
    )
    pdf: bool = Field(
        False,
        validation_alias="JAMLIK_PDF",
        description="Whether the pages of municipalities and the county are printed, too; needs "
        "Chromium, 20 s.",
    )
    memory_limit: str = Field(
        "1GB",
        pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$",
        validation_alias="JAMLIK_MEMORY_LIMIT",
        description="DuckDB's memory limit for every connection.",
    )
    threads: int = Field(
        2,
        ge=1,
        le=256,
        validation_alias="JAMLIK_THREADS",
        description="DuckDB's threads for every connection.",
    )
    lock_timeout: float = Field(
        600.0,
        ge=0,
        validation_alias="JAMLIK_LOCK_TIMEOUT",
        description="Seconds a run waits for another run to finish before it gives up.",
    )

    accept_fewer: str = Field(
        "",
        validation_alias="ACCEPT_FEWER",
        description="Tables (core.fct_value,...) that may lose more than a fifth of their rows.",
    )

    dagster: Literal["development", "production"] = Field(
        "development",
        validation_alias="JAMLIK_DAGSTER",
        description="development: run history in the data folder (SQLite); production: in "
        "PostgreSQL, with a queue and services (docs/operations.md).",
    )
    postgres_url: str = Field(
        "",
        validation_alias="JAMLIK_POSTGRES_URL",
        description="PostgreSQL of JAMLIK_DAGSTER=production, without a password "
        "(postgresql:///jamlik?host=/run/postgresql).",
    )
    code_socket: Path | None = Field(
        None,
        validation_alias="JAMLIK_CODE_SOCKET",
        description="Socket between the services of JAMLIK_DAGSTER=production.",
    )

    docs_url: str = Field(
        "",
        validation_alias="JAMLIK_DOCS_URL",
        description="Where docs/ can be read in a browser; checks then link to their paragraph.",
    )
    ui_url: str = Field(
        "",
        validation_alias="JAMLIK_UI_URL",
        description="Address of the Dagster UI, for links in notices of failed runs.",
    )
    notify_webhook: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        validation_alias="JAMLIK_NOTIFY_WEBHOOK",
        description="Address that a notice of a failed run is posted to, as JSON.",
    )
    notify_smtp: str = Field(
        "",
        pattern=r"^([^\s:]+:\d+)?$",
        validation_alias="JAMLIK_NOTIFY_SMTP",
        description="host:port of a mail relay without login; notices go to JAMLIK_NOTIFY_TO.",
    )
    notify_to: str = Field(
        "",
        validation_alias="JAMLIK_NOTIFY_TO",
        description="Who gets notices of failed runs by mail; addresses with commas.",
    )
    notify_from: str = Field(
        "jamlik@localhost",
        validation_alias="JAMLIK_NOTIFY_FROM",
        description="Sender of such mail.",
    )

    @field_validator(
        "data_dir",
        "snapshot",
        "folkhalsodata_snapshot",
        "key_dir",
        "withdrawals_dir",
        "disclosure",
        "code_socket",
    )
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value else None

    @field_validator("postgres_url")
    @classmethod
    def _without_password(cls, value: str) -> str:
        if not value:
            return value
        # The value is no part of the message: it may hold what must not be there.
        parts = urlsplit(value)
        if parts.scheme != "postgresql":
            raise ValueError("it is no address that begins with postgresql://")
        if parts.password is not None or "password" in parse_qs(parts.query):
            raise ValueError("it holds a password; use peer authentication or ~/.pgpass")
        return value

    @field_validator("region")
    @classmethod
    def _known_region(cls, value: str) -> str:
        if value not in REGION_CODES:
            raise ValueError(f"{value!r} is no region code; use one of {' '.join(REGION_CODES)}")
        return value

    @field_validator("kpis")
    @classmethod
    def _kpi_list(cls, value: str) -> str:
        if value in ("register", "all"):
            return value
        if not _split(value):
            raise ValueError("an empty list names no KPI")
        return _only_ids(value)

    @field_validator("years")
    @classmethod
    def _known_years(cls, value: str) -> str:
        for part in _split(value):
            if not YEARS.fullmatch(part) or sorted(part.split("-")) != part.split("-"):
                raise ValueError(f"{part} is no year and no span of years such as 2015-2019")
        return value

    @field_validator("ou_kpis")
    @classmethod
    def _ou_kpi_list(cls, value: str) -> str:
        return _only_ids(value)

    @field_validator("retention")
    @classmethod
    def _known_retention(cls, value: str) -> str:
        parts = _split(value)
        names = [part.partition("=")[0] for part in parts]
        for part in parts:
            if not RETENTION.fullmatch(part):
                raise ValueError(f"{part} is not a source and years such as elsa=12")
        if len(names) != len(set(names)):
            raise ValueError("a source is named twice")
        return value

    def with_changes(self, **changes: object) -> "Settings":
        """These settings with other values, held to the same rules.

        Raises:
            SettingsError: A value cannot be used.
        """
        return load_settings(**{**self.model_dump(), **changes})

    @property
    def paths(self) -> Paths:
        """The data folder's map."""
        return Paths(self.data_dir)

    @property
    def withdrawals(self) -> Path:
        """The journal of withdrawals, which outlives the loss of a store."""
        folder = self.withdrawals_dir or self.paths.root / "restricted"
        return folder / f"withdrawals_{self.survey_origin}.duckdb"

    @property
    def survey_origin(self) -> Literal["demo", "delivered"]:
        """Whether survey files are generated ones or real ones; the two never meet in a file."""
        return self.surveys or ("demo" if self.kolada == "demo" else "delivered")

    @property
    def folkhalsodata_origin(self) -> Literal["demo", "replay", "live", "off"]:
        """Where Folkhälsodata is read from; each origin has a raw file of its own."""
        return self.folkhalsodata or ("demo" if self.kolada == "demo" else "off")

    @property
    def reads_in_full(self) -> bool:
        """Whether KPIs that were read before are read in full again."""
        if self.years:
            return False
        if self.kolada_reading == "auto":
            return self.kolada != "live"
        return self.kolada_reading == "full"

    @property
    def retention_years(self) -> dict[str, int]:
        """Years that rows about people are kept, of the sources that have a limit."""
        pairs = (part.split("=") for part in _split(self.retention))
        return {source.lower(): int(years) for source, years in pairs}

    @property
    def kpi_list(self) -> list[str] | None:
        """The ids in `kpis`, in order and without repeats; None for register and all."""
        if self.kpis in ("register", "all"):
            return None
        return list(dict.fromkeys(_split(self.kpis)))

    @property
    def year_list(self) -> list[int]:
        """The years in `years`, ascending; none when all are read."""
        years: set[int] = set()
        for part in _split(self.years):
            ends = [int(year) for year in part.split("-")]
            years.update(range(ends[0], ends[-1] + 1))
        return sorted(years)

    @property
    def ou_kpi_list(self) -> list[str]:
        """The ids in `ou_kpis`, in order and without repeats."""
        return list(dict.fromkeys(_split(self.ou_kpis)))

    @property
    def accepted_fewer_rows(self) -> list[str]:
        """The tables named in `accept_fewer`."""
        return [name.lower() for name in _split(self.accept_fewer)]


def _split(value: str) -> list[str]:
    return [part for part in re.split(r"[,\s]+", value.strip().upper()) if part]


def _only_ids(value: str) -> str:
    wrong = [kpi for kpi in _split(value) if not KPI_ID.fullmatch(kpi)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is no KPI id; an id is N or U and five digits")
    return value


def load_settings(**overrides: object) -> Settings:
    """Read the settings in force.

    Args:
        overrides: Field values that win over the environment (tests use them).

    Raises:
        SettingsError: A value cannot be used; names the variable and the rule.
    """
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise SettingsError(
            f"Setting {name}: {first['msg']}.", "See `make doctor` for all settings."
        ) from None
    if settings.kolada == "replay" and settings.snapshot is None:
        raise SettingsError("KOLADA=replay needs a snapshot folder.", "Add SNAPSHOT=<folder>.")
    if bool(settings.notify_smtp) != bool(settings.notify_to):
        raise SettingsError(
            "Mail needs both JAMLIK_NOTIFY_SMTP and JAMLIK_NOTIFY_TO.", "Set the other one, too."
        )
    if settings.dagster == "production" and not (settings.postgres_url and settings.code_socket):
        raise SettingsError(
            "JAMLIK_DAGSTER=production needs JAMLIK_POSTGRES_URL and JAMLIK_CODE_SOCKET.",
            "Set both; docs/operations.md says how.",
        )
    if settings.folkhalsodata == "replay" and settings.folkhalsodata_snapshot is None:
        raise SettingsError(
            "FOLKHALSODATA=replay needs a folder of tables.", "Add FOLKHALSODATA_SNAPSHOT=<folder>."
        )
    return settings
