"""What a server on loopback has been asked.

What belongs here: counting, for tests and benchmarks. What does not: serving (`server.py`).
"""

import json
from collections import Counter
from dataclasses import dataclass, field

# The latest requests that are kept by address; older ones are only counted.
REMEMBERED = 10_000


@dataclass
class Stats:
    """What the server has been asked so far, `/_stats` itself left out.

    Args:
        requests: Number of requests.
        connections: Number of connections they came on.
        statuses: Requests by the status that was answered (0: none was).
        faults: Requests by the fault they met.
        targets: The latest addresses, oldest first.
    """

    requests: int = 0
    connections: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    targets: list[str] = field(default_factory=list)

    def as_json(self) -> bytes:
        """The counts as JSON."""
        return json.dumps(vars(self), ensure_ascii=False).encode()

    def add(self, target: str, fault: str | None, status: int) -> None:
        """Note one request."""
        self.requests += 1
        self.statuses[status] += 1
        self.targets.append(target)
        del self.targets[:-REMEMBERED]
        if fault:
            self.faults[fault] += 1
