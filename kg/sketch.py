"""A text with one character for each mention, so that patterns and features see types and the words between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from kg.model import Mention

MARKS = {
    "Person": "\ue001",
    "Post": "\ue002",
    "Organisation": "\ue003",
    "Place": "\ue004",
    "Program": "\ue005",
}
_PRIVATE = re.compile("[\ue000-\uf8ff]")


class Sketch:
    """``text`` is the sketch; ``at`` gives the offset in it of the mention that begins at an offset of
    the text, ``mentions`` the mention at an offset in it.

    >>> mentions = [Mention(0, 4, "Post", "县委书记", ""), Mention(4, 7, "Person", "王小明", "")]
    >>> sketch = Sketch("县委书记王小明到会", mentions)
    >>> len(sketch.text), sketch.text[2:], sketch.source(3)
    (4, '到会', 8)
    """

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        parts, at, sources = list[str](), 0, list[int]()
        for m in mentions:
            for piece, source in ((_PRIVATE.sub(" ", text[at : m.start]), at), (MARKS[m.type], m.start)):
                parts.append(piece)
                sources.append(source)
            at = m.end
        parts.append(_PRIVATE.sub(" ", text[at:]))
        sources.append(at)
        self.text = "".join(parts)
        starts = list(accumulate((len(p) for p in parts), initial=0))[:-1]
        self.mentions = {starts[2 * i + 1]: m for i, m in enumerate(mentions)}
        self.at = {m.start: at for at, m in self.mentions.items()}
        self._starts, self._sources = starts, sources

    def source(self, at: int) -> int:
        """The offset in the text of the sketch's character at ``at``."""
        index = bisect_right(self._starts, at) - 1
        return self._sources[index] + at - self._starts[index]

    def offset(self, source: int) -> int:
        """The offset in the sketch of the text's character at ``source``; inside a mention, that of its mark."""
        index = bisect_right(self._sources, source) - 1
        piece_is_mark = index % 2 == 1
        return self._starts[index] + (0 if piece_is_mark else source - self._sources[index])
