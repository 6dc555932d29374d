"""Where things stand on the map: each group in a circle of its own, its communities together, by igraph.

Deterministic: the same graph gives the same positions. Work grows with the number of things, since no part that is
laid out at once is larger than ``PART``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import igraph

from kg.render.seeded import seeded

#: Pixels at zoom 1 that a thing has to each side.
SPACING = 30.0
#: Kamada-Kawai draws parts of up to this many nodes best; above, Fruchterman-Reingold shows who belongs together.
SMALL = 40
#: From here on it repels by grid cells only: 2,000 nodes in 0.2 s where all pairs take 5.7 s.
MANY = 400
#: A connected part with more things is split into its communities first.
PART = 1200
_GOLDEN = math.pi * (3 - math.sqrt(5))

Point = tuple[float, float]
Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Circle:
    """A round part of the map."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A position for each thing and a circle for each group, y downwards."""

    points: tuple[Point, ...]
    circles: tuple[Circle, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Some nodes around the origin, none farther from it than ``radius``."""

    points: dict[int, Point]
    radius: float


def layout(of: Sequence[int], groups: int, edges: Iterable[Edge]) -> Layout:
    """Place things: ``of[thing]`` is its group below ``groups``; edges join things.

    >>> placed = layout([0, 0, 1], 2, [(0, 1)])
    >>> len(placed.points), len(placed.circles)
    (3, 2)
    """
    members: list[list[int]] = [[] for _ in range(groups)]
    for thing, group in enumerate(of):
        members[group].append(thing)
    inner: list[set[Edge]] = [set() for _ in range(groups)]
    for a, b in edges:
        if of[a] == of[b] and a != b:
            inner[of[a]].add((min(a, b), max(a, b)))
    with seeded():
        drawn = [_group(nodes, sorted(own)) for nodes, own in zip(members, inner, strict=True)]
    circles = pack([1.08 * part.radius + 2 * SPACING for part in drawn], stretch=1.35)  # as screens are
    points: list[Point] = [(0.0, 0.0)] * len(of)
    for part, circle in zip(drawn, circles, strict=True):
        for thing, (x, y) in part.points.items():
            points[thing] = (round(x + circle.x, 1), round(y + circle.y, 1))
    return Layout(tuple(points), tuple(circles))


def pack(radii: Sequence[float], stretch: float = 1.0) -> list[Circle]:
    """Circles that do not overlap, around the origin, the largest in the middle, ``stretch`` times as wide as high."""
    order = sorted(range(len(radii)), key=lambda i: (-radii[i], i))
    near: defaultdict[tuple[int, int], list[Circle]] = defaultdict(list)
    cell = max(radii[order[-1]], radii[order[0]] / 8) if order else 1.0
    placed: dict[int, Circle] = {}
    candidate = 0
    for i in order:
        step = max(radii[order[-1]], radii[i] / 4)
        candidate = int(candidate * 0.85) if len(placed) < 400 else max(candidate - 20, 0)
        while True:
            distance, angle = step * math.sqrt(candidate), candidate * _GOLDEN
            x, y = round(stretch * distance * math.cos(angle), 1), round(distance * math.sin(angle), 1)
            others = near.get((math.floor(x / cell), math.floor(y / cell)), ())
            if not _touches(x, y, radii[i], others):
                break
            candidate += 1
        placed[i] = circle = Circle(x, y, radii[i])
        for at in _reached(circle, cell):
            near[at].append(circle)
    return [placed[i] for i in range(len(radii))]


def _touches(x: float, y: float, radius: float, others: Iterable[Circle]) -> bool:
    for other in others:  # a generator takes as long again as what it asks
        if math.hypot(x - other.x, y - other.y) < radius + other.radius:
            return True
    return False


def _reached(circle: Circle, cell: float) -> Iterator[tuple[int, int]]:
    """The cells in which the middle of a circle that is no larger may lie and touch this one."""
    reach = 2 * circle.radius
    left, right = math.floor((circle.x - reach) / cell), math.floor((circle.x + reach) / cell)
    top, bottom = math.floor((circle.y - reach) / cell), math.floor((circle.y + reach) / cell)
    return ((column, row) for column in range(left, right + 1) for row in range(top, bottom + 1))


def _group(nodes: list[int], edges: list[Edge]) -> _Drawn:
    """A group: its connected parts side by side, the largest in the middle, around them what nothing joins to them."""
    graph, number = _graph(nodes, edges)
    parts = [[nodes[i] for i in part] for part in graph.connected_components()]
    middle = _packed([_part(part, _within(part, graph, nodes, number)) for part in parts if len(part) > 1])
    return _surrounded(middle, [part[0] for part in parts if len(part) == 1])


def _surrounded(middle: _Drawn, alone: list[int]) -> _Drawn:
    """Single nodes as the seeds of a sunflower around a drawing; the map shows them only when they are asked for."""
    inner = middle.radius if middle.points else 0.0
    points, outer = dict(middle.points), inner
    for i, node in enumerate(alone):
        distance = math.sqrt(inner**2 + (i + 1) * (0.6 * SPACING) ** 2)
        points[node] = (distance * math.cos(i * _GOLDEN), distance * math.sin(i * _GOLDEN))
        outer = distance
    return _Drawn(points, outer + SPACING / 2)


def _within(part: list[int], graph: igraph.Graph, nodes: list[int], number: dict[int, int]) -> list[Edge]:
    if len(part) == 1:
        return []
    inside = {number[node] for node in part}
    return sorted((nodes[i], nodes[j]) for i in inside for j in graph.neighbors(i) if i < j and j in inside)


def _part(nodes: list[int], edges: list[Edge]) -> _Drawn:
    if len(nodes) == 1:
        return _Drawn({nodes[0]: (0.0, 0.0)}, SPACING)
    graph, number = _graph(nodes, edges)
    if len(nodes) > PART:
        communities = sorted(graph.community_leiden("modularity", n_iterations=3), key=lambda part: (-len(part), part))
        if len(communities) > 1:
            own = [[nodes[i] for i in part] for part in communities]
            return _packed([_part(part, _within(part, graph, nodes, number)) for part in own])
    if len(nodes) <= SMALL:
        coordinates = graph.layout_kamada_kawai().coords
    else:
        rounds = 400 if len(nodes) <= PART else 60
        coordinates = graph.layout_fruchterman_reingold(niter=rounds, grid=len(nodes) >= MANY).coords
    return _scaled(nodes, coordinates)


def _graph(nodes: list[int], edges: list[Edge]) -> tuple[igraph.Graph, dict[int, int]]:
    number = {node: i for i, node in enumerate(nodes)}
    return igraph.Graph(n=len(nodes), edges=[(number[a], number[b]) for a, b in edges]), number


def _scaled(nodes: list[int], coordinates: list[list[float]]) -> _Drawn:
    """Around the origin, in a circle with room for every node.

    Half of a node's distance from the middle is by its place in the layout, half by its rank: hubs leave no crowd.
    """
    mean = [sum(axis) / len(nodes) for axis in zip(*coordinates, strict=True)]
    away = [(x - mean[0], y - mean[1]) for x, y in coordinates]
    distances = [math.hypot(x, y) for x, y in away]
    radius = SPACING * (0.2 + 1.8 * math.sqrt(len(nodes)))
    reach = max(*distances, 1e-6)
    order = sorted(range(len(nodes)), key=distances.__getitem__)
    rank = {i: math.sqrt((place + 0.5) / len(nodes)) for place, i in enumerate(order)}
    points = {}
    for i, (node, (x, y)) in enumerate(zip(nodes, away, strict=True)):
        wanted = (radius - SPACING / 2) * (0.35 * distances[i] / reach + 0.65 * rank[i])
        scale = wanted / max(distances[i], 1e-6)
        points[node] = (x * scale, y * scale)
    return _Drawn(points, radius)


def _packed(parts: list[_Drawn]) -> _Drawn:
    circles = pack([part.radius for part in parts])
    points = {
        node: (x + circle.x, y + circle.y)
        for part, circle in zip(parts, circles, strict=True) for node, (x, y) in part.points.items()
    }  # fmt: skip
    return _Drawn(points, max((math.hypot(c.x, c.y) + c.radius for c in circles), default=SPACING))
