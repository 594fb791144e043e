"""Finds what an article is about: {title, language, body} -> {title, words, keywords}."""

from __future__ import annotations

import html  # The copy in the archive: the sandbox root comes before the standard library.
import json
import re
import subprocess
import sys
from collections import Counter
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ytjobs.logging.logger import get_logger

KEYWORDS = 3
ARTICLES_AT_ONCE = 1000
STOP_WORDS = {"en": "english.txt", "fr": "français.txt", "ru": "русский.txt"}

# A job starts in the sandbox root, where the archive has been extracted.
SANDBOX = Path.cwd()
# Single letters are left out: the "l" of "l'eau" is not what an article is about.
_WORD = re.compile(r"[^\W\d_]{2,}")


@lru_cache(maxsize=None)
def read_stop_words(language: str) -> frozenset[str]:
    path = SANDBOX / "dictionaries" / "stop_words" / STOP_WORDS[language]
    return frozenset(path.read_text(encoding="utf-8").split())


def read_same_meaning() -> dict[str, str]:
    lines = (SANDBOX / "same_meaning.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def strip_tags(fragments: list[str]) -> list[str]:
    """Return the text of each fragment of HTML; one process does it for all of them."""
    # The tool works line by line, so that a fragment has to be one line.
    lines = "".join(" ".join(fragment.split()) + "\n" for fragment in fragments)
    done = subprocess.run(
        [SANDBOX / "tools" / "strip_tags"], input=lines.encode(), stdout=subprocess.PIPE, check=True
    )
    # After the tags are gone: an "&lt;" is a character of the text, and begins no tag.
    return [html.unescape(line) for line in done.stdout.decode().split("\n")[:-1]]


def find_keywords(words: list[str], stop_words: frozenset[str]) -> list[str]:
    counts = Counter(word for word in words if word not in stop_words)
    by_count = sorted(counts, key=lambda word: (-counts[word], word))
    return by_count[:KEYWORDS]


def main() -> None:
    logger = get_logger("keywords")
    logger.debug("The entities come from %s", html.__file__)
    same_meaning = read_same_meaning()
    articles = map(json.loads, sys.stdin.buffer)
    while batch := list(islice(articles, ARTICLES_AT_ONCE)):
        logger.info("%d articles", len(batch))
        texts = strip_tags([article["body"] for article in batch])
        for article, text in zip(batch, texts):
            words = [same_meaning.get(word, word) for word in _WORD.findall(text.casefold())]
            keywords = find_keywords(words, read_stop_words(article["language"]))
            print(
                json.dumps({"title": article["title"], "words": len(words), "keywords": keywords})
            )


if __name__ == "__main__":
    main()
