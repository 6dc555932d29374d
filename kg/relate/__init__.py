"""Entities and sentences → claims and observations, each with the sentence behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.model import Claim, Metadata, Observation, Recognised, Resolved, RestoredText
from kg.relate.actions import builds, contacts, cooperates, supports, visits
from kg.relate.dating import Dating, document_day
from kg.relate.denial import told
from kg.relate.judge import judged
from kg.relate.names import jurisdictions, locations, parents
from kg.relate.observations import observations
from kg.relate.posts import posts
from kg.relate.programs import carries_out, part_of
from kg.relate.view import View

__all__ = ["proposed", "relate"]

RULES = (posts, carries_out, part_of, visits, contacts, supports, builds, cooperates, jurisdictions, locations, parents)


def relate(
    restored: RestoredText, meta: Metadata, recognised: Recognised, resolved: Resolved
) -> tuple[tuple[Claim, ...], tuple[Observation, ...]]:
    """The claims and observations of a document, sorted; the same fact from several sentences is one claim
    with several pieces of evidence and the best confidence of them."""
    view = View(restored.text, recognised, resolved, {e.key: e for e in resolved.entities})
    dating = Dating.of(view, document_day(restored, meta))
    claims = _merged(view, told(view, judged(view, proposed(view), restored.title_end)))
    return tuple(dating.claims(claims)), tuple(observations(view, dating))


def proposed(view: View) -> Iterator[Claim]:
    """What the rules see; the judge decides on some of it."""
    return (claim for rule in RULES for claim in rule(view))


def _merged(view: View, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    alike: dict[tuple[str, str, str, str], list[Claim]] = {}
    for claim in claims:
        office = view.office(claim.object, claim.title)
        alike.setdefault((claim.subject, claim.predicate, claim.object, office), []).append(claim)
    return tuple(_one(alike[key]) for key in sorted(alike))


def _one(claims: list[Claim]) -> Claim:
    evidence = tuple(sorted({piece for claim in claims for piece in claim.evidence}))
    title = max((claim.title or "" for claim in claims), key=lambda title: (len(title), title)) or None
    return replace(claims[0], title=title, evidence=evidence, confidence=max(claim.confidence for claim in claims))
