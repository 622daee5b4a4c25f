"""A PostgreSQL of Debian's packages on a loopback port, with its data in a folder of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

USER = "postgres"


def programs() -> Path:
    """The folder of PostgreSQL's programs; skips the calling test where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: one.parts[4])
    if not found:
        pytest.skip("PostgreSQL not found: apt install postgresql")
    return found[-1].parent


def call(program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs; its servers refuse to run as root."""
    as_user: Sequence[str] = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_user, str(programs() / program), *arguments],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@dataclass(frozen=True)
class Server:
    """A running server; its user can write into its folder."""

    folder: Path
    port: int

    def client(self, program: str, *arguments: str) -> str:
        """Run a client program on the server."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER]
        return call(program, *where, *arguments)

    def address(self, database: str) -> str:
        """The address of a database as Dagster takes it."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"


@contextmanager
def server() -> Iterator[Server]:
    """A running server with an empty database `dagster`."""
    programs()
    folder = Path(tempfile.mkdtemp(prefix="jamlik-postgres-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            about = pwd.getpwnam(USER)
            os.chown(folder, about.pw_uid, about.pw_gid)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port: int = probe.getsockname()[1]
        data, log = str(folder / "data"), str(folder / "log")
        call("initdb", "-D", data, "-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
        call("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            running = Server(folder, port)
            running.client("createdb", "dagster")
            yield running
        finally:
            call("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)
