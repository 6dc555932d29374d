"""The whole way of a document, in one list: restore → recognise → resolve → relate.

Reading comes before it (``kg.read`` gives the documents), recording and rendering after it (``kg.building``).

>>> [name for name, _ in STAGES]
['restore', 'recognise', 'resolve', 'relate']
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kg.model import Claim, Document, Extraction, Metadata, Observation, Recognised, Resolved, RestoredText
from kg.recognise import recognise
from kg.relate import relate
from kg.resolve import resolve
from kg.resolve.people import identify
from kg.restore import restore

Recogniser = Callable[[RestoredText], Recognised]
"""What finds the names and figures in a restored text: ``kg.recognise.recognise``, or that of a pipeline that a user
names (``kg.recognise.recogniser``)."""


@dataclass(frozen=True, slots=True)
class Work:
    """A document on its way: each stage gives a copy with its own part filled in."""

    document: Document
    recogniser: Recogniser = recognise
    restored: RestoredText = field(default_factory=lambda: RestoredText("", "", (0,)))
    meta: Metadata = Metadata()
    recognised: Recognised = Recognised((), (), ())
    resolved: Resolved = Resolved(())
    claims: tuple[Claim, ...] = ()
    observations: tuple[Observation, ...] = ()


def _restore(work: Work) -> Work:
    restored = restore(work.document.text)
    return replace(work, restored=restored, meta=work.document.meta.or_else(restored.meta))


def _recognise(work: Work) -> Work:
    return replace(work, recognised=work.recogniser(work.restored))


def _resolve(work: Work) -> Work:
    return replace(work, resolved=resolve(work.restored, work.meta, work.recognised))


def _relate(work: Work) -> Work:
    claims, observations = relate(work.restored, work.meta, work.recognised, work.resolved)
    return replace(work, claims=claims, observations=observations)


STAGES: tuple[tuple[str, Callable[[Work], Work]], ...] = (
    ("restore", _restore),
    ("recognise", _recognise),
    ("resolve", _resolve),
    ("relate", _relate),
)


def extract(
    document: Document, notice: Callable[[str], None] = lambda stage: None, recogniser: Recogniser = recognise
) -> tuple[Extraction, dict[str, float]]:
    """What one document says, and the seconds that each stage took.

    ``notice`` is told the name of each stage as it begins; ``recogniser`` finds the names.
    """
    work, seconds = Work(document, recogniser), {}
    for name, stage in STAGES:
        notice(name)
        begin = time.perf_counter()
        work = stage(work)
        seconds[name] = time.perf_counter() - begin
    return identify(_finished(work)), seconds


def _finished(work: Work) -> Extraction:
    return Extraction(
        document=work.document,
        restored=work.restored,
        meta=work.meta,
        entities=work.resolved.entities,
        claims=work.claims,
        observations=work.observations,
        home=work.resolved.home,
        home_confidence=work.resolved.home_confidence,
        warnings=tuple(_warnings(work)),
    )


def _warnings(work: Work) -> list[str]:
    found = (
        (not work.restored.text.strip(), "nothing is left of the text once page furniture is taken out"),
        (not work.resolved.entities, "no name was recognised"),
        (work.resolved.home is None, "the place that the article is about was not found"),
    )
    return [warning for holds, warning in found if holds]
