"""Who holds which title: the patterns in which a name and its titles stand together, over a sketch of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kg.model import Mention
from kg.recognise.lexicon import alternatives
from kg.sketch import MARKS, Sketch

_PERSON, _POST, _BODY, _PLACE = (MARKS[type_] for type_ in ("Person", "Post", "Organisation", "Place"))

_WHERE = f"[{_BODY}{_PLACE}]"
_AND = r"[、，, 　]?(?:兼任?|以及|和|及)?[ 　]?"
_TITLE = rf"{_WHERE}{{0,6}}的?{_POST}"
_TITLES = rf"{_TITLE}(?:(?:（[^）\n]{{1,8}}）)?{_AND}{_TITLE}){{0,8}}"
# A list goes on over a name or two that were not recognised: 副主席甲、昝延桐、乙.
_PEOPLE = rf"{_PERSON}(?:[、和及 　]{{1,2}}(?:[一-鿿]{{2,3}}、){{0,2}}{_PERSON}){{0,40}}"
_MAN = r"(?:等?同志|先生|女士)?"
_BECOMES = (
    r"(?:挂职担任|挂职任|先后担任|开始担任|现任|担任|出任|升任|调任|转任|接任|当选为|当选|兼任|挂任|曾任|被任命为|被选为|被聘为|被派到|受聘为"
    r"|选派到|派驻|挂职|任|是|系|为|作为|身兼)"
)
_CELL, _CELL_END = r"(?:(?m:^)|(?<=\| ))", r"(?= \||(?m:$))"
_RULES = {
    "post:before": rf"(?P<posts>{_TITLES})(?:（[^）\n]{{1,8}}）)?(?:的|：|:|[ 　]{{1,2}})?{_MAN}(?P<people>{_PEOPLE})",
    "post:bracket": rf"(?P<people>{_PERSON})[（(](?P<posts>[^）)。\n]{{0,12}}?{_TITLES})[^）)。\n]{{0,12}}[）)]",
    "post:becomes": rf"(?P<people>{_PEOPLE}){_MAN}[，,]?(?:[^，,。；;：:！？\n{_PERSON}{_POST}]{{0,6}})"
    rf"{_BECOMES}(?:了|过|着)?(?P<posts>{_TITLES})",
    "post:apposed": rf"(?P<people>{_PERSON})[，,]?(?P<posts>{_TITLES})(?=[，,。；;\n]|$)",
    "post:named": rf"(?:任命|聘任|选举|推选|免去|批准|接受|同意){_MAN}(?P<people>{_PEOPLE})(?:等\d*人)?{_MAN}"
    rf"(?:为|任|的|辞去)(?:了)?(?P<posts>{_TITLES})",
    # A row of a table, its cells joined by |: name and title side by side, or with the sex between them.
    "post:row": rf"{_CELL}(?P<people>{_PERSON})(?: \| [男女])? \| (?P<posts>{_TITLES}){_CELL_END}",
    "post:cell": rf"{_CELL}(?P<posts>{_TITLES}) \| (?P<people>{_PEOPLE}){_CELL_END}",
    "post:removed": rf"免去{_MAN}(?P<people>{_PERSON}){_MAN}(?P<posts>{_TITLES})",
    "post:resigned": rf"(?P<people>{_PEOPLE}){_MAN}(?:请求)?辞去(?:了)?(?P<posts>{_TITLES})",
}
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _RULES.items())
_OVER = re.compile(r"职务| \||[ 　]*(?:\n|$)")  # where a title or a table's cell is over
_REPORTER = re.compile(
    rf"(?P<title>(?:本报|本台|全媒体|首席|实习|见习|特约|特派|驻[一-鿿]{{1,3}})*(?:摄影|文字)?(?:记者|通讯员)|{_POST})"
    rf"[:：/ 　]{{0,3}}(?P<people>{_PERSON}(?:[、和及/ 　]{{1,3}}{_PERSON}){{0,20}})"
)
_STATION = re.compile(rf"(?:现任|曾任|历任|后任|原任|先后任|先后担任|并兼任)(?:过|了)?(?P<posts>{_TITLES})")
_LIFE = 120  # characters of a life told before an office
_OPENED = re.compile(
    rf"(?:^|[。；;！？!?\n][ 　]*)(?P<people>{_PERSON})(?=[，,（(曾历先]|同志)[^。；;！？!?\n{_PERSON}]*$"
)
REPORTERS = ("记者", "通讯员", "编辑")


@dataclass(frozen=True, slots=True, order=True)
class Holding:
    """``person`` holds the office that ``post`` titles; ``rule`` names the pattern that tells so."""

    post: Mention
    person: Mention
    rule: str


def _of(sketch: Sketch, match: re.Match[str], group: str, type_: str, shift: int = 0) -> list[Mention]:
    """The mentions of a type in a group of a match in the sketch from ``shift`` on."""
    start, end = match.span(group)
    inside = (sketch.mentions.get(at) for at in range(start + shift, end + shift))
    return [m for m in inside if m is not None and m.type == type_]


def holdings(text: str, mentions: Sequence[Mention]) -> tuple[Holding, ...]:
    """Who holds which title in ``text``, by the titles' offsets; ``mentions`` are sorted and free of overlaps.

    A reporter's title need be no mention: 记者 before a name becomes the post of its holding.

    >>> from kg.recognise import recognise
    >>> from kg.model import RestoredText
    >>> text = "县委书记王小明主持会议。"
    >>> [(h.person.text, h.post.text) for h in holdings(text, recognise(RestoredText(text, text, range(13))).mentions)]
    [('王小明', '县委书记')]
    """
    sketch = Sketch(text, sorted((*mentions, *_unseen_titles(text, mentions))))
    found: dict[tuple[Mention, Mention], str] = {}
    for holding in (*_titled(sketch), *_reporters(sketch)):
        found.setdefault((holding.post, holding.person), holding.rule)
    for holding in _stations(sketch):
        found.setdefault((holding.post, holding.person), holding.rule)
    return tuple(sorted(Holding(post, person, rule) for (post, person), rule in found.items()))


def _stations(sketch: Sketch) -> Iterator[Holding]:
    """The offices of one who opens the sentence: 王建国，男，1975年生，曾任县水利局局长，现任县财政局局长."""
    for match in _STATION.finditer(sketch.text):
        left = sketch.text[max(0, match.start() - _LIFE) : match.start()]
        opened = _OPENED.search(left)
        if opened:
            for person in _of(sketch, opened, "people", "Person", max(0, match.start() - _LIFE)):
                yield from (Holding(post, person, "post:station") for post in _of(sketch, match, "posts", "Post"))


def _unseen_titles(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Titles that were not recognised between a body and what a title leads to, a person (县政协 + 副主席 + 王建国),
    职务 or the end of a table's cell."""
    begins = {m.start for m in mentions}
    for body in mentions:
        title = _title_after().match(text, body.end) if body.type == "Organisation" else None
        if title is None or any(at in begins for at in range(*title.span())):
            continue
        after = title.end() + (text[title.end() : title.end() + 1] in ("、", "兼"))
        if after in begins or _OVER.match(text, title.end()):
            yield Mention(title.start(), title.end(), "Post", title[0], "post:beside", 0.7)


@cache
def _title_after() -> re.Pattern[str]:
    return re.compile(rf"(?:常务|专职|党组)?(?:{alternatives('titles')})")


def _titled(sketch: Sketch) -> Iterator[Holding]:
    before: set[Mention] = set()
    for rule, pattern in _PATTERNS:
        for match in pattern.finditer(sketch.text):
            posts = _of(sketch, match, "posts", "Post")
            for person in _of(sketch, match, "people", "Person"):
                # 局长甲，副局长乙: what stands before 乙 is not told of 甲 as well.
                for post in posts if rule == "post:before" else [p for p in posts if p not in before]:
                    yield Holding(post, person, rule)
            if rule == "post:before":
                before.update(posts)


def _reporters(sketch: Sketch) -> Iterator[Holding]:
    for match in _REPORTER.finditer(sketch.text):
        title = _of(sketch, match, "title", "Post")
        if title and not title[0].text.endswith(REPORTERS):
            continue
        start = sketch.source(match.start("title"))
        word = match["title"]
        post = title[0] if title else Mention(start, start + len(word), "Post", word, "post:reporter", 0.9)
        for person in _of(sketch, match, "people", "Person"):
            yield Holding(post, person, "post:reporter")
