"""Which people of several documents are one: a name alone never tells, an office does.

A person who holds a post is known by name and by the division (or company, or paper) of that post: 张伟 in the
government of one county is one person in all articles, in whatever post and year, and another than 张伟 in the next
county. Whoever holds none is known within the one document only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from kg.model import Document, Extraction


def identify(extraction: Extraction) -> Extraction:
    """The same extraction with the people keyed by name and office, or by name and document."""
    offices = _offices(extraction)
    own = _document_key(extraction.document)
    return _rekeyed(extraction, lambda key, name: f"Person/{name}@{offices.get(key) or own}")


def apart(extraction: Extraction) -> Extraction:
    """The same extraction with nobody merged with anybody of another document."""
    own = _document_key(extraction.document)
    return _rekeyed(extraction, lambda key, name: f"Person/{name}@{own}")


def _document_key(document: Document) -> str:
    told = f"{document.id}\0{document.text}".encode("utf-8", "surrogatepass")
    return "#" + hashlib.sha256(told).hexdigest()[:12]


def _offices(extraction: Extraction) -> dict[str, str]:
    """Person's key → where the posts are held: the highest division's code, else the first body's key."""
    held: dict[str, set[str]] = {}
    for claim in extraction.claims:
        if claim.predicate == "holdsPost":
            held.setdefault(claim.subject, set()).add(_where(claim.object))
    known = {person: places - {""} for person, places in held.items() if places != {""}}
    return {person: min(places, key=_rank) for person, places in known.items()}


def _rank(place: str) -> tuple[bool, int, str]:
    return not place.isdigit(), len(place.rstrip("0")), place


def _where(body: str) -> str:
    """The division's code of a body or place, the key of a body that is known by its name, "" for one that is
    known within its article only."""
    kind, _, rest = body.partition("/")
    code = rest.partition("/")[0]
    if code.isdigit():
        return code
    return "" if "@" in body or kind != "Organisation" else rest


def _rekeyed(extraction: Extraction, key_of: Callable[[str, str], str]) -> Extraction:
    new = {e.key: key_of(e.key, e.name) for e in extraction.entities if e.type == "Person"}
    renamed = (replace(e, key=new[e.key]) if e.key in new else e for e in extraction.entities)
    entities = sorted(renamed, key=lambda e: e.key)
    claims = (
        replace(c, subject=_to(new, c.subject), object=_to(new, c.object)) if {c.subject, c.object} & new.keys() else c
        for c in extraction.claims
    )
    order = sorted(claims, key=lambda c: (c.subject, c.predicate, c.object, c.title or ""))
    observations = tuple(replace(o, about=new[o.about]) if o.about in new else o for o in extraction.observations)
    return replace(extraction, entities=tuple(entities), claims=tuple(order), observations=observations)


def _to(new: Mapping[str, str], key: str) -> str:
    return new.get(key, key)
