"""What a figure may be told of: the things that the text has named by then, and how each of them stands to the figure.

Each candidate is one thing, however often it is named. What is told of it is a row of numbers, in the order of
``FEATURES``: what it is, how the nearest of its names stands in the figure's sentence, how far back it was named before
that, whether a word such as 该村 can mean it, and what kind of figure is asked about.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from kg.model import Entity, Figure, Mention, Sentence
from kg.recognise.lexicon import alternatives
from kg.relate.view import View

NOT_FOUND = ""
"""The key of a thing whose name was not recognised: never chosen, but it has its chance too."""
_MOST = 24  # candidates that are weighed: above what is told of in nearly all of the corpus, and a bound on work
_PREPOSITIONS = "在到向给为对与和由被把从以让将使经用同往赴比超"
_UNITS = {
    **dict.fromkeys(("元", "万元", "美元", "港元", "欧元"), "money"),
    **dict.fromkeys(("人", "名", "户", "人次", "位", "户次", "岁"), "people"),
    **dict.fromkeys(("亩", "公里", "平方米", "米", "公顷", "平方公里", "立方米", "千米"), "size"),
    **dict.fromkeys(("%", "‰", "个百分点", "倍", ""), "share"),
    **dict.fromkeys(("件", "次", "场", "场次", "期", "条", "项", "份", "批"), "doings"),
}
_WORDS = {
    "measured": "总长|全长|长|宽|面积|占地|总投资|投资|规模|总|海拔|建筑|容积|辖|覆盖|共有|现有|有|户籍|人口|党员|常住",
    "done": "培训|发放|办理|走访|调解|慰问|化解|解决|开展|举办|组织|建立|成立|选派|派出|帮|为|检查|排查|整改|捐"
    "|拨|筹|争取|协调|接待|收集|征集|制定|清理|查处|审|救|送|新建|改造|修|铺|打造|建成|投入|完成|实施",
    "earned": "收入|增收|种|养|赚|挣|卖|产|流转|承包|务工|就业|分红|亩均|年产|销",
    "counted": "生产总值|GDP|财政|产值|增加值|预算|居民|人均|贫困|脱贫|产业|全[市县区镇村省州]",
    "reached": "参加|报名|参与|受益|惠及|服务|吸引|带动|辐射",
    "suffered": "由|被|获|得到|受",
}
_IN_WORDS = tuple(re.compile(words) for words in _WORDS.values())
_SAYS = re.compile("(?:[一-龥]{0,4})(?:介绍|表示|告诉|说|坦言|透露)")
_WHOLE = re.compile("全[县市区州乡镇村旗省盟]|我[县市区]")
_ANAPHOR = re.compile(
    "(?:该|这个|这家|这所|这座|这支|全|本|这)(?P<what>局|公司|企业|合作社|校|学校|院|医院|镇|乡|街道|村|社区|县|市|区|州|旗|项目|"
    "工程|园|园区|基地|库|水库|集团|支行|队|中心|活动|行动)|(?P<they>[他她它]们)|(?P<who>[他她]|两人|二人)|(?P<project>项目|工程|活动|行动)"
)
_PLACE_WORDS = {"镇": "Township", "乡": "Township", "街道": "Township", "村": "Village", "社区": "Village"}
_PLACE_WORDS |= {"县": "County", "市": "County", "区": "County", "旗": "County", "州": "Prefecture"}
_CARRIED = re.compile(f"(?:{alternatives('carrying')})[“《]?$")
_PAUSE = re.compile("[，,：:；;]")
_DIGITS = re.compile(r"\d+")
_KINDS = (
    *("Village", "Township", "County", "Prefecture", "Province", "Site", "Enterprise", "School", "Cooperative"),
    *("PartyCommittee", "Government", "GovernmentDepartment"),
)
_AFTER = "、的和与，：:在向给等有”》"

_FIGURE = (
    *("money", "people", "size", "share", "doings", "things"),
    *(f"says {name}" for name in _WORDS),
    *("names in sentence", "names in clause", "actors", "quoted speech", "sentence of paragraph", "paragraph"),
    *("line", "of clause", "of sentence", "anaphor", "colon", "whole", "rising or falling", "from or to"),
)
_THING = (
    *("Person", "Organisation", "Place", "Program", *_KINDS, "home", "of home", "around home", "not found"),
    *("rank", "named", "named share", "named in all", "named in paragraph", "in title", "meant", "actor"),
    *("opens paragraph", "opens paragraph before", "opens sentence before"),
)
_HERE = (
    *("here", "clauses", "distance", "semicolon", "list marks", "gap", "opens clause", "preposition", "after"),
    *("says", "others", "others alike", "other bodies", "other programs", "other places", "leads", "leads body", "led"),
    *("listed", "opens", "quoted", "across quotes", "carried", "same clause", "first", "last", "opened", "others act"),
    *("figures between",),
)
_LATER = ("then", "then clauses", "then of", "then first", "then same clause", "then preposition", "then opens")
_EARLIER = (
    "before",
    "back",
    "back paragraphs",
    "back first",
    "back last",
    "back opens",
    "back preposition",
    "back gap",
)
FEATURES = (*_FIGURE, *_THING, *_HERE, *_LATER, *_EARLIER)
"""The names of a row's numbers, in order."""
_NOT_HERE, _NOT_LATER, _NOT_EARLIER = ((-1.0,) * len(part) for part in (_HERE, _LATER, _EARLIER))

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Referent:
    """A candidate: its key, its last name before the figure, the first after it in the sentence, and how often it
    was named before."""

    key: str
    last: Mention | None
    then: Mention | None
    times: int


