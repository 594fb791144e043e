"""What counts as a word. The mapper imports this file, which lies beside it."""

from __future__ import annotations

import re
import unicodedata

# Letters of any alphabet, with apostrophes and hyphens only inside; not a part of "x_1".
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['-][^\W\d_]+)*(?!\w)")


def find_words(text: str) -> list[str]:
    """Return the words of ``text`` in order, in one spelling each.

    Composed and decomposed accents are the same word, and so are both kinds of
    apostrophe, and capital and small letters.
    """
    folded = unicodedata.normalize("NFC", text.casefold())
    return _WORD.findall(folded.replace("\u2019", "'"))
