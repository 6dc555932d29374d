"""分别: what a list of names does each for itself, the first figure the first name's, the second the second's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.model import Figure, Mention
from kg.relate.view import View, chain_heads

_EACH = re.compile("分别")
_JOINED = re.compile("[、和与及]|以及")
_FAR = re.compile("[。！？；;!?\\n]")
_ROOM = 12  # characters between the last name of the list and 分别: 甲、乙两镇今年分别


def shared_out(view: View, figures: Sequence[Figure]) -> dict[Figure, tuple[str, int]]:
    """For each figure that such a list gives to one of its names, the name's key and the offset where the list ends.

    The list must have as many names as figures follow 分别 in the same part of the sentence.
    """
    found: dict[Figure, tuple[str, int]] = {}
    for each in _EACH.finditer(view.text):
        sentence = view.sentence_at(each.start())
        stop = _FAR.search(view.text, each.end(), sentence.end)
        told = [f for f in figures if each.end() <= f.start < (stop.start() if stop else sentence.end)]
        names = _list_before(view, sentence.start, each.start())
        if len(names) == len(told) >= 2:
            found |= {f: (view.key(name), names[-1].end) for f, name in zip(told, names, strict=True)}
    return found


def _list_before(view: View, start: int, end: int) -> list[Mention]:
    """The names of one list that ends shortly before ``end``."""
    names = chain_heads(view.within(start, end))
    if not names or end - names[-1].end > _ROOM:
        return []
    listed = [names[-1]]
    for name in reversed(names[:-1]):
        if not _JOINED.fullmatch(view.text, name.end, listed[0].start):
            break
        listed.insert(0, name)
    return listed
