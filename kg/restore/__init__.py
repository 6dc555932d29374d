"""Damaged text made readable: ``restore(text)`` undoes what scrapers, forums and page templates did to it.

Each module is one pass, a pure step from ``edits.Working`` to ``edits.Working``; ``restore`` is the list of them, in
an order that matters: bytes are mended while the marks of their loss still stand. Notes are undone before, so that
they do not stand between words, and after, where a broken one has become whole.
"""

from __future__ import annotations

from dataclasses import replace

from kg.model import RestoredText
from kg.restore.edits import begin
from kg.restore.furniture import captions, clear_furniture, dateline_place
from kg.restore.gbk import mend_bytes
from kg.restore.intruder import undo_intruder
from kg.restore.jam import undo_jam
from kg.restore.mojibake import undo_mojibake
from kg.restore.normalise import drop_unreadable, normalise, page_code
from kg.restore.pinyin import undo_notes
from kg.restore.script import QUOTATION_MARKS, simplify
from kg.restore.spacing import mend_spacing

__all__ = ["PASSES", "restore"]

PASSES = (
    undo_mojibake,
    normalise,
    undo_jam,
    undo_notes,
    mend_bytes,
    undo_notes,
    page_code,
    drop_unreadable,
    undo_intruder,
    mend_spacing,
)


def restore(text: str) -> RestoredText:
    """The text as a reader should see it, in Simplified characters, with the way back to the raw offsets.

    Takes any string; never raises. Time grows with the length of the text.

    >>> restore("縣委創(chuàng)新").text
    '县委创新'
    """
    working = begin(text)
    for undo in PASSES:
        working = undo(working)
    furnished = clear_furniture(working)
    if furnished.working is not working:
        working = mend_spacing(furnished.working)
    working, hant = simplify(working)
    meta = furnished.meta
    if meta.title and hant is not None:
        meta = replace(meta, title=meta.title.translate(QUOTATION_MARKS))
    return RestoredText(
        working.text,
        text,
        working.origins,
        working.repairs,
        hant,
        meta,
        furnished.title_end,
        dateline_place(working.text),
        captions(working.text),
    )
