"""Which division a place's name means: by the chain that it is written in, then by the article's other places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from kg.divisions import Division, divisions
from kg.model import Mention


def _candidates(name: str) -> tuple[Division, ...]:
    return divisions().named(name)


def link_places(places: Iterable[Mention], near: Division | None = None) -> dict[Mention, Division]:
    """The division of each place mention that can be settled.

    In order: the only candidate; the one below the place written right before it (白仓镇 + 三堆村); the one within
    the home's county, prefecture, province; the one most of whose surroundings the article names. What stays
    ambiguous is left out.
    """
    places = sorted(places)
    table = divisions()
    votes: Counter[str] = Counter()
    for mention in places:
        for d in {x.code[:4] for x in _candidates(mention.text) if x.level in ("County", "Prefecture")}:
            votes[d] += 1
    linked: dict[Mention, Division] = {}
    before: Mention | None = None
    for mention in places:
        candidates = _candidates(mention.text)
        if candidates:
            chained = before is not None and before.end == mention.start and before in linked
            if chained:
                below = [d for d in candidates if table.within(d, linked[before])]
                candidates = tuple(below) or candidates
            choice = _choose(candidates, near, votes)
            if choice is not None:
                linked[mention] = choice
        before = mention
    return linked


def _choose(candidates: tuple[Division, ...], near: Division | None, votes: Mapping[str, int]) -> Division | None:
    if len(candidates) == 1 and candidates[0].level in ("Province", "Prefecture", "County"):
        return candidates[0]
    table = divisions()
    rings = (near, *table.ancestors(near)) if near else ()
    for ring in rings:
        inside = [d for d in candidates if d == ring or table.within(d, ring)]
        if len(inside) == 1:
            return inside[0]
        if inside and ring.level != "Province":
            return min(inside, key=lambda d: (len(d.code), d.code))
    voted = sorted(candidates, key=lambda d: (-votes[d.code[:4]], len(d.code.rstrip("0")), d.code))
    if votes[voted[0].code[:4]] and (len(voted) == 1 or votes[voted[0].code[:4]] > votes[voted[1].code[:4]]):
        return voted[0]
    above = [d for d in candidates if d.level in ("Province", "Prefecture", "County")]
    full = [d for d in above if d.level != "County"] or above
    return full[0] if len(full) == 1 and len(above) == len(candidates) else None
