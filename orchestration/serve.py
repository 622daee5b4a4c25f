"""`jamlik serve`: the three services of the production set-up.

What belongs here: how each is started. What does not: what keeps them running, which is systemd
(`production/*.service`), and Dagster's settings (`production/dagster.yaml`).

Each becomes Dagster's own program, so that systemd watches that and not a parent of it.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration.home import PRODUCTION, prepare_home
from orchestration.manifest import ensure_manifest
from warehouse.errors import SettingsError
from warehouse.paths import PROJECT_ROOT
from warehouse.settings import Settings, load_settings

CODE_LOCATION = "orchestration.definitions"


def serve(service: str, port: int) -> int:
    """Become one of the services; returns only by raising.

    Args:
        service: code, daemon or webserver.
        port: The webserver's, on 127.0.0.1.

    Raises:
        SettingsError: Dagster's settings in force are not those of production.
    """
    settings = load_settings()
    if settings.dagster != "production":
        raise SettingsError(
            "Services run with JAMLIK_DAGSTER=production only.",
            "Set it as docs/operations.md says; `jamlik ui` is for development.",
        )
    prepare_home(settings)
    if service == "code":
        # Before the socket is there; the others wait for it.
        ensure_manifest(settings)
    program, *arguments = command(service, settings, port)
    os.chdir(PROJECT_ROOT)
    os.execv(program, [program, *arguments])


def command(service: str, settings: Settings, port: int) -> Sequence[str]:
    """The program of a service with its arguments."""
    bin_dir = Path(sys.executable).parent
    workspace = ["-w", str(PRODUCTION / "workspace.yaml")]
    if service == "code":
        place = ["--socket", str(settings.code_socket), "--location-name", CODE_LOCATION]
        return [str(bin_dir / "dagster"), "api", "grpc", "--module-name", CODE_LOCATION, *place]
    if service == "daemon":
        return [str(bin_dir / "dagster-daemon"), "run", *workspace]
    address = ["--host", "127.0.0.1", "--port", str(port)]
    return [str(bin_dir / "dagster-webserver"), *address, *workspace]
