"""Adds up what the mappers have counted: {word, count, texts} -> {word, count, texts}."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from operator import itemgetter


def main() -> None:
    rows = map(json.loads, sys.stdin.buffer)
    # The rows come sorted by word, so that equal words are neighbours.
    for word, group in groupby(rows, key=itemgetter("word")):
        count = texts = 0
        for row in group:
            count += row["count"]
            texts += row["texts"]
        print(json.dumps({"word": word, "count": count, "texts": texts}))


if __name__ == "__main__":
    main()
