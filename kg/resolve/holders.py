"""Who holds which title: the patterns in which a name and its titles stand together.

A text is read as a *sketch*, in which each mention is one character for its type, so that a pattern is a regular
expression over types and the words between them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kg.model import Mention

_PERSON, _POST, _BODY, _PLACE, _PROGRAM = "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"
_MARKS = {"Person": _PERSON, "Post": _POST, "Organisation": _BODY, "Place": _PLACE, "Program": _PROGRAM}
_PRIVATE = re.compile("[\ue000-\uf8ff]")

_WHERE = f"[{_BODY}{_PLACE}]"
_AND = r"[、，, 　]?(?:兼任?|以及|和|及)?[ 　]?"
_TITLE = rf"{_WHERE}{{0,6}}的?{_POST}"
_TITLES = rf"{_TITLE}(?:(?:（[^）\n]{{1,8}}）)?{_AND}{_TITLE}){{0,8}}"
_PEOPLE = rf"{_PERSON}(?:[、和及 　]{{1,2}}{_PERSON}){{0,40}}"
_MAN = r"(?:等?同志|先生|女士)?"
_BECOMES = (
    r"(?:挂职担任|挂职任|先后担任|开始担任|现任|担任|出任|升任|调任|转任|接任|当选为|当选|兼任|挂任|曾任|被任命为|被选为|被聘为|被派到|受聘为"
    r"|选派到|派驻|挂职|任|是|系|为|作为|身兼)"
)
_RULES = {
    "post:before": rf"(?P<posts>{_TITLES})(?:（[^）\n]{{1,8}}）)?(?:的|：|:|[ 　]{{1,2}})?{_MAN}(?P<people>{_PEOPLE})",
    "post:bracket": rf"(?P<people>{_PERSON})[（(](?P<posts>[^）)。\n]{{0,12}}?{_TITLES})[^）)。\n]{{0,12}}[）)]",
    "post:becomes": rf"(?P<people>{_PEOPLE}){_MAN}[，,]?(?:[^，,。；;：:！？\n{_PERSON}{_POST}]{{0,6}})"
    rf"{_BECOMES}(?:了|过|着)?(?P<posts>{_TITLES})",
    "post:apposed": rf"(?P<people>{_PERSON})[，,]?(?P<posts>{_TITLES})(?=[，,。；;\n]|$)",
    "post:named": rf"(?:任命|聘任|选举|推选|免去|批准|接受|同意){_MAN}(?P<people>{_PEOPLE})(?:等\d*人)?{_MAN}"
    rf"(?:为|任|的|辞去)(?:了)?(?P<posts>{_TITLES})",
    "post:resigned": rf"(?P<people>{_PEOPLE}){_MAN}(?:请求)?辞去(?:了)?(?P<posts>{_TITLES})",
}
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _RULES.items())
_REPORTER = re.compile(
    rf"(?P<title>(?:本报|本台|全媒体|首席|实习|见习|特约|特派|驻[一-鿿]{{1,3}})*(?:摄影|文字)?(?:记者|通讯员)|{_POST})"
    rf"[:：/ 　]{{0,3}}(?P<people>{_PERSON}(?:[、和及/ 　]{{1,3}}{_PERSON}){{0,20}})"
)
REPORTERS = ("记者", "通讯员", "编辑")


@dataclass(frozen=True, slots=True, order=True)
class Holding:
    """``person`` holds the office that ``post`` titles; ``rule`` names the pattern that tells so."""

    post: Mention
    person: Mention
    rule: str


class _Sketch:
    """A text with one character for each mention, and the way back."""

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        parts, at, sources = list[str](), 0, list[int]()
        for m in mentions:
            for piece, source in ((_PRIVATE.sub(" ", text[at : m.start]), at), (_MARKS[m.type], m.start)):
                parts.append(piece)
                sources.append(source)
            at = m.end
        parts.append(_PRIVATE.sub(" ", text[at:]))
        sources.append(at)
        self.text = "".join(parts)
        starts = list(accumulate((len(p) for p in parts), initial=0))[:-1]
        self.mentions = {starts[2 * i + 1]: m for i, m in enumerate(mentions)}
        self._starts, self._sources = starts, sources

    def of(self, match: re.Match[str], group: str, type_: str) -> list[Mention]:
        """The mentions of a type in a group of a match."""
        start, end = match.span(group)
        return [m for at in range(start, end) if (m := self.mentions.get(at)) is not None and m.type == type_]

    def source(self, at: int) -> int:
        """The offset in the text of a character of the sketch that is no mention."""
        index = bisect_right(self._starts, at) - 1
        return self._sources[index] + at - self._starts[index]


def holdings(text: str, mentions: Sequence[Mention]) -> tuple[Holding, ...]:
    """Who holds which title in ``text``, by the titles' offsets; ``mentions`` are sorted and free of overlaps.

    A reporter's title need be no mention: 记者 before a name becomes the post of its holding.

    >>> from kg.recognise import recognise
    >>> from kg.model import RestoredText
    >>> text = "县委书记王小明主持会议。"
    >>> [(h.person.text, h.post.text) for h in holdings(text, recognise(RestoredText(text, text, range(13))).mentions)]
    [('王小明', '县委书记')]
    """
    sketch = _Sketch(text, mentions)
    found: dict[tuple[Mention, Mention], str] = {}
    for holding in (*_titled(sketch), *_reporters(sketch)):
        found.setdefault((holding.post, holding.person), holding.rule)
    return tuple(sorted(Holding(post, person, rule) for (post, person), rule in found.items()))


def _titled(sketch: _Sketch) -> Iterator[Holding]:
    before: set[Mention] = set()
    for rule, pattern in _PATTERNS:
        for match in pattern.finditer(sketch.text):
            posts = sketch.of(match, "posts", "Post")
            for person in sketch.of(match, "people", "Person"):
                # 局长甲，副局长乙: what stands before 乙 is not told of 甲 as well.
                for post in posts if rule == "post:before" else [p for p in posts if p not in before]:
                    yield Holding(post, person, rule)
            if rule == "post:before":
                before.update(posts)


def _reporters(sketch: _Sketch) -> Iterator[Holding]:
    for match in _REPORTER.finditer(sketch.text):
        title = sketch.of(match, "title", "Post")
        if title and not title[0].text.endswith(REPORTERS):
            continue
        start = sketch.source(match.start("title"))
        word = match["title"]
        post = title[0] if title else Mention(start, start + len(word), "Post", word, "post:reporter", 0.9)
        for person in sketch.of(match, "people", "Person"):
            yield Holding(post, person, "post:reporter")
