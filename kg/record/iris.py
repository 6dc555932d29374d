"""Names for things: ASCII IRIs that depend on nothing but what is named.

The same thing in two documents, two runs or two machines gets the same IRI, so that graphs merge by
concatenation. No character of a document ever stands in an IRI: names are hashed, codes are digits.

>>> Iris("https://w3id.org/xianzhi/id/").division("430523")
'https://w3id.org/xianzhi/id/place/430523'
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from kg.model import Document, Entity, Evidence, Observation

DIGITS: Final = 20
"""Hexadecimal digits of a hash in an IRI: 80 bits, so that among 10^9 things a clash has odds of 10^-6."""

_CODE_LENGTHS: Final = (6, 9, 12)


def digest(*parts: str) -> str:
    """The first 20 hexadecimal digits of SHA-256 over the parts, joined by NUL.

    >>> digest("甲", "乙") == digest("甲乙")
    False
    """
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def is_division_code(code: str | None) -> bool:
    """Whether ``code`` has the form of an official division code: 6, 9 or 12 ASCII digits."""
    return code is not None and len(code) in _CODE_LENGTHS and code.isascii() and code.isdigit()


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs under one base; each method takes what decides the name and gives the IRI as text."""

    base: str

    def division(self, code: str) -> str:
        """An administrative division, by its official code."""
        if not is_division_code(code):
            raise ValueError(f"no division code: {code!r}")
        return f"{self.base}place/{code}"

    def entity(self, entity: Entity) -> str:
        """A thing, by its code where it is a division, else by its key."""
        if entity.type == "Place" and is_division_code(entity.code):
            return self.division(entity.code or "")
        return f"{self.base}{entity.type.lower()}/{digest(entity.key)}"

    def candidate(self, document: str, place: str, code: str) -> str:
        """A division that a place of one document may be; ``document`` and ``place`` are IRIs."""
        return f"{self.base}candidate/{digest(document, place, code)}"

    def document(self, document: Document) -> str:
        """A document, by its id and raw text; also the name of its graph."""
        return f"{self.base}document/{digest(document.id, document.text)}"

    def post(self, organisation_key: str, title: str) -> str:
        """A post, by its body and title: whoever holds it, in whatever document."""
        return f"{self.base}post/{digest(organisation_key, title)}"

    def claim(self, document: str, subject: str, predicate: str, object: str) -> str:
        """A claim of one document; all arguments are IRIs. Two documents that state one fact make two claims."""
        return f"{self.base}claim/{digest(document, subject, predicate, object)}"

    def evidence(self, document: str, evidence: Evidence) -> str:
        """A sentence of one document as read by one rule."""
        span = (str(evidence.start), str(evidence.end))
        return f"{self.base}evidence/{digest(document, *span, evidence.sentence, evidence.rule)}"

    def observation(self, document: str, about: str, value: str, observation: Observation) -> str:
        """A figure of one document: ``about`` is an IRI, ``value`` the number's canonical form."""
        spans = [f"{e.start}-{e.end}" for e in sorted(observation.evidence)]
        told = (about, value, observation.unit, observation.indicator)
        return f"{self.base}observation/{digest(document, *told, *spans)}"

    @property
    def divisions_graph(self) -> str:
        """The graph that holds the division tree."""
        return f"{self.base}graph/divisions"