class Referents:
    """The things that one document names, ready to be asked about its figures."""

    def __init__(self, view: View) -> None:
        self.view, self._text = view, view.text
        self._named: dict[str, list[Mention]] = {}
        for mention in view.mentions:
            for key in view.keys(mention):
                self._named.setdefault(key, []).append(mention)
        self._starts = {key: [m.start for m in named] for key, named in self._named.items()}
        self._sentences = [sentence.start for sentence in view.recognised.sentences]
        self._known: dict[str, Row] = {}
        self._lines = [0, *(match.end() for match in re.finditer("\n+", view.text))]

    def _sentence(self, offset: int) -> int:
        return bisect_right(self._sentences, offset) - 1

    def _line(self, offset: int) -> int:
        return bisect_right(self._lines, offset) - 1

    @cached_property
    def _first_of_line(self) -> dict[int, Mention]:
        return {self._line(m.start): m for m in reversed(self.view.mentions)}

    @cached_property
    def _first_of_sentence(self) -> dict[int, Mention]:
        return {self._sentence(m.start): m for m in reversed(self.view.mentions)}

    @cached_property
    def _last_of_sentence(self) -> dict[int, Mention]:
        return {self._sentence(m.start): m for m in self.view.mentions}

    def of(self, figure: Figure) -> list[Referent]:
        """The candidates of a figure, the one named last first; NOT_FOUND ends the list."""
        end, home = self.view.sentence_at(figure.start).end, self.view.resolved.home
        found = []
        for key in self._in_question(figure.start):
            named = self._named[key]
            times = bisect_left(self._starts[key], figure.start)
            then = named[times] if times < len(named) and named[times].start < end else None
            if times or then or key == home:
                found.append(Referent(key, named[times - 1] if times else None, then, times))
        if home is not None and home not in self._named:
            found.append(Referent(home, None, None, 0))
        found.sort(key=lambda r: (-r.last.start if r.last else 1, r.then.start if r.then else 0, r.key))
        kept = [r for at, r in enumerate(found) if at < _MOST or r.key == home or r.then and at < 2 * _MOST]
        return [*kept, Referent(NOT_FOUND, None, None, 0)]

    def _in_question(self, offset: int) -> set[str]:
        """The keys of which a figure at ``offset`` may keep one: named last before it, or first behind it, and home.

        So few that the work for a figure does not grow with the document.
        """
        behind = bisect_left(self._firsts, (offset, ""))
        last = self._firsts[behind : behind + 2 * _MOST]
        return {
            *self._recent[bisect_left(self._mention_starts, offset)],
            *(key for _, key in last),
            *({self.view.resolved.home} & self._named.keys()),
        }

    @cached_property
    def _mention_starts(self) -> list[int]:
        return [mention.start for mention in self.view.mentions]

    @cached_property
    def _firsts(self) -> list[tuple[int, str]]:
        """Where each key is first named, in order."""
        return sorted((starts[0], key) for key, starts in self._starts.items())

    @cached_property
    def _recent(self) -> list[dict[str, int]]:
        """By how many mentions have been read: twice ``_MOST`` keys, the one named last first, with where; and what was
        named in the same place as the last of them."""
        recent = [dict[str, int]()]
        for mention in self.view.mentions:
            latest = dict.fromkeys(self.view.keys(mention), mention.start)
            latest |= {key: start for key, start in recent[-1].items() if key not in latest}
            least = next(islice(latest.values(), 2 * _MOST - 1, None), -1)
            recent.append({key: start for key, start in latest.items() if start >= least})
        return recent

    def rows(self, figure: Figure, referents: Iterable[Referent]) -> list[Row]:
        """A row for each of the figure's candidates, as ``FEATURES`` names its numbers."""
        asked = self._asked(figure)
        told, referents = self._of_figure(asked), list(referents)
        most = max((r.times for r in referents), default=0)
        return [self._row(asked, told, rank, referent, most) for rank, referent in enumerate(referents)]

    def _row(self, asked: _Asked, told: Row, rank: int, referent: Referent, most: int) -> Row:
        here = referent.last if referent.last in asked.names else None
        return (
            *told,
            *self._of_thing(asked, rank, referent, most),
            *(self._here(asked, here) if here else _NOT_HERE),
            *(self._later(asked, referent.then) if referent.then else _NOT_LATER),
            *self._earlier(asked, referent),
        )

    def _of_figure(self, asked: _Asked) -> Row:
        text, start, figure = self._text, asked.figure.start, asked.figure
        line = self._lines[asked.line]
        end = text.find("\n", start)
        clause = text[asked.clause[0] : start]
        unit = _UNITS.get(figure.unit, "things")
        return (
            *(float(unit == name) for name in _FIGURE[:6]),
            *(float(words.search(clause) is not None) for words in _IN_WORDS),
            min(len(asked.names), 6),
            len(self.view.within(asked.clause[0], start)),
            len(asked.actors),
            float(text.count("“", line, start) > text.count("”", line, start)),
            min(asked.number - self._sentence(line), 6),
            min(asked.line, 10),
            min((end if end >= 0 else len(text)) - line, 400),
            start - asked.clause[0],
            min(start - asked.sentence.start, 200),
            float(bool(asked.said)),
            float("：" in asked.lead or ":" in asked.lead),
            float(_WHOLE.search(asked.lead) is not None),
            float(figure.qualifier in ("Increase", "Decrease")),
            float(figure.qualifier in ("Before", "After")),
        )

    def _of_thing(self, asked: _Asked, rank: int, referent: Referent, most: int) -> Row:
        key = referent.key
        if key not in self._known:
            self._known[key] = self._of_key(key)
        named, starts = self._named.get(key, []), self._starts.get(key, [])
        return (
            *self._known[key],
            rank,
            min(referent.times, 10),
            referent.times / max(most, 1),
            min(len(named), 12),
            referent.times - bisect_left(starts, self._lines[asked.line]),
            float(bool(named) and named[0].start < self._title_end),
            _meant(self.view.by_key.get(key), asked.said),
            float(key in asked.actors),
            *[float(key in keys) for keys in asked.heads],
        )

    def _of_key(self, key: str) -> Row:
        """What is told of a thing wherever it is a candidate."""
        entity = self.view.by_key.get(key)
        kind, type_ = (entity.kind, entity.type) if entity else ("", "")
        return (
            *(float(type_ == name) for name in _THING[:4]),
            *(float(kind == name) for name in _KINDS),
            *self._home(key, entity),
            float(key == NOT_FOUND),
        )

    def _asked(self, figure: Figure) -> _Asked:
        line, number = self._line(figure.start), self._sentence(figure.start)
        opener, before = self._first_of_line.get(line), self._first_of_line.get(line - 1)
        opener = opener if opener and opener.start < figure.start else None
        heads = (opener, before, self._first_of_sentence.get(number - 1))
        return _Asked(self.view, figure, line, number, [self.view.keys(head) if head else () for head in heads])

    @cached_property
    def _title_end(self) -> int:
        return max(self._text.find("\n"), 0)

    def _home(self, key: str, entity: Entity | None) -> tuple[float, float, float]:
        home = self.view.by_key.get(self.view.resolved.home or "")
        if home is None or entity is None:
            return (0.0, 0.0, 0.0)
        if key == home.key:
            return (1.0, 0.0, 0.0)
        ours, theirs = (home.code or "").rstrip("0"), (entity.code or "").rstrip("0")
        both = bool(ours and theirs)
        return (0.0, float(both and theirs.startswith(ours)), float(both and ours.startswith(theirs)))

    def _here(self, asked: _Asked, name: Mention) -> Row:
        text, start, names = self._text, asked.figure.start, asked.names
        at = bisect_left(names, name)
        between, clause = text[name.end : start], self.view.clause_at(name.start)[0]
        gap, after = text[clause : name.start], text[name.end : name.end + 1]
        others = names[at + 1 :]
        next_to = bool(others) and others[0].start == name.end
        lead = text[name.start - 1 : name.start] if name.start else ""
        key = self.view.keys(name)
        first = next(m for m in names if set(self.view.keys(m)) & set(key))
        return (
            1.0,
            len(_PAUSE.findall(between)),
            min(len(between), 150),
            float("；" in between or ";" in between),
            between.count("、"),
            min(len(gap), 15),
            float(not gap),
            float(1 + _PREPOSITIONS.index(gap[-1]) if gap and gap[-1] in _PREPOSITIONS else 0),
            float(1 + _AFTER.index(after) if after and after in _AFTER else 0),
            float(_SAYS.match(text, name.end) is not None),
            len(others),
            sum(m.type == name.type for m in others),
            *(sum(m.type == type_ for m in others) for type_ in ("Organisation", "Program", "Place")),
            float(next_to),
            float(next_to and others[0].type != "Place"),
            float(at > 0 and names[at - 1].end == name.start),
            float(lead in ("、", "和", "与")),
            float(name.start - asked.sentence.start <= 2),
            float(lead in ("“", "《")),
            float(between.count("“") != between.count("”")),
            float(name.type == "Program" and _CARRIED.search(text, max(0, name.start - 6), name.start) is not None),
            float(name.start >= asked.clause[0]),
            float(at == 0),
            float(not others),
            float(first.start - asked.sentence.start <= 2),
            float(bool(asked.actors) and not set(key) & set(asked.actors)),
            len(_DIGITS.findall(between)),
        )

    def _later(self, asked: _Asked, name: Mention) -> Row:
        between = self._text[asked.figure.end : name.start]
        return (
            min(len(between), 60),
            len(_PAUSE.findall(between)),
            float(between.endswith(("的", "的“"))),
            float(not self.view.within(asked.figure.end, name.start)),
            float(name.start < asked.clause[1]),
            float(between[-1:] in _PREPOSITIONS if between else 0),
            float(self.view.clause_at(name.start)[0] == name.start),
        )

    def _earlier(self, asked: _Asked, referent: Referent) -> Row:
        named = self._named.get(referent.key, ())
        times = bisect_left(self._starts.get(referent.key, []), asked.sentence.start)
        if not times:
            return _NOT_EARLIER
        number, line, *standing = self._standing[named[times - 1].start]
        return (min(times, 8), min(asked.number - number, 12), min(asked.line - line, 6), *standing)

    @cached_property
    def _standing(self) -> dict[int, tuple[int, int, float, float, float, float, int]]:
        """By its offset, in which sentence and line each name stands, and how."""
        return {name.start: self._stands(name) for name in self.view.mentions}

    def _stands(self, name: Mention) -> tuple[int, int, float, float, float, float, int]:
        number = self._sentence(name.start)
        gap = self._text[self.view.clause_at(name.start)[0] : name.start]
        return (
            number,
            self._line(name.start),
            float(self._first_of_sentence.get(number) is name),
            float(self._last_of_sentence.get(number) is name),
            float(name.start - self._sentences[number] <= 2),
            float(gap[-1:] in _PREPOSITIONS if gap else 0),
            min(len(gap), 15),
        )


