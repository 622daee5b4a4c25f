"""Running the replay server as a child process.

What belongs here: starting the child, waiting until it listens, ending it. What does not:
serving. As a process of its own it takes the second core and no interpreter lock.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestion.kolada.replay.faults import FaultPlan
from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT

# Seconds after which a child that was told to end is killed.
PATIENCE = 5.0


@contextmanager
def replay_process(
    folder: Path, faults: FaultPlan | None = None, *, port: int = 0, seed: int = 0
) -> Iterator[str]:
    """Serve a snapshot folder from a child process while the context is open.

    The child ends when the context does, and also when this process dies in any way.

    Args:
        folder: The snapshot folder.
        faults: What goes wrong, if anything.
        port: TCP port on 127.0.0.1; 0 takes a free one.
        seed: Decides the gender order inside items.

    Yields:
        The base address of the API, ending in /v3.

    Raises:
        JamlikError: The folder cannot be served, or the child did not start.
    """
    child = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "ingestion.kolada.replay",
            str(Path(folder).resolve()),
            f"--port={port}",
            f"--seed={seed}",
            f"--faults={(faults or FaultPlan()).to_json()}",
            "--until-stdin-closes",
        ],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A Ctrl-C at the terminal is for the parent, which still needs the server to stop well.
        start_new_session=True,
    )
    try:
        yield _base_url(child)
    finally:
        _end(child)


def _base_url(child: subprocess.Popen[bytes]) -> str:
    assert child.stdout is not None
    line = child.stdout.readline()
    try:
        message = json.loads(line)
    except ValueError:
        raise JamlikError(
            f"The replay server ended before it listened (exit status {child.wait()}).",
            "Its error output is above.",
        ) from None
    if "base_url" not in message:
        raise JamlikError(message["what"], message["remedy"])
    return str(message["base_url"])


def _end(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.close()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    child.stdout.close()
