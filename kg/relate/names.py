"""jurisdiction, locatedIn and subOrganizationOf: what a name, a chain of names and the division tree tell."""

from __future__ import annotations

from collections.abc import Iterator

from kg.divisions import divisions
from kg.model import Claim, Entity, Mention
from kg.relate.view import View
from kg.resolve.bodies import parent_rest


def _first(entity: Entity) -> Mention | None:
    return entity.mentions[0] if entity.mentions else None


def _offset(view: View, entity: Entity) -> int:
    first = _first(entity)
    if first is not None:
        return first.start
    # Known from a title or a name only: the first mention that leads to it.
    return min((m.start for m, keys in view.resolved.links.items() if entity.key in keys), default=0)


def jurisdictions(view: View) -> Iterator[Claim]:
    """A public body has the division in its name as its jurisdiction."""
    for entity in view.by_key.values():
        if entity.type == "Organisation" and (place := _division_key(entity)) in view.by_key:
            yield view.claim(entity.key, "jurisdiction", place, _offset(view, entity), "name:division", 0.9)


def _division_key(entity: Entity) -> str:
    parts = entity.key.split("/")
    return f"Place/{parts[1]}" if len(parts) == 3 and parts[1].isdigit() else ""


def locations(view: View) -> Iterator[Claim]:
    """A division lies in the nearest division above it that the text names; a site or school where its chain says."""
    table = divisions()
    for entity in view.by_key.values():
        if entity.code:
            division = table.get(entity.code)
            for above in table.ancestors(division) if division else ():
                if f"Place/{above.code}" in view.by_key:
                    yield view.claim(
                        entity.key, "locatedIn", f"Place/{above.code}", _offset(view, entity), "divisions", 0.95
                    )
                    break
    by_end = {m.end: m for m in view.mentions if m.type == "Place"}
    for entity in view.by_key.values():
        if (
            entity.code
            or entity.type not in ("Place", "Organisation")
            or _division_key(entity)
            and entity.kind != "WorkGroup"
        ):
            continue
        for m in entity.mentions:
            stationed = _stationed(view, m)
            if stationed:
                yield view.claim(entity.key, "locatedIn", stationed, m.start, "name:stationed", 0.8)
                break
            before = by_end.get(m.start)
            if before is not None and view.key(before) != entity.key:
                yield view.claim(entity.key, "locatedIn", view.key(before), m.start, "chain", 0.85)
                break
        else:
            place = _named_place(view, entity)
            if place:
                yield view.claim(entity.key, "locatedIn", place, _offset(view, entity), "name:place", 0.75)


def _stationed(view: View, mention: Mention) -> str | None:
    """The place that a team's name says it is stationed in: 驻青山村工作队."""
    if "驻" not in mention.text:
        return None
    inside = [
        p
        for p in view.by_key.values()
        if p.type == "Place"
        for m in p.mentions
        if mention.start < m.start and m.end < mention.end and view.text[m.start - 1] == "驻"
    ]
    return inside[0].key if inside else None


def _named_place(view: View, entity: Entity) -> str | None:
    """The place that the entity's absolute name begins with, the longest such."""
    places = [p for p in view.by_key.values() if p.type == "Place" and p.key != entity.key]
    starts = [p for p in places if any(entity.name.startswith(n) for n in (p.name, *p.aliases) if len(n) >= 2)]
    return max(starts, key=lambda p: (len(p.code or ""), p.key)).key if starts else None


def parents(view: View) -> Iterator[Claim]:
    """A body belongs to the body that its name begins with, or that the statutes put it under."""
    for entity in view.by_key.values():
        if entity.type != "Organisation" or not _division_key(entity):
            continue
        _, code, rest = entity.key.split("/")
        parent, confidence = parent_rest(rest, entity.kind), 0.9
        while parent is not None:
            key = f"Organisation/{code}/{parent}"
            if key in view.by_key and key != entity.key:
                yield view.claim(entity.key, "subOrganizationOf", key, _offset(view, entity), "name:body", confidence)
                confidence = 0.8
            parent = parent_rest(parent, "")
