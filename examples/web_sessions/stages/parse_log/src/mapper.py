"""Reads a web server's access log: {line} -> {visitor, time, method, path, status, bytes}."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from typing import Any

from ytjobs.logging.logger import get_logger

# The combined log format up to the size of the answer; what follows is not needed here.
_LINE = re.compile(
    r"(?P<visitor>\S+) \S+ \S+ "
    r"\[(?P<time>[^\]]+)\] "
    r'"(?P<method>[A-Z]+) (?P<path>\S+) HTTP/[\d.]+" '
    r"(?P<status>\d{3}) (?P<bytes>\d+|-)(?: |$)"
)


def parse_line(line: str) -> dict[str, Any] | None:
    """Return the request that ``line`` records, or None when it records none."""
    match = _LINE.match(line)
    if match is None:
        return None
    try:
        time = datetime.strptime(match["time"], "%d/%b/%Y:%H:%M:%S %z")
    except ValueError:
        return None
    return {
        "visitor": match["visitor"],
        "time": int(time.timestamp()),
        "method": match["method"],
        "path": match["path"],
        "status": int(match["status"]),
        "bytes": 0 if match["bytes"] == "-" else int(match["bytes"]),
    }


def main() -> None:
    logger = get_logger("parse_log")
    parsed = skipped = 0
    for row in map(json.loads, sys.stdin.buffer):
        request = parse_line(row["line"])
        if request is None:
            skipped += 1
            logger.debug("Not a request: %r", row["line"])
        else:
            parsed += 1
            print(json.dumps(request))
    logger.info("%d requests, %d lines skipped", parsed, skipped)


if __name__ == "__main__":
    main()
