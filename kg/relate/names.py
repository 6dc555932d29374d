"""jurisdiction, locatedIn and subOrganizationOf: what a name, a chain of names and the division tree tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.divisions import LEVELS, divisions
from kg.model import Claim, Entity, Mention
from kg.recognise.lexicon import known_places
from kg.relate.view import View
from kg.resolve.bodies import parent_rest

# What serves everyone lies in its division and has no jurisdiction over it.
_SERVICES = ("School", "Hospital", "Enterprise", "Bank")
# What has its own place, whatever an article is about: a university, a national road.
_ELSEWHERE = re.compile(r"大学|^[GS]?\d+(?:国道|省道|高速)")
_JOINED = re.compile(r"^(?:与|和|、|及)$")


def _offset(view: View, entity: Entity) -> int:
    """Where an entity is first met; for one known from a title or a name only, the first mention that leads to it."""
    return entity.mentions[0].start if entity.mentions else view.first_offset(entity.key)


def jurisdictions(view: View) -> Iterator[Claim]:
    """A public body has the division in its name as its jurisdiction; a school or hospital has none."""
    for entity in view.by_key.values():
        place = _division_key(entity)
        if entity.type == "Organisation" and entity.kind not in _SERVICES and place in view.by_key:
            yield view.claim(entity.key, "jurisdiction", place, _offset(view, entity), "name:division", 0.9)


def _division_key(entity: Entity) -> str:
    parts = entity.key.split("/")
    return f"Place/{parts[1]}" if len(parts) == 3 and parts[1].isdigit() else ""


def locations(view: View) -> Iterator[Claim]:
    """A division lies in the nearest division above it that the text names; a site, school or hospital where its
    chain or its name says, or, where they say nothing, at the article's home."""
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
    begins = _beginnings(view)
    for entity in view.by_key.values():
        if entity.code or entity.type not in ("Place", "Organisation") or not _lies(entity):
            continue
        if found := _told(view, entity, by_end) or _by_name(view, entity, begins) or _at_home(view, entity):
            place, offset, rule, confidence = found
            if place != entity.key:
                yield view.claim(entity.key, "locatedIn", place, offset, rule, confidence)


def _lies(entity: Entity) -> bool:
    """Whether the entity is somewhere: not a body of a whole division, not a medium that is named after one."""
    if entity.type == "Place":
        return True
    if entity.kind == "Medium":
        return False
    return not _division_key(entity) or entity.kind in ("WorkGroup", *_SERVICES)


def _told(view: View, entity: Entity, by_end: dict[int, Mention]) -> tuple[str, int, str, float] | None:
    """Where the text says that the entity is: 驻 in its name, the place right before it, or that of a neighbour
    joined to it (冷水区甲路与乙路)."""
    for m in entity.mentions:
        if stationed := _stationed(view, m):
            return stationed, m.start, "name:stationed", 0.8
        before = by_end.get(m.start)
        if before is not None and view.key(before) != entity.key:
            return view.key(before), m.start, "chain", 0.85
        neighbour = by_end.get(m.start - 1)
        if neighbour is not None and _JOINED.match(view.text[m.start - 1 : m.start]):
            holder = by_end.get(neighbour.start)
            if holder is not None and m.rule == neighbour.rule and view.key(holder) != entity.key:
                return view.key(holder), m.start, "chain:joined", 0.7
    return None


def _stationed(view: View, mention: Mention) -> str | None:
    """The place that a team's name says it is stationed in: 驻青山村工作队."""
    at = mention.text.find("驻")
    inside = view.place_from(mention.start + at + 1) if at >= 0 else None
    return inside.key if inside is not None and inside.mentions else None


def _beginnings(view: View) -> dict[str, str]:
    """The names of the article's places → their keys; of two with one name the lower one."""
    found: dict[str, str] = {}
    places = (p for p in view.by_key.values() if p.type == "Place")
    for place in sorted(places, key=lambda p: (len(p.code or ""), p.key)):
        found.update({name: place.key for name in (place.name, *place.aliases) if len(name) >= 2})
    return found


def _by_name(view: View, entity: Entity, begins: dict[str, str]) -> tuple[str, int, str, float] | None:
    """The place that the entity's absolute name begins with, the longest such."""
    for size in range(min(len(entity.name) - 1, 30), 1, -1):
        key = begins.get(entity.name[:size])
        if key is not None and key != entity.key:
            return key, _offset(view, entity), "name:place", 0.75
    return None


def _at_home(view: View, entity: Entity) -> tuple[str, int, str, float] | None:
    """The home, for what an article about it names without a place: a site or road, a school or hospital."""
    home = view.resolved.home
    if home is not None and not _may_hold(view.by_key[home], entity):
        return None
    known = entity.name in known_places() or _ELSEWHERE.search(entity.name) is not None
    if (
        home is None
        or known
        or not entity.mentions
        or entity.type == "Organisation"
        and entity.kind
        not in (
            "School",
            "Hospital",
        )
    ):
        return None
    if entity.type == "Organisation" and _opens_with_division(entity.name):
        return None
    return home, _offset(view, entity), "home", 0.5


def _may_hold(home: Entity, entity: Entity) -> bool:
    """Whether a division of the home's level can hold the entity: no village lies in a village."""
    levels: tuple[str, ...] = LEVELS
    return entity.kind not in levels or levels.index(home.kind) < levels.index(entity.kind)


def _opens_with_division(name: str) -> bool:
    sizes = (size for size in range(3, min(len(name), 9)) if name[size - 1] in "省市县区州旗")
    return any(divisions().named(name[:size]) for size in sizes)


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
