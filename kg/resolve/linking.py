"""Which division a place's name means: by the chain that it is written in, the home, and the article's other places.

A name that several divisions bear is weighed: each candidate gets points for what the text names above it and for
lying where the article is at home. The best one is taken where it has more than half of the weight; otherwise the
place stays open, and its candidates are kept with their shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.divisions import Division, divisions
from kg.model import IN_ORDER, Mention

Candidates = tuple[tuple[str, float], ...]

# Points; each doubles a candidate's weight. Digits of the code → for being named in the text above the candidate.
_NAMED = {2: 1.0, 4: 2.0, 6: 4.0, 9: 5.0}
_HOME = {2: 1.0, 4: 1.0, 6: 4.0, 9: 2.0}  # for sharing that many digits with the home
_JUST_NAMED = 2.0  # for lying in the township that was named last
_UNSUPPORTED = {"Province": 0.95, "Prefecture": 0.95, "County": 0.9, "Township": 0.75, "Village": 0.6}
_SHORT_FORM = {"Province": 3.0, "Prefecture": 2.0}  # 吉林 alone is the province
_FAR = 3.5
_ENOUGH = 0.5
_KEPT, _LEAST = 5, 0.02


@dataclass(frozen=True, slots=True)
class Link:
    """What a place's name means: a division with a confidence (0 to 1), or None and the ``candidates``, codes with
    their shares of the weight, the best first."""

    division: Division | None
    confidence: float
    candidates: Candidates = ()


_OPEN = Link(None, 0.0)
_LOWER = "镇乡村道区"  # how townships and villages end


def link_places(places: Iterable[Mention], near: Division | None = None) -> dict[Mention, Division]:
    """The division of each place mention that can be settled; ``near`` is the article's home, where it is known.

    >>> village = Mention(5, 8, "Place", "新桥村", "place:division")
    >>> [d.code[:6] for d in link_places([village], divisions().get("610922")).values()]
    ['610922']
    """
    return {m: link.division for m, link in weigh_places(places, near).items() if link.division is not None}


def weigh_places(places: Iterable[Mention], near: Division | None = None) -> dict[Mention, Link]:
    """What each place mention that names some division means. Linear in the mentions and their candidates."""
    places = sorted(places, key=IN_ORDER)
    named = _named(places)
    links: dict[Mention, Link] = {}
    # Where a name ends → the division that its chain leads to; None where the table has no such division there.
    chains: dict[int, Division | None] = {}
    township = ""
    # What a name means is weighed once for each surrounding.
    met: dict[tuple[str, str, Division | None, bool], Link] = {}
    for mention in places:
        candidates = divisions().named(mention.text)
        left, lost = chains.get(mention.start), mention.start in chains and chains[mention.start] is None
        if candidates:
            key = (mention.text, township, left, lost)
            if key not in met:
                met[key] = _OPEN if lost else _chained(mention.text, candidates, left, near, named, township)
            link = links[mention] = met[key]
            if link.division is not None and link.division.level == "Township":
                township = link.division.code
        settled = links[mention].division if mention in links else None
        if settled is not None or (mention.start in chains and mention.text[-1] in _LOWER):
            chains[mention.end] = settled
    return links


def _chained(
    name: str,
    candidates: Iterable[Division],
    left: Division | None,
    near: Division | None,
    named: Mapping[str, Mapping[str, float]],
    township: str,
) -> Link:
    """What a name means right behind the division ``left``, below which it lies: another's namesake it is not."""
    candidates = list(candidates)
    below = [d for d in candidates if left is not None and divisions().within(d, left)]
    if left is not None and not below and all(_DIGITS[d.level] > _DIGITS[left.level] for d in candidates):
        return _OPEN
    return _weigh(name, below or candidates, near, named, township, chained=bool(below))


def _named(places: Iterable[Mention]) -> Mapping[str, dict[str, float]]:
    """For each beginning of a code, the names in the text that speak for it, with how much each does."""
    named: dict[str, dict[str, float]] = defaultdict(dict)
    for name in dict.fromkeys(m.text for m in places):  # in order: sums of fractions depend on it
        candidates = divisions().named(name)
        for division in candidates if len(candidates) <= 40 else ():
            for digits in (2, 4, 6, 9):
                prefix = _prefix(division, digits)
                if prefix:
                    named[prefix][name] = named[prefix].get(name, 0.0) + 1 / len(candidates)
    return named


def _prefix(division: Division, digits: int) -> str:
    """The code's beginning for a level at or above the division's own; "" for a level below it."""
    return division.code[:digits] if digits <= _DIGITS[division.level] else ""


_DIGITS = {"Province": 2, "Prefecture": 4, "County": 6, "Township": 9, "Village": 12}


def _weigh(
    name: str,
    candidates: Iterable[Division],
    near: Division | None,
    named: Mapping[str, Mapping[str, float]],
    township: str,
    *,
    chained: bool,
) -> Link:
    told: dict[str, float] = {}  # a code's beginning → what the other names speak for it: hundreds share it
    points = [(_points(name, d, near, named, township, told), d) for d in candidates]
    best = max(p for p, _ in points)
    # Hundreds of villages elsewhere, each hardly likely, must not outweigh the one at home together.
    weights = [(2.0 ** (p - best), d) for p, d in points if p >= best - _FAR]
    total = sum(weight for weight, _ in weights)
    ranked = sorted(weights, key=lambda row: (-row[0], row[1].code))
    first, share = ranked[0][1], ranked[0][0] / total
    if len(points) == 1:
        sure = 0.98 if chained or best >= 4 else _UNSUPPORTED[first.level]
        return Link(first, sure)
    kept = tuple((d.code, round(weight / total, 3)) for weight, d in ranked[:_KEPT] if weight / total >= _LEAST)
    return Link(first if share > _ENOUGH else None, round(min(share, 0.98), 3), kept)


def _points(
    name: str,
    division: Division,
    near: Division | None,
    named: Mapping[str, Mapping[str, float]],
    township: str,
    told: dict[str, float],
) -> float:
    points, code, own = 0.0, division.code, _DIGITS[division.level]
    shared = min(own, _DIGITS[near.level]) if near is not None else 0
    for digits, worth in _NAMED.items():
        if digits > own:
            break
        prefix = code[:digits]
        if prefix != code:
            if prefix not in told:
                told[prefix] = sum(weight for other, weight in named.get(prefix, {}).items() if other != name)
            points += worth * min(told[prefix], 1.5)
        if near is not None and digits <= shared and near.code.startswith(prefix):
            points += _HOME[digits]
    if township and division.code.startswith(township):
        points += _JUST_NAMED
    if near is not None and division == near:
        points += 2.0
    return points + (1.0 if division.name == name else _SHORT_FORM.get(division.level, 0.0))
