"""Words of time → periods: 3月5日, 8月底前, 截至11月上旬, 去年, 五年来, against the day of the document.

The patterns and what they mean are in ``kg.relate.timerules``; here are the words around them that turn a period. A
period is written in W3C date literals, as exactly as the text is and no more: a year, a month, a day. What needs
the document's day has no period where that is not known.

>>> [(found.text, str(found.period)) for found in find_times("去年8月底前开工，截至11月上旬建成", date(2021, 11, 20))]
[('去年8月底前', '/2020-08-31'), ('截至11月上旬', '/2021-11-10')]
>>> find_times("去年开工", None)
()
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from kg.model import Period
from kg.relate.timerules import RULES, TO, Known, Means, month_literal, shifted, vague

__all__ = ["Time", "find_times"]


@dataclass(frozen=True, slots=True)
class Time:
    """Words of time in ``[start, end)`` and the period that they mean.

    ``aside`` where something is measured against that time (比去年同期) or began then (2008年成立的) and nothing else
    is told of it; ``vague`` where the words give no date of their own (近日, 目前) and the document's day is all that
    is known.
    """

    start: int
    end: int
    text: str
    period: Period
    aside: bool = False
    vague: bool = False


# A time told in passing, for a comparison or of something's beginning (1992年始建的工厂), does not date what follows.
_COMPARED_BEFORE = re.compile("(?:较|比|相比|同比|对照|高于|低于|超过)$")
_ASIDE_AFTER = re.compile(
    "(?:的?同期|相比|的?水平)"
    "|[^，。；\\n]{0,4}(?:建|建成|成立|组建|创办|创建|始建|运行|出台|印发|启用|上线|开通|通车)[^，。；\\n]{0,3}的"
)
_BEGUN_BEFORE = re.compile("(?:始建|建成|成立|创办|创建|组建)于$")
_UNTIL_BEFORE = re.compile("(?:截至到?|截止到?|直?至|(?<![达来回赶走调做得])到)$")
_SINCE_BEFORE = re.compile("(?:自从?|从)$")
_AFTER = re.compile(
    "(?P<since>以来|至今(?![年日天晚晨]))|(?P<on>起|开始|(?:以|之)?后(?![勤续期台备方]))"
    "|(?P<before>(?:以|之)?前(?![往期列来三两十个\\d]))"
)
_AS_OF = re.compile("截[至止]到?$")  # the latest figures: of the document's year, whatever year was told before
_JOINED = re.compile(TO)
_OPENING = re.compile(r"[。！？!?\n][^。！？!?\n]{0,6}$")
_SENTENCE_END, _PARAGRAPH_END = re.compile("[。！？!?\n]"), re.compile("\n")
_FARTHEST = 1000  # characters that a year stays in force


def find_times(text: str, day: date | None) -> tuple[Time, ...]:
    """The words of time of ``text`` that mean a period, in order and free of overlaps; ``day`` is the document's.

    A month without a year is of the year that its sentence names, or that a sentence before it in the paragraph
    begins with; else the one nearest to the document's day.
    """
    found: list[Time] = []
    framed: tuple[int, int] | None = None  # a year and where its force ends
    last: Period | None = None
    for match, means in _matches(text):
        if framed is not None and match.start() >= framed[1]:
            framed = None
        latest = day is not None and _AS_OF.search(text, max(0, match.start() - 3), match.start())
        period = means(match, Known(day, framed[0] if framed and not latest else None, last))
        if period is None:
            continue
        time: Time | None
        before = found.pop() if found and _JOINED.fullmatch(text, found[-1].end, match.start()) else None
        if before is not None:  # 去年11月至今年3月
            both = Period(before.period.start, period.end)
            time = replace(before, end=match.end(), text=text[before.start : match.end()], period=both)
        else:
            time = _in_its_words(text, match, period, day, vague=means is vague)
        if time is None or found and time.start < found[-1].end:
            continue
        found.append(time)
        if time.aside or time.vague:
            continue
        last = period
        if "year" in match.re.groupindex and (match["year"] or match["said"]):
            framed = int((period.start or period.end or "0")[:4]), _reach(text, match.start(), match.end())
    return tuple(found)


def _matches(text: str) -> list[tuple[re.Match[str], Means]]:
    """Every rule's matches, without those inside or across an earlier or longer one."""
    everything = [(match, means) for pattern, means in RULES for match in pattern.finditer(text)]
    everything.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
    kept: list[tuple[re.Match[str], Means]] = []
    for match, means in everything:
        if not kept or match.start() >= kept[-1][0].end():
            kept.append((match, means))
    return kept


def _reach(text: str, start: int, end: int) -> int:
    """How far a year is in force: to the end of its sentence, or of its paragraph where it opens the sentence."""
    opens = start <= 6 or _OPENING.search(text, max(0, start - 8), start)
    stop = (_PARAGRAPH_END if opens else _SENTENCE_END).search(text, end, end + _FARTHEST)
    return stop.start() if stop else end + _FARTHEST


def _in_its_words(text: str, match: re.Match[str], period: Period, day: date | None, *, vague: bool) -> Time | None:
    """The expression with the words around it that turn its period: 截至, 自, 以来, 起, 前."""
    start, end = match.span()
    lead = text[max(0, start - 4) : start]
    if vague:
        return Time(start, end, match[0], period, vague=True)
    after = _AFTER.match(text, end)
    if after:
        end = after.end()
        if after["since"]:
            period = Period(period.start, day.isoformat() if day else None)
        elif after["on"]:
            period = Period(period.start, None)
        else:
            period = Period(None, _before(match[0], period))
    elif means_until := _UNTIL_BEFORE.search(lead):
        start -= len(means_until[0])
        period = Period(None, period.end)
    elif (means_since := _SINCE_BEFORE.search(lead)) and period.start == period.end:
        start -= len(means_since[0])
        period = Period(period.start, None)
    if "event" in match.re.groupindex and not after:
        return None  # 改革开放 by itself is no time
    aside = bool(_COMPARED_BEFORE.search(lead) or _BEGUN_BEFORE.search(lead) or _ASIDE_AFTER.match(text, end))
    return Time(start, end, text[start:end], period, aside) if period != Period(None, None) else None


def _before(words: str, period: Period) -> str | None:
    """The last moment before a period; 8月底前 and 3月5日前 leave time to the end of the day that they name."""
    start = period.start or period.end or ""
    if words[-1] in "底末日号天旬中" or len(start) == 10:
        return period.end
    if len(start) == 4:
        return str(int(start) - 1)
    return month_literal(*shifted(int(start[:4]), int(start[5:7]), -1))
