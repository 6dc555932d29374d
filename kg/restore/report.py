"""What restoring changed, told to people and to programs: a diff of lines, and the offsets as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Repair, RestoredText

if TYPE_CHECKING:
    from kg.restore.files import RestoredFile

_CONTEXT = 12


@dataclass(frozen=True, slots=True)
class Change:
    """One repair as it is shown: its line (from 1) in the raw text, and the raw characters about it on that line."""

    line: int
    left: str
    repair: Repair
    right: str


def changes(restored: RestoredText) -> Iterator[Change]:
    """The repairs in the order of the raw text."""
    raw, at, line = restored.raw, 0, 1
    for repair in sorted(restored.repairs, key=lambda r: (r.raw_start, r.raw_end)):
        line += raw.count("\n", at, repair.raw_start)
        at = repair.raw_start
        left = raw[max(0, at - _CONTEXT) : at].rpartition("\n")[2]
        right = raw[repair.raw_end : repair.raw_end + _CONTEXT].partition("\n")[0]
        yield Change(line, left, repair, right)


def map_lines(item: RestoredFile) -> Iterator[str]:
    """A line that names the document, then its ``offset_lines``."""
    restored = item.restored
    sizes = {"restored": len(restored.text), "raw": len(restored.raw)}
    yield json.dumps({"document": item.document.id, "path": item.document.path, **sizes}, ensure_ascii=False)
    yield from offset_lines(restored)


def offset_lines(restored: RestoredText) -> Iterator[str]:
    """The way back as JSON lines: stretches of restored text that run alongside the raw text, and the repairs.

    ``{"restored": [s, e], "raw": [s, e]}`` with ends exclusive, in characters; character ``s + i`` came from raw
    character ``raw s + i``. Then ``{"repair": kind, "raw": [s, e], "before", "after", "confidence"}``.

    >>> from kg.restore import restore
    >>> print(*offset_lines(restore("县(xiàn)委")), sep="\\n")
    {"restored": [0, 1], "raw": [0, 1]}
    {"restored": [1, 2], "raw": [7, 8]}
    {"repair": "pinyin", "raw": [1, 7], "before": "(xiàn)", "after": "", "confidence": 1.0}
    """
    origins, size = restored.origins, len(restored.text)
    start = 0
    for i in range(1, size + 1):
        if i == size or origins[i] != origins[i - 1] + 1:
            raw = [origins[start], origins[i - 1] + 1]
            yield json.dumps({"restored": [start, i], "raw": raw})
            start = i
    for change in changes(restored):
        repair = change.repair
        told = {
            "repair": repair.kind,
            "raw": [repair.raw_start, repair.raw_end],
            "before": repair.before,
            "after": repair.after,
            "confidence": repair.confidence,
        }
        yield json.dumps(told, ensure_ascii=False)
