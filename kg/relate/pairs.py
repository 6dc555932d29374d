"""Pairs of names that may stand in a relation: what the trained judge is asked about.

A pair has a target (the object's mention) and a subject that stands in the same sentence, was carried over from a
sentence before, or is the article's home, which acts where a sentence names nobody (guidelines, "Settled questions").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from kg.model import Mention, MentionType, Predicate
from kg.relate.view import View, chain_heads

Reach = Literal["same", "before", "visitors", "home"]
Sources: TypeAlias = tuple[tuple[Reach, tuple[Mention, ...]], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What may stand in a relation: the types of its ends, and whence its subject may be taken."""

    subjects: frozenset[MentionType]
    objects: frozenset[MentionType]
    reaches: frozenset[Reach]


def _frame(subjects: str, objects: str, reaches: str) -> Frame:
    return Frame(frozenset(subjects.split()), frozenset(objects.split()), frozenset(reaches.split()))  # type: ignore[arg-type]


FRAMES: dict[Predicate, Frame] = {
    "carriesOut": _frame("Organisation Place Person", "Program", "same before home"),
    "visited": _frame("Person", "Place Organisation", "same before visitors"),
    "supports": _frame("Organisation Place Person", "Organisation Place Person", "same before"),
    "builds": _frame("Organisation Place", "Organisation Place Program", "same before home"),
    "cooperatesWith": _frame("Organisation Place", "Organisation Place", "same"),
}
# The subjects of one sentence that are asked about for one target, the nearest first on each side: a list of a
# thousand names in one sentence must not cost a million pairs.
_NEAREST = 14
_TRAVEL = re.compile(
    "调研|走访|深入|考察|看望|慰问|督导|检查|来到|走进|前往|察看|视察|实地|参观|赴|到|观摩|巡查|查看|陪同|参加|同行|率"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A possible relation; ``subject`` and ``object`` are keys, ``holder`` is the subject's mention, None for the
    home, ``reach`` tells whence the subject is, ``sentence`` is where that of the target begins."""

    predicates: tuple[Predicate, ...]
    subject: str
    object: str
    holder: Mention | None
    target: Mention
    reach: Reach
    sentence: int


def pairs(view: View) -> Iterator[Pair]:
    """Every pair of a document, by the target's offset. Linear in the sentences; see ``_NEAREST``."""
    before: tuple[Mention, ...] = ()
    visitors: tuple[Mention, ...] = ()
    sources: Sources
    for sentence in view.recognised.sentences:
        inside = chain_heads(view.within(sentence.start, sentence.end))
        for index, target in enumerate(inside):
            near = inside[max(0, index - _NEAREST) : index] + inside[index + 1 : index + 1 + _NEAREST]
            sources = (("same", near), ("visitors", visitors), ("before", before))
            yield from _about(view, target, sources, sentence.start)
        before = tuple(m for m in inside if m.type in ("Person", "Organisation", "Place"))[:2] or before
        people = tuple(m for m in inside if m.type == "Person")[:6]
        if people and _TRAVEL.search(view.text, sentence.start, sentence.end):
            visitors = people


def _about(view: View, target: Mention, sources: Sources, sentence: int) -> Iterator[Pair]:
    seen: set[tuple[Predicate, str]] = set()
    for reach, holders in sources:
        for holder in holders:
            may = _may(holder.type, target.type, reach)
            for subject in view.keys(holder) if may else ():
                asked = may if reach == "same" else tuple(p for p in may if (p, subject) not in seen)
                yield from _pair(view, asked, subject, holder, target, reach, sentence)
                seen.update((predicate, subject) for predicate in asked)
    home = view.resolved.home
    if home is not None:
        asked = tuple(p for p in _may(None, target.type, "home") if (p, home) not in seen)
        yield from _pair(view, asked, home, None, target, "home", sentence)


@cache
def _may(subject: MentionType | None, object_: MentionType, reach: Reach) -> tuple[Predicate, ...]:
    """The relations in which names of these types may stand; of the home the type is not asked."""
    return tuple(
        predicate
        for predicate, frame in FRAMES.items()
        if object_ in frame.objects and reach in frame.reaches and (subject is None or subject in frame.subjects)
    )


def _pair(
    view: View,
    asked: tuple[Predicate, ...],
    subject: str,
    holder: Mention | None,
    target: Mention,
    reach: Reach,
    sentence: int,
) -> Iterator[Pair]:
    for object_ in view.keys(target) if asked else ():
        if subject != object_:
            yield Pair(asked, subject, object_, holder, target, reach, sentence)
