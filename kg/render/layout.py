"""Where the nodes of a picture stand: igraph's layouts, one connected part at a time, packed like a page.

Deterministic: the same graph gives the same positions, and igraph's random numbers come from a seed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager

import igraph
import networkx as nx

SEED = 20
#: Pixels between neighbours at zoom 1: a node, and a name of eight characters beside the next one.
SPACING = 140.0
#: Kamada-Kawai draws parts of up to this many nodes best; above, Fruchterman-Reingold shows who belongs together.
SMALL = 40
#: From here on it repels by grid cells only: 2,000 nodes in 0.2 s where all pairs take 5.7 s.
MANY = 400

Position = tuple[float, float]


def positions(graph: nx.Graph) -> dict[int, Position]:
    """Pixel positions for the nodes of ``graph``, connected parts side by side, the largest first.

    >>> sorted(positions(nx.path_graph(3)))
    [0, 1, 2]
    """
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part))
    with _seeded():
        return _packed([_part(graph.subgraph(part), part) for part in parts])


def _part(graph: nx.Graph, nodes: list[int]) -> dict[int, Position]:
    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    number = {node: i for i, node in enumerate(nodes)}
    edges = sorted(tuple(sorted((number[a], number[b]))) for a, b in graph.edges if a != b)
    drawn = igraph.Graph(n=len(nodes), edges=edges)
    if len(nodes) <= SMALL:
        layout = drawn.layout_kamada_kawai()
    else:
        layout = drawn.layout_fruchterman_reingold(niter=400, grid=len(nodes) >= MANY)
    scale = SPACING / _typical_length(layout.coords, edges)
    return {node: (x * scale, y * scale) for node, (x, y) in zip(nodes, layout.coords, strict=True)}


def _typical_length(coords: list[list[float]], edges: list[tuple[int, ...]]) -> float:
    lengths = sorted(math.dist(coords[a], coords[b]) for a, b in edges)
    return max(lengths[len(lengths) // 2], 1e-6)


def _packed(parts: list[dict[int, Position]]) -> dict[int, Position]:
    """The parts on shelves of about the width that makes the whole half again as wide as high."""
    boxes = [_box(part) for part in parts]
    shelf_width = max([math.sqrt(1.5 * sum(w * h for _, _, w, h in boxes)), *(box[2] for box in boxes)], default=0.0)
    placed: dict[int, Position] = {}
    left = top = height = 0.0
    for part, (x0, y0, w, h) in zip(parts, boxes, strict=True):
        if left > 0 and left + w > shelf_width:
            left, top, height = 0.0, top + height, 0.0
        placed |= {node: (round(x - x0 + left, 1), round(y - y0 + top, 1)) for node, (x, y) in part.items()}
        left, height = left + w, max(height, h)
    return placed


def _box(part: dict[int, Position]) -> tuple[float, float, float, float]:
    """Left, top, width and height of a part with the margin around it."""
    xs, ys = zip(*part.values(), strict=True)
    return min(xs) - SPACING, min(ys) - SPACING / 2, max(xs) - min(xs) + 2 * SPACING, max(ys) - min(ys) + SPACING


@contextmanager
def _seeded() -> Iterator[None]:
    """igraph draws from one generator for the whole process: ours for the while, then Python's own again."""
    igraph.set_random_number_generator(random.Random(SEED))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)
