"""Counts the words of the texts in one job: {text} -> {word, count, texts}."""

from __future__ import annotations

import json
import sys
from collections import Counter

from words import find_words
from ytjobs.logging.logger import get_logger


def main() -> None:
    logger = get_logger("count_words.mapper")
    counts: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    for row in map(json.loads, sys.stdin.buffer):
        words = find_words(row["text"])
        counts.update(words)
        texts.update(set(words))
    # One row for each word of the job and not of the text: less for the reducer to sort.
    for word, count in sorted(counts.items()):
        print(json.dumps({"word": word, "count": count, "texts": texts[word]}))
    logger.info("%d words, %d of them different", sum(counts.values()), len(counts))


if __name__ == "__main__":
    main()
