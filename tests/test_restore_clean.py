"""Clean text comes back as it was: every change to a megabyte of official documents is listed here."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from kg.restore import restore

DOCUMENTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "gov_documents.jsonl.gz"
# Private-use characters: the bullets of a font that the documents' site had, of which nothing shows elsewhere.
RIGHT = {("unreadable", "\ue004", ""), ("unreadable", "\ue010", ""), ("unreadable", "\ue003", "")}


@pytest.mark.skipif(not DOCUMENTS.exists(), reason="the official documents lie beside the project, not in it")
def test_clean_text_is_not_harmed() -> None:
    size, changes = 0, Counter[tuple[str, str, str]]()
    with gzip.open(DOCUMENTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            size += len(text)
            restored = restore(text)
            assert restored.hant is None
            changes.update(
                (r.kind, r.before, r.after) for r in restored.repairs if r.before.strip() or r.after.strip()
            )
            if size > 1_000_000:
                break
    unlisted = {change: count for change, count in changes.items() if change not in RIGHT}
    assert not unlisted
    readable = sum(len(before) * n for (_, before, _), n in changes.items() if not "\ue000" <= before <= "\uf8ff")
    assert readable * 100_000 < 5 * size
