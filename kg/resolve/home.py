"""The place that an article is about, and what the relative levels (县, 市, 镇) mean in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property

from kg.divisions import Division, divisions
from kg.model import Mention, Metadata
from kg.recognise.lexicon import words

# What a level's character may name; 区 also stands for an autonomous region, 市 for a county-level city.
_LEVELS = {
    "省": ("Province",),
    "自治区": ("Province",),
    "市": ("Prefecture", "County"),
    "州": ("Prefecture",),
    "盟": ("Prefecture",),
    "地区": ("Prefecture",),
    "县": ("County",),
    "区": ("County",),
    "旗": ("County",),
    "自治县": ("County",),
    "镇": ("Township",),
    "乡": ("Township",),
    "街道": ("Township",),
    "苏木": ("Township",),
    "村": ("Village",),
    "社区": ("Village",),
    "嘎查": ("Village",),
    "自治州": ("Prefecture",),
    "团": ("Township",),
    "师市": ("County", "Prefecture"),
}
_OWN_KIND = ("市", "区", "旗")  # no county has a 市委, and no city a 区委
LEVEL = re.compile("|".join(sorted(_LEVELS, key=len, reverse=True)))
_RELATIVE = re.compile(
    r"(?:(?:该|全|我|本)|(?<![一-鿿]))(?P<level>自治区|省|市|州|盟|县|区|旗|镇|乡|街道|苏木|村|社区)(?=[委政直里城纪人妇残法检]|$|[，。、\s]|[一-鿿])"
)
_OWN = re.compile(
    r"(?:该|全|我|本)(?P<level>自治区|省|市|州|盟|县|区|旗|镇|乡|街道|苏木|村|社区)|(?<![一-鿿])(?P<bare>省|市|州|盟|县|区|旗|镇)(?=[委政]|[一-鿿]{1,8}(?:局|联|办|法院|检察院))"
)


# A text that says 我县 is a county's; a district that it tells of as often is not its home.
_OURS = re.compile("(?:我|(?<![一-鿿])本)([县区旗])(?![域别间级])")
_NOT_OURS = 0.3


@dataclass(frozen=True)
class Home:
    """The home division with a confidence, and the mentions of divisions by offset, for the levels below it."""

    division: Division | None
    confidence: float
    named: tuple[tuple[int, Division], ...]

    def at_level(self, level: str, offset: int) -> Division | None:
        """The division that a bare ``level`` (县, 镇 ...) means at ``offset``: the home, the one above it, or,
        below the home, the last one that the text named before."""
        wanted = _LEVELS.get(level, ())
        table = divisions()
        if self.division is not None:
            chain = (self.division, *table.ancestors(self.division))
            own = [d for d in chain if d.level in wanted]
            exact = [d for d in own if d.name.endswith(level)]
            if exact or own and level in ("省", "自治区", "县", "州"):
                return (exact or own)[0]
        other = self._next(offset, level) if level in _OWN_KIND else self._last(offset, level, False)
        return self._last(offset, level, True) or other

    def _last(self, offset: int, level: str, exact: bool) -> Division | None:
        """The last division of a level named up to ``offset``; an ``exact`` one ends in the level's own word."""
        rows = self._by_level[level, exact]
        before = bisect_right(rows, offset, key=lambda row: row[0])
        return rows[before - 1][1] if before else None

    def _next(self, offset: int, level: str) -> Division | None:
        """The first division named behind ``offset`` that ends in the level's own word."""
        rows = self._by_level[level, True]
        behind = bisect_left(rows, offset, key=lambda row: row[0])
        return rows[behind][1] if behind < len(rows) else None

    @cached_property
    def _by_level(self) -> dict[tuple[str, bool], list[tuple[int, Division]]]:
        return {
            (level, exact): [
                (at, d) for at, d in self.named if d.level in wanted and (d.name.endswith(level) or not exact)
            ]
            for level, wanted in _LEVELS.items()
            for exact in (True, False)
        }

    def around(self, offset: int, text: str) -> Division | None:
        """What 当地 means at ``offset``: the division named last in the same paragraph, else the home."""
        paragraph = text.rfind("\n", 0, offset) + 1
        near = bisect_left(self.named, offset, key=lambda row: row[0])
        if near and self.named[near - 1][0] >= paragraph:
            return self.named[near - 1][1]
        return self.division


def find_home(text: str, title_end: int, linked: Mapping[Mention, Division], meta: Metadata) -> Home:
    """The home of an article from the divisions that it names.

    The title and the opening weigh most; a relative level that the text uses of itself (该县, 我市, 县委) speaks
    for the divisions of that level; what lies below a division speaks for it a little, and so do the page's title
    and source line in ``meta`` (a county's own media). Confidence is the winner's share against the next, 0 to 1.
    """
    table = divisions()
    title_end = title_end or text.find("\n") if "\n" in text[:60] else 0
    score: defaultdict[Division, float] = defaultdict(float)
    for mention, division in linked.items():
        weight = 1.0
        if mention.start < title_end:
            weight += 3.0
        elif mention.start < title_end + 120:
            weight += 1.0
        score[division] += weight
        for above in table.ancestors(division):
            if above.level != "Province":
                score[above] += 0.3 * weight
                break
    for told, worth in ((meta.title or "", 2.0), (meta.source or "", 1.0)):
        if not text.startswith(told):
            for division in _divisions_in(told, score):
                score[division] += worth
    ours = {m[1] for m in _OURS.finditer(text)}
    levels = Counter(m["level"] or m["bare"] for m in _OWN.finditer(text))
    for level, count in levels.items():
        for division in score:
            if division.name.endswith(level) or level == "省" and division.level == "Province":
                score[division] += min(count, 8) * 0.6
    for division in score:
        if division.level == "County" and ours and division.name[-1] not in ours:
            score[division] *= _NOT_OURS
    score = score or _short_names(text, levels)
    if not score:
        return Home(None, 0.0, ())
    ranked = sorted(score.items(), key=lambda row: (-row[1], row[0].code))
    best = ranked[0][1]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    named = tuple(sorted(((m.start, d) for m, d in linked.items()), key=lambda row: (row[0], row[1].code)))
    return Home(ranked[0][0], round(best / (best + second), 3), named)


def _short_names(text: str, levels: Container[str]) -> defaultdict[Division, float]:
    """The counties of the ``levels`` of which a text speaks as its own (我县) whose short name it uses more than once,
    where it writes no division out; names that are words too do not count."""
    table, score = divisions(), defaultdict[Division, float](float)
    for name, times in Counter(text[start:end] for start, end in table.scan(text)).items():
        counties = [d for d in table.named(name) if d.level == "County"]
        alone = len(counties) == 1 and counties[0].name[-1] in levels and name not in words("ambiguous_places")
        if alone and times > 1:
            score[counties[0]] += times
    return score


def _divisions_in(told: str, score: Mapping[Division, float]) -> list[Division]:
    """The prefectures and counties that a title or source names: alone of their name, or known from the text."""
    table = divisions()
    found = [table.named(told[start:end]) for start, end in table.scan(told)]
    return [
        d for known in found for d in known if d.level in ("Prefecture", "County") and (len(known) == 1 or d in score)
    ]
