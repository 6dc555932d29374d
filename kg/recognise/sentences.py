"""Sentences and clauses by punctuation."""

from __future__ import annotations

import re

from kg.model import Sentence

# A line without an end would make every look at its sentence as long as the text; 2,000 is far above any sentence.
_SENTENCE = re.compile(r"[^。！？!?\n]{1,2000}[。！？!?]*[”’」』）)]*")


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of ``text``: a stretch up to 。！？ (with the closing quotes after it) or the line's end.

    >>> [(s.start, s.end) for s in sentences("甲。乙！\\n丙")]
    [(0, 2), (2, 4), (5, 6)]
    """
    found = []
    for match in _SENTENCE.finditer(text):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        end = start + len(match[0].strip())
        if end > start:
            found.append(Sentence(start, end))
    return tuple(found)
