"""Finds the sites that send visitors: {line} -> {site, path}. Not finished, so not enabled."""

from __future__ import annotations

import json
import re
import sys
from urllib.parse import urlsplit

_PAGE_AND_REFERRER = re.compile(
    r'"[A-Z]+ (?P<path>\S+) HTTP/[\d.]+" \d{3} \S+ "(?P<referrer>[^"]+)"'
)


def main() -> None:
    for row in map(json.loads, sys.stdin.buffer):
        match = _PAGE_AND_REFERRER.search(row["line"])
        site = urlsplit(match["referrer"]).hostname if match else None
        if match and site:
            print(json.dumps({"site": site, "path": match["path"]}))


if __name__ == "__main__":
    main()
