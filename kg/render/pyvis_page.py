"""The graph as a pyvis picture: for notebooks and for those who know vis-network. The explorer is kg/render/html.py.

pyvis' ``Network`` holds the picture; its own HTML is not used, since it loads files from a CDN and a heading or menu in
it runs markup. The nodes stand where the explorer's map has them; nothing moves.
"""

from __future__ import annotations

import json
from string import Template
from typing import BinaryIO

from pyoxigraph import Store
from pyvis.edge import Edge
from pyvis.network import Network

from kg.errors import OutputError
from kg.record.vocabulary import DEFAULT_BASE
from kg.render.groups import grouped
from kg.render.html import embedded, file, policy
from kg.render.layout import layout
from kg.render.page_data import PageData, read_page_data
from kg.render.rdf import base_of, nquads_of

SHAPES = {"Organisation": "square", "Person": "dot", "Place": "triangle", "Program": "diamond"}
COLOURS = {"Organisation": "#2f5f8f", "Person": "#bb4a30", "Place": "#3a7a55", "Program": "#8a5f12"}
#: How many characters of a name stand on a node.
LABEL_LENGTH = 24
#: vis-network draws every node at once on one canvas: with more than this it is too slow to be of use.
MOST = 3000
#: ``smooth`` made 2,000 nodes take 176 s.
OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"fixed": True},
    "edges": {"smooth": False, "color": "#c9c0ae", "arrows": {"to": {"enabled": True, "scaleFactor": 0.45}}},
    "interaction": {"dragNodes": False, "keyboard": {"enabled": True, "bindToWindow": False}},
}


def write_pyvis(store: Store, stream: BinaryIO) -> None:
    """Write the picture of a small graph. Raises ``OutputError`` for one of more than ``MOST`` things."""
    data = read_page_data(nquads_of(store), base=base_of(store) or DEFAULT_BASE)
    if len(data.things) > MOST:
        cause = f"the graph has {len(data.things)} things, more than the {MOST} that a pyvis picture can show"
        raise OutputError("pyvis", cause, "open graph.html, which shows a graph of any size")
    network = picture(data)
    style, scripts = file("pyvis.css"), [file("vendor/vis-network.min.js"), file("pyvis.js")]
    page = Template(file("pyvis.html")).substitute(
        policy=policy(scripts, style),
        style=style,
        data=embedded({"nodes": network.nodes, "edges": network.edges, "options": network.options}),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )
    stream.write(page.encode())


def picture(data: PageData) -> Network:
    """The things at fixed places, and a line for every relation between two of them."""
    network = Network(directed=True)
    grouping = grouped(data)
    ends = [(fact.subject, fact.object) for fact in data.facts]
    placed = layout(grouping.of, len(grouping.groups), ends)
    degree = [0] * len(data.things)
    for pair in ends:
        for thing in set(pair):
            degree[thing] += 1
    for number, thing in enumerate(data.things):
        x, y = placed.points[number]
        size = round(5 + 2 * min(degree[number], 60) ** 0.5, 1)
        look = {"shape": SHAPES[thing.top], "color": COLOURS[thing.top], "group": thing.top}
        network.add_node(number, label=label(thing.name), x=1.6 * x, y=1.6 * y, size=size, **look)
    for fact in data.facts:
        # Network.add_edge looks both ends up in a list: 14 s for 40,000 lines, where this takes 0.1 s.
        network.edges.append(Edge(fact.subject, fact.object, True, relation=fact.relation).options)
    network.set_options(json.dumps(OPTIONS))
    return network


def label(name: str) -> str:
    """A name short enough for a node; marks that steer direction or line go, since they reach beyond the name.

    >>> label("县\\u202e委\\n办")
    '县委 办'
    """
    plain = " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in name[: 4 * LABEL_LENGTH]).split())
    return plain if len(plain) <= LABEL_LENGTH else plain[: LABEL_LENGTH - 1] + "…"
