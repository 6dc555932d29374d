"""What the documents of a build say against each other: two people in one office, two values of one figure.

Both sayings stay in the graph; the report lists them with their sentences, for a person to judge. A contradiction is
``certain`` where the two are told of one time, and not where one of them has no time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Literal

from kg.model import Claim, Extraction, Period
from kg.record.quads import is_writable

__all__ = ["Contradiction", "Telling", "contradictions", "tellings"]

# Offices that one person holds at a time. 主任 and 主席 have deputies, but no equals; 委员 and 记者 have many.
_SINGLE = re.compile(
    "(?:总?书记|省长|市长|县长|区长|州长|旗长|盟长|镇长|乡长|局长|厅长|部长|主任|主席|院长|检察长|校长|园长|站长|所长|行长|"
    "司令员|政委|组长|队长|会长|理事长|董事长|总经理|社长|台长|总编辑|村主任)"
)
_SHARED = re.compile("副|助理|委员|常委|成员|代理|候任|第[二三四五]")
# Words before a title or name which say that the office is no more, or not yet, held.
_NOT_NOW = "(?:原任|原(?![料则本因有来生始先创])|前任|曾任|曾经担任|曾担任|拟任|拟提名|拟任命|提名)[^，,。；;]{0,30}"
_THEN = "时任[^，,。；;]{0,30}"
_ROUGHLY = Decimal("0.1")  # two approximate figures that differ by no more say the same
# Indicators that say how much something changed, and not what.
_CHANGE = re.compile(
    "(?:同比|环比|比(?:上年|去年|同期|上年同期))?(?:分别|平均|年均)?"
    "(?:增长|增加|下降|减少|提高|上升|提升|增幅|降幅)了?|覆盖率|完成率|占比"
)
_SHORTEST = 4  # characters of an indicator that says what is counted

_COMPARED = 60  # values of one figure at one time that are compared: more of them show a bad indicator, not a quarrel

Kind = Literal["post", "figure"]


@dataclass(frozen=True, slots=True, order=True)
class Telling:
    """One document's saying: ``subject`` decides what it is told of, ``label`` shows it; ``value`` is what it says.

    ``first`` and ``last`` are the days between which it is told, "" where no time is known.
    """

    kind: Kind
    subject: str
    label: str
    value: str
    first: str
    last: str
    document: str
    sentence: str
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Sayings of one office or figure that cannot all hold; ``certain`` where two of them are of one known time."""

    kind: Kind
    label: str
    certain: bool
    tellings: tuple[Telling, ...]


def tellings(extraction: Extraction) -> tuple[Telling, ...]:
    """What a document says that another may contradict: holders of single offices, and figures."""
    names = {entity.key: entity.name for entity in extraction.entities}
    day = extraction.meta.date
    told = [*_posts(extraction, names, day), *_figures(extraction, names, day)]
    return tuple(sorted(told))


def contradictions(told: Iterable[Telling]) -> tuple[Contradiction, ...]:
    """Every office with two holders and every figure with two values at one time, or at times that are not known."""
    alike: defaultdict[tuple[Kind, str], list[Telling]] = defaultdict(list)
    for telling in sorted(set(told)):
        alike[telling.kind, telling.subject].append(telling)
    found = (_of_posts(group) if kind == "post" else _of_figures(group) for (kind, _), group in sorted(alike.items()))
    return tuple(contradiction for contradiction in found if contradiction)


def _posts(extraction: Extraction, names: dict[str, str], day: date | None) -> Iterator[Telling]:
    for claim in extraction.claims:
        if claim.predicate != "holdsPost" or not claim.evidence:
            continue
        office, sentence = _office(names[claim.object], claim.title or ""), claim.evidence[0].sentence
        if office is None or _over(claim, sentence, names[claim.subject]):
            continue
        first, last = _days(claim.period, day)
        label = f"{names[claim.object]} {office}"
        person = names[claim.subject]
        yield Telling("post", f"{claim.object}\0{office}", label, person, first, last, extraction.document.id, sentence)


