"""Clean text comes back as it was: every change to a megabyte of official documents is listed here."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from kg.restore import restore

DOCUMENTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "gov_documents.jsonl.gz"
# A private-use character in the midst of a sentence: the paragraph mark of the documents' site, which shows nothing.
RIGHT = {("unreadable", "\ue004", "")}


@pytest.mark.skipif(not DOCUMENTS.exists(), reason="the official documents lie beside the project, not in it")
def test_clean_text_is_not_harmed() -> None:
    size, changes = 0, Counter[tuple[str, str, str]]()
    with gzip.open(DOCUMENTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            size += len(text)
            restored = restore(text)
            assert restored.hant is None
            changes.update((r.kind, r.before, r.after) for r in restored.repairs if r.before.strip() or r.after.strip())
            if size > 1_000_000:
                break
    unlisted = {change: count for change, count in changes.items() if change not in RIGHT}
    assert not unlisted
    changed = sum(max(len(before), len(after)) * n for (_, before, after), n in changes.items())
    assert changed * 100_000 < 5 * size
