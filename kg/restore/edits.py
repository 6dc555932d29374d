"""The value that every pass takes and gives, and the one helper that changes text without losing its origins."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.model import Repair


@dataclass(frozen=True, slots=True)
class Working:
    """Text on its way: ``origins[i]`` is the raw offset of character ``i``, with the raw length as last entry."""

    text: str
    raw: str
    origins: Sequence[int]
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Put ``replacement`` in the place of ``[start, end)`` of the working text; ``kind`` names the damage undone."""

    start: int
    end: int
    replacement: str
    kind: str
    confidence: float = 1.0


def begin(raw: str) -> Working:
    """The untouched text, every character its own origin."""
    return Working(raw, raw, array("L", np.arange(len(raw) + 1, dtype="L").tobytes()))


def apply(working: Working, edits: Iterable[Edit]) -> Working:
    """The text with the edits made, in order of their place; an edit that overlaps an earlier one is left out.

    A replacement's characters come from the raw characters that they replace, in order and evenly; where there are
    more of them than before, the last ones share the last raw character. Origins never decrease.

    >>> done = apply(begin("甲(jiǎ)乙"), [Edit(1, 6, "", "pinyin")])
    >>> done.text, list(done.origins)
    ('甲乙', [0, 6, 7])
    """
    text, origins = working.text, working.origins
    pieces: list[str] = []
    places = array("L")
    repairs: list[Repair] = []
    at = 0
    for edit in sorted(edits):
        if edit.start < at or text[edit.start : edit.end] == edit.replacement:
            continue
        pieces += text[at : edit.start], edit.replacement
        places.extend(origins[at : edit.start])
        places.extend(origins[edit.start + k] for k in _places(edit.end - edit.start, len(edit.replacement)))
        raw_start = origins[edit.start]
        raw_end = max(raw_start, origins[edit.end - 1] + 1) if edit.end > edit.start else raw_start
        before = working.raw[raw_start:raw_end]
        repairs.append(Repair(edit.kind, raw_start, raw_end, before, edit.replacement, edit.confidence))
        at = edit.end
    if not repairs:
        return working
    pieces.append(text[at:])
    places.extend(origins[at:])
    return Working("".join(pieces), working.raw, places, working.repairs + tuple(repairs))


def _places(width: int, count: int) -> Iterator[int]:
    """For each of ``count`` characters that replace ``width`` the one that it came from."""
    return (k * width // count if count < width else min(k, max(width - 1, 0)) for k in range(count))