class _Asked:
    """A figure with what its sentence holds before it.

    ``line`` and ``number`` count its line and sentence; ``heads`` are the keys of the names that open the line, the
    line before and the sentence before.
    """

    def __init__(self, view: View, figure: Figure, line: int, number: int, heads: list[tuple[str, ...]]) -> None:
        self.figure, self.line, self.number, self.heads = figure, line, number, heads
        self.sentence: Sentence = view.sentence_at(figure.start)
        self.clause = view.clause_at(figure.start)
        self.names = view.within(self.sentence.start, figure.start)
        self.actors = view.actors(figure.start)
        self.lead = view.text[self.sentence.start : figure.start]
        found = _ANAPHOR.finditer(self.lead)
        self.said = [m["what"] or m["project"] or ("他们" if m["they"] else "他") for m in found]


def _meant(entity: Entity | None, said: list[str]) -> float:
    """Whether the last word before the figure that takes up something named before (该局, 这个村, 他) can mean the
    entity: 2 where it can, 0 where it cannot, 1 where there is no such word."""
    if not said or entity is None:
        return 1.0
    word = said[-1]
    if word == "他":
        fits = entity.type == "Person"
    elif word == "他们":
        fits = entity.type == "Organisation"
    elif word in _PLACE_WORDS:
        fits = entity.kind == _PLACE_WORDS[word]
    else:
        fits = entity.name.endswith(word) or word in ("公司", "企业") and entity.kind == "Enterprise"
    return 2.0 if fits else 0.0
