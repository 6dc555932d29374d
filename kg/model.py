"""The frozen values that travel from stage to stage.

``Document`` → ``RestoredText`` → ``Recognised`` → ``Resolved`` → ``Extraction``. Every offset is in
characters, begins at 0 and has its end exclusive; except where ``raw`` is in the name, offsets count in
the restored text. Nothing here knows about files, RDF or models.
"""

from __future__ import annotations

import calendar
import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from operator import attrgetter
from typing import Literal

EntityType = Literal["Organisation", "Person", "Place", "Program"]
MentionType = Literal["Organisation", "Person", "Place", "Program", "Post"]
Predicate = Literal[
    "holdsPost",
    "subOrganizationOf",
    "jurisdiction",
    "locatedIn",
    "carriesOut",
    "partOf",
    "contacts",
    "visited",
    "cooperatesWith",
    "supports",
    "builds",
]
Qualifier = Literal["Share", "Increase", "Decrease", "Before", "After", "LowerBound", "UpperBound"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document beside its body: from the file's fields, or from the page's own lines."""

    title: str | None = None
    date: datetime.date | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None

    def or_else(self, other: Metadata) -> Metadata:
        """These values, with the gaps filled from ``other``.

        >>> Metadata(title="甲").or_else(Metadata(title="乙", source="丙")).source
        '丙'
        """
        return Metadata(**{f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it was read: ``id`` is the file's stem or the record's id, ``path`` says where it lay."""

    id: str
    text: str
    path: str = ""
    meta: Metadata = Metadata()


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that restoring made: the raw span, what stood there and what stands there now."""

    kind: str
    raw_start: int
    raw_end: int
    before: str
    after: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class RestoredText:
    """Text that a person can read, with a way back to the raw characters.

    ``origins[i]`` is the raw offset of restored character ``i``; it holds one more entry than the text, the
    raw length, and never decreases. ``hant`` is the restored text before its conversion to Simplified (the
    same length, the same offsets), or None where the text was Simplified. ``meta`` is what the text's own
    furniture says about it (byline, dateline, source line). ``title_end`` is where the headline, when the
    text begins with one, ends; 0 otherwise. ``place`` is the dateline's (新华社北京3月5日电), ``captions`` are the
    spans of lines that tell of a picture.
    """

    text: str
    raw: str
    origins: Sequence[int]
    repairs: tuple[Repair, ...] = ()
    hant: str | None = None
    meta: Metadata = Metadata()
    title_end: int = 0
    place: str | None = None
    captions: tuple[tuple[int, int], ...] = ()

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span that restored ``[start, end)`` came from."""
        if start >= end:
            return self.origins[start], self.origins[start]
        return self.origins[start], max(self.origins[end - 1] + 1, self.origins[start])

    def restored_span(self, raw_start: int, raw_end: int) -> tuple[int, int]:
        """The restored span that raw ``[raw_start, raw_end)`` became; empty where all of it was taken out."""
        return bisect_left(self.origins, raw_start), bisect_right(self.origins, raw_end - 1)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch that ends in 。！？ or a line end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A name as it stands in the text; ``rule`` says what found it, ``score`` (0 to 1) how sure that is.

    ``kind`` is the finer class of the ontology where the rule knows it ("PartyCommittee", "Checklist"), else "".
    """

    start: int
    end: int
    type: MentionType
    text: str
    rule: str
    score: float = 0.5
    kind: str = ""

    def __hash__(self) -> int:
        """Of what nearly always tells mentions of one text apart: they are looked up all the time."""
        return self.start


IN_ORDER = attrgetter("start", "end", "type", "text", "rule", "score", "kind")
"""The key that sorts mentions as they compare, which costs less than to compare them two by two."""


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """A number with its unit: 1.3万余件 is value 13000, unit 件, approximate.

    ``qualifier`` says what kind of figure it is where it is not a plain amount: 百分之八十 is a share, 增长5% an
    increase, 由20%降到3% gives a figure before and one after, 3至5个 the bounds of a range.
    """

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    approximate: bool = False
    qualifier: Qualifier | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was seen in a text: sentences, names and figures, each sorted by offset and free of overlaps."""

    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    figures: tuple[Figure, ...]

    def mentions_within(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions that lie in ``[start, end)``."""
        first = bisect_left(self.mentions, start, key=lambda m: m.start)
        last = bisect_left(self.mentions, end, key=lambda m: m.start)
        return tuple(m for m in self.mentions[first:last] if m.end <= end)


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing in the world. ``key`` decides its IRI: equal keys are the same thing in every document.

    ``name`` is absolute (石泉县妇联), ``aliases`` are other names and the forms met in the text, ``hant`` the
    Traditional forms met. ``code`` is the official division code (6, 9 or 12 digits) of a place that has one;
    a place that may be one of several divisions has their codes as ``candidates``, each with its confidence
    (0 to 1), the best first.
    """

    key: str
    type: EntityType
    name: str
    kind: str = ""
    aliases: tuple[str, ...] = ()
    hant: tuple[str, ...] = ()
    code: str | None = None
    mentions: tuple[Mention, ...] = ()
    candidates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The entities of a document, which mention means which, who holds which title, and the place that the article
    is about.

    ``holdings`` are pairs of a person's and a title's mention with the rule that paired them; a reporter's title
    need not be among the recognised mentions.
    """

    entities: tuple[Entity, ...]
    links: dict[Mention, tuple[str, ...]] = field(default_factory=dict)
    holdings: tuple[tuple[Mention, Mention, str], ...] = ()
    home: str | None = None
    home_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, both ends included, each a W3C date literal (2021, 2021-03 or 2021-03-05) as exact as the
    text is; None where that end is open or not said.

    >>> str(Period("2021-03", None)), Period("2021-02", "2021").days
    ('2021-03/', (datetime.date(2021, 2, 1), datetime.date(2021, 12, 31)))
    """

    start: str | None
    end: str | None

    def __str__(self) -> str:
        """The literal where both ends are one, else both with a slash between them, as ISO 8601 writes intervals."""
        return self.start if self.start and self.start == self.end else f"{self.start or ''}/{self.end or ''}"

    @property
    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day that it covers; an open end reaches as far as dates do."""
        start, end = self.start or datetime.date.min.isoformat(), self.end or datetime.date.max.isoformat()
        year, month = int(end[:4]), int(end[5:7] or 12)
        last = int(end[8:] or calendar.monthrange(year, month)[1])
        first = datetime.date(int(start[:4]), int(start[5:7] or 1), int(start[8:] or 1))
        return first, datetime.date(year, month, last)


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """The sentence behind a fact: its exact text, its span, and the rule that read it."""

    start: int
    end: int
    sentence: str
    rule: str


@dataclass(frozen=True, slots=True)
class Claim:
    """``subject`` and ``object`` are entity keys; ``title`` is the post's title for holdsPost.

    ``period`` is when, by the text, it holds or happened: what lies outside it is not denied.
    """

    subject: str
    predicate: Predicate
    object: str
    evidence: tuple[Evidence, ...]
    confidence: float
    title: str | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A figure told about an entity: value and unit as multiplied out, indicator as a phrase of the text.

    ``period`` is the day, month, year or stretch of time that it is told of; ``qualifier`` says what kind of figure
    it is, where it is not a plain amount.
    """

    about: str
    value: Decimal
    unit: str
    indicator: str
    evidence: tuple[Evidence, ...]
    confidence: float
    approximate: bool = False
    qualifier: Qualifier | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one document gave; what ``record`` turns into quads."""

    document: Document
    restored: RestoredText
    meta: Metadata
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    observations: tuple[Observation, ...]
    home: str | None = None
    home_confidence: float = 0.0
    warnings: tuple[str, ...] = ()
