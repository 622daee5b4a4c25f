"""`python -m benchmarks [name ...]`: run measurements and print them.

What belongs here: arguments and the list of measurements. What does not: measuring.
"""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import machine
from warehouse import telemetry
from warehouse.errors import JamlikError

# In the order in which they run: `questions` reads what `run` has published.
NAMES = (
    "ingest",
    "refresh",
    "run",
    "startup",
    "overhead",
    "questions",
    "pages",
    "peers",
    "inequality",
    "coverage",
    "trend",
    "survey",
    "survey_load",
    "sealed",
    "disclosure",
    "soak",
)


def main() -> int:
    """Run the named measurements; 1 when one could not be taken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}")
    parser.add_argument(
        "--all", action="store_true", help="all KPIs (9 million values) in ingest, refresh and run"
    )
    parser.add_argument("--work", type=Path, help="folder to use and keep (default: a new one)")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"no measurement is called {unknown[0]}; there are {', '.join(NAMES)}")
    telemetry.switch_off()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="jamlik-benchmarks-") as temporary:
        work = (options.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        try:
            for name in NAMES:
                if name in (options.names or NAMES):
                    print(f"\n{name}", flush=True)
                    module = importlib.import_module(f"benchmarks.{name}")
                    module.measure(work, full=options.all)
        except JamlikError as error:
            print(f"benchmarks: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
