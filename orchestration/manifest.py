"""dbt's manifest, made when it is missing or older than the project.

What belongs here: preparing `manifest.json`, from which the asset graph is drawn, and the
environment that dbt runs in. What does not: running models (`assets/marts.py`).
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from ingestion.delivered.state import survey_state
from ingestion.folkhalsodata.state import folkhalsodata_state
from ingestion.history import latest_change
from ingestion.kolada.tables import TABLES as KOLADA_TABLES
from warehouse import locks
from warehouse.connection import connect
from warehouse.disclosure.state import rules_state
from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT
from warehouse.settings import Settings

DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
# What models read of the environment; all else in it says where files are and how much memory.
_READ_BY_MODELS = (
    "JAMLIK_ORIGIN",
    "JAMLIK_FOLKHALSODATA_ORIGIN",
    "JAMLIK_SURVEY_ORIGIN",
    "JAMLIK_REGION",
)
# The console script beside this interpreter; it ends with its parent (`dbt_child.py`).
DBT_EXECUTABLE = Path(sys.executable).with_name("jamlik-dbt")


class ManifestError(JamlikError):
    """dbt could not read the project."""


def ensure_manifest(settings: Settings) -> Path:
    """Return the manifest's path, after `dbt parse` where the project has changed (5 s).

    Raises:
        ManifestError: dbt could not parse the project; the text ends with dbt's own.
    """
    target = settings.paths.dbt_target(settings.kolada)
    manifest, stamp = target / "manifest.json", target / "manifest.digest"
    digest = _project_digest(settings)
    with locks.hold(target / "parse.lock", "dbt parse", timeout=120):
        if not (manifest.exists() and stamp.exists() and stamp.read_text() == digest):
            _parse(settings)
            stamp.write_text(digest, encoding="utf-8")
    return manifest


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Environment variables that dbt, `dbt_project/profiles.yml` and the models read."""
    paths = settings.paths
    return {
        "JAMLIK_BUILD": str(paths.build),
        "JAMLIK_RAW_KOLADA": str(paths.raw_kolada(settings.kolada)),
        "JAMLIK_RAW_FOLKHALSODATA": str(paths.raw_folkhalsodata(settings.folkhalsodata_origin)),
        "JAMLIK_RAW_CHECKS": str(paths.check_log),
        "JAMLIK_RESTRICTED_HLV": str(paths.restricted("hlv", settings.survey_origin)),
        "JAMLIK_RESTRICTED_LUPP": str(paths.restricted("lupp", settings.survey_origin)),
        "JAMLIK_RESTRICTED_ELSA": str(paths.restricted("elsa", settings.survey_origin)),
        "JAMLIK_ORIGIN": settings.kolada,
        "JAMLIK_FOLKHALSODATA_ORIGIN": settings.folkhalsodata_origin,
        "JAMLIK_SURVEY_ORIGIN": settings.survey_origin,
        "JAMLIK_REGION": settings.region,
        "JAMLIK_MEMORY_LIMIT": settings.memory_limit,
        "JAMLIK_THREADS": str(settings.threads),
        "JAMLIK_TEMP_DIRECTORY": str(paths.tmp / "spill"),
        "DBT_TARGET_PATH": str(paths.dbt_target(settings.kolada)),
        "DBT_LOG_PATH": str(paths.dbt_target(settings.kolada)),
    }


def made_from_state(settings: Settings, latest_change: str) -> dict[str, str]:
    """Everything that a release depends on: raw data, the project's code, rules of disclosure.

    Args:
        settings: Paths and region are part of the project's environment.
        latest_change: Of the raw data.
    """
    return {
        "project": _project_digest(settings),
        "raw": latest_change,
        "surveys": survey_state(settings),
        "folkhalsodata": folkhalsodata_state(settings),
        "rules": rules_state(settings, datetime.now(UTC).date()),
    }


def inputs_of(settings: Settings) -> dict[str, str]:
    """What a build made now would depend on; Kolada's raw file must be there."""
    with connect(settings.paths.raw_kolada(settings.kolada), settings, read_only=True) as con:
        return made_from_state(settings, latest_change(con, KOLADA_TABLES))


def forget_old_invocations(settings: Settings, keep: int = 6) -> None:
    """Remove dbt's artefacts of all but the last few invocations (6 MB each)."""
    target = settings.paths.dbt_target(settings.kolada)
    folders = [results.parent for results in target.glob("*/run_results.json")]
    for folder in sorted(folders, key=lambda one: one.stat().st_mtime)[:-keep]:
        shutil.rmtree(folder, ignore_errors=True)


def _project_digest(settings: Settings) -> str:
    """Of all that the manifest depends on: the project's files and what models read of settings.

    Where files lie is in no model: a data folder that was moved keeps its manifest (8 s).
    """
    environment = dbt_environment(settings)
    read = json.dumps({name: environment[name] for name in _READ_BY_MODELS})
    return hashlib.sha256(f"{files_digest()}{read}".encode()).hexdigest()


def files_digest() -> str:
    """Of all files of the dbt project."""
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT_DIR.rglob("*")):
        inside = path.relative_to(DBT_PROJECT_DIR)
        if path.is_file() and inside.parts[0] not in ("target", "logs"):
            digest.update(f"{inside}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _parse(settings: Settings) -> None:
    done = subprocess.run(
        [
            # Parsing in part, dbt 1.11 lost severity and description of singular tests when macros
            # and the tests' file had both changed: what should warn stopped the run.
            *(str(DBT_EXECUTABLE), "--no-partial-parse", "parse", "--quiet"),
            *("--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)),
        ],
        env={**os.environ, **dbt_environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ManifestError(
            f"dbt could not read dbt_project/: {(done.stdout + done.stderr).strip()[-2000:]}",
            "Put the named file right and run again.",
        )
