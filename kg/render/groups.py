"""Which part of the map each thing belongs to: its county where it has one, else its community.

A place belongs to the county that its division code begins with; a body, person or program to where most of its
relations lead; what has neither to the place that its documents are about. What is left forms communities (igraph's
Leiden method, seeded). A country of counties would be too many marks: then prefectures stand for them, or provinces.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import igraph

from kg.render.page_data import PageData
from kg.render.seeded import seeded

#: How many groups the overview shows at most: with four kinds each they stay below 2,000 marks.
MOST = 240
#: Fewer things than this that nothing joins to a county are no community of their own.
SMALLEST_COMMUNITY = 8
#: A division of which less than this is told belongs to its province's part of the map.
SMALLEST_COUNTY = 4
#: How far a county reaches along relations.
ROUNDS = 6
#: Relations that say where a thing belongs count more than those that say with whom it works.
WEIGHTS = {"locatedIn": 8, "jurisdiction": 8, "subOrganizationOf": 6, "holdsPost": 6, "isPartOf": 3}


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the map. ``key`` is its code, or c and a number, or rest; ``sort`` is county, community or rest;
    ``thing`` is what it is named after, if anything."""

    key: str
    sort: str
    name: str
    thing: int | None


@dataclass(frozen=True, slots=True)
class Grouping:
    """``of[thing]`` is the thing's group, an index into ``groups``; the largest group comes first."""

    groups: tuple[Group, ...]
    of: tuple[int, ...]


def grouped(data: PageData) -> Grouping:
    """The groups of all things of ``data``."""
    near = _neighbours(data)
    county: dict[int, str] = _spread(_codes(data), near)
    for thing, code in _homes(data).items():
        county.setdefault(thing, code)
    county = _spread(county, near)
    keys: dict[int, str] = dict(_rolled_up(county, {_significant(thing.code) for thing in data.things}))
    keys.update(_communities([thing for thing in range(len(data.things)) if thing not in keys], near))
    return _named(data, keys)


def _codes(data: PageData) -> dict[int, str]:
    """The county's code (or the prefecture's, the province's) of every place that has one or lies in such a place."""
    found = {number: _significant(thing.code) for number, thing in enumerate(data.things) if thing.code}
    inside = {fact.subject: fact.object for fact in data.facts if fact.relation == "locatedIn"}
    for thing in inside:
        at, steps = thing, 0
        while at not in found and at in inside and steps < 20:
            at, steps = inside[at], steps + 1
        if at in found:
            found.setdefault(thing, found[at])
    return found


def _significant(code: str) -> str:
    """The part of a code that tells the county, prefecture or province, as short as it can be.

    >>> [_significant(code) for code in ("430523107207", "430500", "430000", "43")]
    ['430523', '4305', '43', '43']
    """
    return code[:6].removesuffix("00").removesuffix("00")


def _neighbours(data: PageData) -> list[list[tuple[int, int]]]:
    near: list[list[tuple[int, int]]] = [[] for _ in data.things]
    for fact in data.facts:
        weight = WEIGHTS.get(fact.relation, 1)
        near[fact.subject].append((fact.object, weight))
        near[fact.object].append((fact.subject, weight))
    return near


def _spread(known: dict[int, str], near: Sequence[Sequence[tuple[int, int]]]) -> dict[int, str]:
    """What is not known yet takes what weighs most among its neighbours, a step a round."""
    known = dict(known)
    waiting = [thing for thing in range(len(near)) if thing not in known and near[thing]]
    for _ in range(ROUNDS):
        found: dict[int, str] = {}
        for thing in waiting:
            votes: Counter[str] = Counter()
            for other, weight in near[thing]:
                if other in known:
                    votes[known[other]] += weight
            if votes:
                found[thing] = min(votes, key=lambda code: (-votes[code], -len(code), code))
        if not found:
            break
        known |= found
        waiting = [thing for thing in waiting if thing not in found]
    return known


def _homes(data: PageData) -> dict[int, str]:
    """The county that most of a thing's documents are about."""
    codes = {thing.iri: _significant(thing.code) for thing in data.things if thing.code}
    home = [codes.get(article.home, "") for article in data.articles]
    found = {}
    for number, thing in enumerate(data.things):
        votes = Counter(home[article] for article in thing.articles if home[article])
        if votes:
            found[number] = min(votes, key=lambda code: (-votes[code], code))
    return found


def _rolled_up(county: dict[int, str], named: set[str]) -> Iterable[tuple[int, str]]:
    """Counties, or prefectures or provinces where there are too many of them, and for what is but a name or two.

    What a province or a municipality governs without a prefecture has a code of one that is no place, as 5002: it
    goes to the province.
    """
    length = next((n for n in (6, 4, 2) if len({code[:n] for code in county.values()}) <= MOST), 2)
    sizes = Counter(code[:length] for code in county.values())

    def area(code: str) -> str:
        own, province = code[:length], code[:2]
        return own if sizes[own] >= SMALLEST_COUNTY and (own in named or province not in named) else province

    return ((thing, area(code)) for thing, code in county.items())


def _communities(things: list[int], near: Sequence[Sequence[tuple[int, int]]]) -> dict[int, str]:
    number = {thing: i for i, thing in enumerate(things)}
    edges = sorted({
        (min(i, number[other]), max(i, number[other]))
        for thing, i in number.items() for other, _ in near[thing] if other in number and other != thing
    })  # fmt: skip
    with seeded():
        graph = igraph.Graph(n=len(things), edges=edges)
        parts = graph.community_leiden("modularity", n_iterations=4) if edges else []
    large = sorted((part for part in parts if len(part) >= SMALLEST_COMMUNITY), key=lambda part: (-len(part), part))
    keys = {thing: "rest" for thing in things}
    for rank, part in enumerate(large[:MOST]):
        keys |= {things[i]: f"community {rank}" for i in part}
    return keys


def _named(data: PageData, keys: dict[int, str]) -> Grouping:
    members: defaultdict[str, list[int]] = defaultdict(list)
    for thing in range(len(data.things)):
        members[keys[thing]].append(thing)
    by_code = {thing.code: number for number, thing in enumerate(data.things) if thing.code}
    order = sorted(members, key=lambda key: (key == "rest", -len(members[key]), key))
    groups = []
    for key in order:
        if key == "rest":
            groups.append(Group("rest", "rest", "", None))
        elif key.startswith("community"):
            hub = min(members[key])  # things come best connected first
            groups.append(Group(f"c{key.split()[1]}", "community", data.things[hub].name, hub))
        else:
            place = by_code.get(key, by_code.get(key.ljust(6, "0")))
            name = data.things[place].name if place is not None else key
            groups.append(Group(key, "county", name, place))
    place_of = {key: number for number, key in enumerate(order)}
    return Grouping(tuple(groups), tuple(place_of[keys[thing]] for thing in range(len(data.things))))
