"""`python -m ingestion.kolada.replay FOLDER`: the server as a process of its own.

What belongs here: arguments, the one line that tells the parent the address, and dying with
the parent. What does not: starting it (`process.py`) and serving (`server.py`).
"""

import argparse
import json
import os
import sys
import threading
from pathlib import Path

from ingestion.kolada.replay.faults import FaultPlan
from ingestion.kolada.replay.server import ReplayServer
from warehouse.errors import JamlikError


def main() -> int:
    """Serve until interrupted, or until stdin closes when a parent asked for that."""
    parser = argparse.ArgumentParser(prog="python -m ingestion.kolada.replay", description=__doc__)
    parser.add_argument("folder", type=Path, help="snapshot folder")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (0: a free one)")
    parser.add_argument("--seed", type=int, default=0, help="decides the order of genders")
    parser.add_argument("--faults", default="[]", help="fault plan as JSON")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end when the parent does"
    )
    arguments = parser.parse_args()
    try:
        plan = FaultPlan.from_json(arguments.faults, arguments.seed)
        server = ReplayServer(arguments.folder, plan, arguments.port, arguments.seed)
    except JamlikError as error:
        _tell({"what": error.what, "remedy": error.remedy})
        return 1
    except OSError as error:
        _tell({"what": f"Cannot listen on port {arguments.port}: {error}.", "remedy": ""})
        return 1
    _tell({"base_url": server.base_url})
    try:
        if arguments.until_stdin_closes:
            _wait_for_end_of_stdin()
        else:
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    server.close()
    return 0


def _tell(message: dict[str, str]) -> None:
    print(json.dumps(message, ensure_ascii=False), flush=True)


def _wait_for_end_of_stdin() -> None:
    # The system closes the pipe however the parent ends, kill -9 included. A signal on the
    # parent's death (PR_SET_PDEATHSIG) would also come when only the starting thread ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass


if __name__ == "__main__":
    sys.exit(main())
