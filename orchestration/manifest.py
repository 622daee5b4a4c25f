"""dbt's manifest, made when it is missing or older than the project.

What belongs here: preparing `dbt_project/target/manifest.json`, from which the asset graph
is drawn. What does not: running models (`assets/marts.py`).
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from warehouse import locks
from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT
from warehouse.settings import Settings

DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
TARGET_DIR = DBT_PROJECT_DIR / "target"
MANIFEST = TARGET_DIR / "manifest.json"
_DIGEST = TARGET_DIR / "manifest.digest"
# The console script beside this interpreter; it ends with its parent (`dbt_child.py`).
DBT_EXECUTABLE = Path(sys.executable).with_name("jamlik-dbt")


class ManifestError(JamlikError):
    """dbt could not read the project."""


def ensure_manifest() -> Path:
    """Return the manifest's path, after `dbt parse` where the project has changed (4 s).

    Raises:
        ManifestError: dbt could not parse the project; the text ends with dbt's own.
    """
    if _is_current(digest := _project_digest()):
        return MANIFEST
    TARGET_DIR.mkdir(parents=True, exist_ok=True)
    with locks.hold(TARGET_DIR / "parse.lock", "dbt parse", timeout=120):
        if not _is_current(digest):
            _parse()
            _DIGEST.write_text(digest, encoding="utf-8")
    return MANIFEST


def dbt_environment(settings: Settings) -> Mapping[str, str]:
    """Environment variables that `dbt_project/profiles.yml` and the models read."""
    paths = settings.paths
    return {
        "JAMLIK_BUILD": str(paths.build),
        "JAMLIK_RAW_KOLADA": str(paths.raw_kolada(settings.kolada)),
        "JAMLIK_ORIGIN": settings.kolada,
        "JAMLIK_REGION": settings.region,
        "JAMLIK_MEMORY_LIMIT": settings.memory_limit,
        "JAMLIK_THREADS": str(settings.threads),
        "JAMLIK_TEMP_DIRECTORY": str(paths.tmp / "spill"),
        "DBT_LOG_PATH": str(paths.logs),
    }


def _is_current(digest: str) -> bool:
    try:
        return MANIFEST.exists() and _DIGEST.read_text(encoding="utf-8") == digest
    except FileNotFoundError:
        return False


def _project_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT_DIR.rglob("*")):
        inside = path.relative_to(DBT_PROJECT_DIR)
        if path.is_file() and inside.parts[0] not in ("target", "logs"):
            digest.update(f"{inside}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _parse() -> None:
    done = subprocess.run(
        [
            *(str(DBT_EXECUTABLE), "parse", "--quiet"),
            *("--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)),
            *("--target-path", str(TARGET_DIR), "--log-path", str(TARGET_DIR)),
        ],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ManifestError(
            f"dbt could not read dbt_project/: {(done.stdout + done.stderr).strip()[-2000:]}",
            "Put the named file right and run again.",
        )
