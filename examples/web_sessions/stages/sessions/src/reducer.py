"""Puts a visitor's requests together into visits.

{visitor, time, path, status, bytes} ->
{visitor, started, seconds, requests, bytes, errors, first_page, last_page}
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from operator import itemgetter
from typing import Any, Dict, Iterable, Iterator

Row = Dict[str, Any]

SESSION_GAP_SECONDS = 30 * 60
"""A visitor who has asked for nothing for longer than this has begun a new visit."""


def split_visits(requests: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut one visitor's requests, sorted by time, wherever the gap is too long."""
    visit: list[Row] = []
    for request in requests:
        if visit and request["time"] - visit[-1]["time"] > SESSION_GAP_SECONDS:
            yield visit
            visit = []
        visit.append(request)
    if visit:
        yield visit


def describe(visit: list[Row]) -> Row:
    first, last = visit[0], visit[-1]
    return {
        "visitor": first["visitor"],
        "started": first["time"],
        "seconds": last["time"] - first["time"],
        "requests": len(visit),
        "bytes": sum(request["bytes"] for request in visit),
        "errors": sum(request["status"] >= 400 for request in visit),
        "first_page": first["path"],
        "last_page": last["path"],
    }


def main() -> None:
    rows = map(json.loads, sys.stdin.buffer)
    for _visitor, requests in groupby(rows, key=itemgetter("visitor")):
        for visit in split_visits(requests):
            print(json.dumps(describe(visit)))


if __name__ == "__main__":
    main()
