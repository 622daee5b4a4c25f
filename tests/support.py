"""What tests of all areas share: finding the reference data, making dear things once."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from warehouse import locks

PROJECT_ROOT = Path(__file__).resolve().parents[1]


def shared_dir() -> Path:
    """The folder of recorded and reference data, which is never part of the project.

    Skips the calling test, with the reason, where the folder is absent.
    """
    folder = Path(os.environ.get("JAMLIK_SHARED") or PROJECT_ROOT.parent / "shared").resolve()
    if not (folder / "data" / "kolada").is_dir():
        pytest.skip(
            "recorded data not found: set JAMLIK_SHARED, or place 'shared' beside the project"
        )
    return folder


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object], seconds: float = 900
) -> Path:
    """A folder that the first of the parallel workers makes and the others wait for.

    Tests copy what is in it, or read it; none changes it.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, made = base / name, base / f"{name}.made"
    with locks.hold(base / f"{name}.lock", f"making {name}", timeout=seconds):
        if not made.exists():
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def forkserver() -> ForkServerContext:
    """Processes that are killed by the dozen: forked where what they run was imported once."""
    context = multiprocessing.get_context("forkserver")
    # Has no effect on a server that runs already, which is the same one.
    context.set_forkserver_preload(["pytest", "ingestion.kolada.load", "tests.publish.people"])
    return context