def _office(body: str, title: str) -> str | None:
    """The title without the body's name, where only one person holds it.

    >>> _office("石泉县委", "县委书记"), _office("石泉县政府", "副县长"), _office("石泉县民政局", "局长")
    ('书记', None, '局长')
    """
    title = re.sub("^(?:时任|现任)", "", title)
    shared = next((n for n in range(min(len(body), len(title)), 1, -1) if body.endswith(title[:n])), 0)
    office = re.sub("^(?:党委|党组|委)", "", title[shared:])
    return office if _SINGLE.fullmatch(office) and not _SHARED.search(title) else None


def _over(claim: Claim, sentence: str, person: str) -> bool:
    """Whether the sentence says that the office was held before or is to be held later."""
    ended = claim.period is not None and claim.period.start is None
    words = _NOT_NOW if claim.period else f"(?:{_NOT_NOW}|{_THEN})"  # 时任 without a time is of some other time
    return ended or re.search(words + re.escape(person), sentence) is not None


def _figures(extraction: Extraction, names: dict[str, str], day: date | None) -> Iterator[Telling]:
    for figure in filter(lambda told: is_writable(told.value), extraction.observations):
        indicator = re.sub(r"[\s“”，、（）()]", "", figure.indicator)
        empty = len(indicator) < _SHORTEST or _CHANGE.fullmatch(indicator) is not None
        if empty or figure.qualifier in ("Before", "After", "LowerBound", "UpperBound"):
            continue
        first, last = _days(figure.period, day)
        subject = "\0".join((figure.about, indicator, figure.unit, figure.qualifier or ""))
        label = f"{names[figure.about]} {indicator}"
        value = f"{figure.value.normalize():f} {figure.unit}".strip()
        sentence, where = figure.evidence[0].sentence, extraction.document.id
        yield Telling("figure", subject, label, value, first, last, where, sentence, figure.approximate)


def _days(period: Period | None, day: date | None) -> tuple[str, str]:
    """The first and last day of a telling: of its own period, else the document's."""
    if period is None:
        return (day.isoformat(), day.isoformat()) if day else ("", "")
    first, last = period.days
    return (first if period.start else last).isoformat(), (last if period.end else first).isoformat()


def _of_posts(group: list[Telling]) -> Contradiction | None:
    """Holders whose times overlap; whoever is seen in an office on two days holds it on the days between."""
    holders: defaultdict[str, list[Telling]] = defaultdict(list)
    for telling in group:
        holders[telling.value].append(telling)
    together: set[str] = set()
    certain = False
    for one, other in combinations(sorted(holders), 2):
        surely = _at_once(holders[one], holders[other])
        if surely is not False:
            together |= {one, other}
            certain = certain or surely is True
    return _contradiction(certain, [telling for telling in group if telling.value in together])


def _at_once(ones: list[Telling], others: list[Telling]) -> bool | None:
    """Whether two people held an office at one time; None where it is not known."""
    if {t.document for t in ones if not t.first} & {t.document for t in others if not t.first}:
        return True
    if not all(t.first for t in (*ones, *others)):
        return None
    return max(min(t.first for t in ones), min(t.first for t in others)) <= min(
        max(t.last for t in ones), max(t.last for t in others)
    )


def _of_figures(group: list[Telling]) -> Contradiction | None:
    """Values that differ, of one time; inside one document only of one stated time, for a text repeats its words."""
    by_time: defaultdict[tuple[str, str], list[Telling]] = defaultdict(list)
    for telling in group:
        by_time[telling.first, telling.last].append(telling)
    differing: set[Telling] = set()
    certain = False
    for time, same in by_time.items():
        known = all(time)
        # One telling for each value and document: who repeats a figure contradicts nobody else.
        sayings = list({(t.value, t.approximate, "" if known else t.document): t for t in same}.values())[:_COMPARED]
        for one, other in combinations(sayings, 2):
            if (known or one.document != other.document) and not _agree(one, other):
                differing |= {one, other}
                certain = certain or known
    return _contradiction(certain, sorted(differing))


def _agree(one: Telling, other: Telling) -> bool:
    first, second = (Decimal(telling.value.split(" ")[0]) for telling in (one, other))
    near = abs(first - second) <= _ROUGHLY * max(abs(first), abs(second))
    return first == second or near and (one.approximate or other.approximate)


def _contradiction(certain: bool, group: list[Telling]) -> Contradiction | None:
    return Contradiction(group[0].kind, group[0].label, certain, tuple(group)) if group else None
