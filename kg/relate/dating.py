"""When a figure was measured and when a fact held: the words of time that govern it in its own sentence.

Nothing is dated by the document's day alone: that stands on the document, and whoever asks may put it in.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kg.model import Claim, Evidence, Figure, Mention, Metadata, Observation, Period, RestoredText
from kg.relate.posts import said_before
from kg.relate.times import Time, find_times
from kg.relate.view import View
from kg.resolve.posts import plain_title

__all__ = ["Dating", "document_day"]

_DATELINE = re.compile(r"(?:电|讯|报|网|社)[^\n]{0,14}?((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日(?:电|讯|消息)")
_DATELINE_WITHIN = 300
# What stands for all time, or for the time of its name: never dated.
_TIMELESS = frozenset(("jurisdiction", "locatedIn", "subOrganizationOf", "partOf"))
_OPENING = 6  # characters of a sentence that may stand before the words of time that frame all of it
# What is so now has not the date of what was told before it: 1949年12月解放，现有人口….
_NOW = re.compile("现(?:有|辖|存|共|已|拥|设|居|今|在)|如今|目前|眼下|迄今|至今")
# Before a title and the titles joined to it: 时任县委副书记、县长某某, 王建国曾任县长.
_THEN = re.compile("时任[^，,。；;]{0,40}$")
_FORMER = re.compile(
    "(?:原任|原(?![料则本因有来生始先创])|前任|曾任|曾经?担任|卸任|离任|辞去|(?<!拟)免去|(?:^|[县市区旗州盟省镇乡村局委院厅会的、])前(?![\\d一二两三几往来]))"
    "[^，,。；;]{0,40}$"
)
_STILL = re.compile("现任|拟免")
_DISMISSED = re.compile("(?:同志)?[，,]?(?:已|被)?(?:免职|免去)")
_APPOINTED_AFTER = re.compile(
    "(?:同志)?[，,]?(?:已|被|正式)?(?:担任|当选|出任|就任|接任|任命为|上任|到任|履新|任)(?![务期意])"
)
_APPOINTED_BEFORE = re.compile("(?:任命|选举|选举产生|推选|聘请|聘任)$")
_LEFT_AFTER = re.compile("(?:同志)?[，,]?(?:已|被)?(?:不再担任|卸任|离任|辞去|辞任|调离)")
_LEFT_BEFORE = re.compile("(?<!拟)免去$")


_PAST, _ONCE = "原", "时任"


def _leaves(lead: str, follow: str) -> bool:
    """Whether the words before or after a name say that its bearer leaves an office."""
    return _LEFT_AFTER.match(follow) is not None or _LEFT_BEFORE.search(lead) is not None


def document_day(restored: RestoredText, meta: Metadata) -> datetime.date | None:
    """The day that a document's words of time count from: its date, else that of a dateline which names the year.

    >>> document_day(RestoredText("新华社长沙2021年3月5日电 路通了。", "", ()), Metadata())
    datetime.date(2021, 3, 5)
    """
    if meta.date:
        return meta.date
    match = _DATELINE.search(restored.text[:_DATELINE_WITHIN])
    try:
        return datetime.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Dating:
    """The words of time of one document, and what they date."""

    view: View
    day: datetime.date | None
    times: tuple[Time, ...]

    @classmethod
    def of(cls, view: View, day: datetime.date | None) -> Dating:
        """The dating of a document of ``day``; None where that is not known."""
        return cls(view, day, find_times(view.text, day))

    def observation(self, observation: Observation, figure: Figure, last: Figure | None) -> Observation:
        """The observation with its period; ``last`` is the figure before."""
        before = self._governing(figure.start)
        if figure.qualifier == "Before" and before and figure.start - before.end > 4:
            before = None  # 由3个月缩减: the sentence's time is that of the new state
        if figure.qualifier == "After" and before and last and before.start < last.start <= before.end + 4:
            before = None  # 从2017年的3068元涨到6608元
        return replace(observation, period=before.period) if before else observation

    def claims(self, claims: Iterable[Claim]) -> Iterator[Claim]:
        """The claims with their periods."""
        for claim in claims:
            read = self._tenure if claim.predicate == "holdsPost" else self._event
            periods = () if claim.predicate in _TIMELESS else (read(claim, piece) for piece in claim.evidence)
            period = next((period for period in periods if period), None)
            past = self._past(claim) if claim.predicate == "holdsPost" and period is None else ""
            title = claim.title if past in (claim.title or "") else f"{past}{claim.title}"
            yield replace(claim, period=period, title=title) if period or past else claim

    def _event(self, claim: Claim, evidence: Evidence) -> Period | None:
        """When something was done: the time that governs the name of whom or what it was done to."""
        there = self._mention(claim.object, evidence) or self._mention(claim.subject, evidence)
        time = self._governing(there.start) if there else None
        return time.period if time and not time.vague else None

    def _tenure(self, claim: Claim, evidence: Evidence) -> Period | None:
        """From when to when an office was held, as far as the sentence says so."""
        person = self._mention(claim.subject, evidence)
        if person is None:
            return None
        text, time = self.view.text, self._governing(person.start)
        period = time.period if time and not time.vague else None
        lead = text[max(0, person.start - 6) : person.start]
        follow = text[person.end : person.end + 14]
        if period and (_APPOINTED_AFTER.match(follow) or _APPOINTED_BEFORE.search(lead)):
            return Period(period.start, None) if period.start == period.end else period
        told = self._said(claim, person)
        if period and told == _PAST and _leaves(lead, follow):
            return Period(None, period.end or period.start)
        if told == _PAST:
            return Period(None, self.day.isoformat()) if self.day else None
        return period if told == _ONCE else None

    def _past(self, claim: Claim) -> str:
        """The word that the title of an undated office keeps: 原 where it is over, 时任 where it was held at some time.

        Without it, whoever asks takes the office for one held today.
        """
        people = (self._mention(claim.subject, piece) for piece in claim.evidence)
        return next((said for person in people if person and (said := self._said(claim, person))), "")

    def _said(self, claim: Claim, person: Mention) -> str:
        """What the words beside a name and its title tell: 时任 of the time told of; 原, 曾任 and 免去 of an office
        that is over by the day of the document."""
        text = self.view.text
        leaves = _leaves(text[max(0, person.start - 6) : person.start], text[person.end : person.end + 14])
        office = self.view.office(claim.object, claim.title)
        for post in self.view.titles(claim.object, person):
            if self.view.office(claim.object, plain_title(post.text)) != office:
                continue
            if leaves and not re.search("[，,。；;]", text[person.end : post.start]):
                return _PAST
            lead = said_before(self.view, person, post)
            if person.end <= post.start:
                lead = lead.replace(person.text, "某")
            lead += post.text[:2]
            if _THEN.search(lead):
                return _ONCE
            if (_FORMER.search(lead) or _DISMISSED.match(text, person.end)) and not _STILL.search(lead):
                return _PAST
        return ""

    def _mention(self, key: str, evidence: Evidence) -> Mention | None:
        return self.view.first_of(key, evidence.start, evidence.end)

    def _governing(self, offset: int) -> Time | None:
        """The nearest time before ``offset`` in its part of the sentence, else one that opens the sentence."""
        sentence = self.view.sentence_at(offset)
        first = bisect_left(self.times, sentence.start, key=lambda time: time.start)
        last = bisect_left(self.times, offset, key=lambda time: time.end)
        inside = [time for time in self.times[first:last] if not time.aside and time.end <= offset]
        part = max(sentence.start, *(self.view.text.rfind(mark, sentence.start, offset) for mark in "；;"))
        nearest = next((time for time in reversed(inside) if time.start >= part), None)
        found = nearest or next((time for time in inside if time.start - sentence.start <= _OPENING), None)
        return None if found is not None and self._is_over(found, offset) else found

    def _is_over(self, time: Time, offset: int) -> bool:
        """Whether a word of the present stands between a time of a year before the document's and ``offset``."""
        year = self.day.year if self.day else 9999
        over = time.period.start is not None and int((time.period.end or time.period.start)[:4]) < year
        return over and not time.vague and _NOW.search(self.view.text, time.end, offset) is not None
