"""The interactive page: a store becomes one HTML file that opens by double click and asks nothing of the network.

``read_page_data`` takes what a reader can look at, ``assemble`` makes a networkx graph of it, ``picture`` hands
that to pyvis' ``Network``, and ``write_page`` puts the network's data into our own template with the vendored
vis-network. pyvis' own HTML is not used: it loads two files from a CDN, and a heading or menu in it runs
markup. Everything that came from a document travels as JSON in a block that the browser does not run, and the
page makes text nodes of it; a Content-Security-Policy allows our own scripts, by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

import networkx as nx
import pyoxigraph as ox
from pyvis.edge import Edge
from pyvis.network import Network

from kg.errors import OutputError
from kg.render.layout import positions
from kg.render.page_data import PageData, read_page_data

#: The shape of each top class; its colour is in page.css, so that light and dark can differ.
SHAPES = {"Organisation": "square", "Person": "dot", "Place": "triangle", "Program": "diamond"}
#: How many nodes the first view holds at most.
FIRST_VIEW = 3000
#: How many characters of a name stand on a node; the panel shows all of it.
LABEL_LENGTH = 24
#: The page's scripts in the order in which they run; they share one scope, as a page's scripts do.
SCRIPTS = ("vendor/vis-network.min.js", "text.js", "picture.js", "panel.js", "search.js", "page.js")
#: vis-network's settings: what is drawn stays where the layout put it. ``smooth`` made 2,000 nodes take 176 s.
OPTIONS = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"fixed": True, "borderWidth": 1.5},
    "edges": {"smooth": False, "arrows": {"to": {"scaleFactor": 0.45}}, "hoverWidth": 0, "selectionWidth": 1},
    "interaction": {
        "hover": True,
        "dragNodes": False,
        "hideEdgesOnDrag": False,
        "keyboard": {"enabled": True, "bindToWindow": False},
    },
}
#: Characters that could end the script block or break a line in it; JSON reads the escapes as the same characters.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def write_page(store: ox.Store, path: Path, *, base: str) -> None:
    """Write the graph in ``store`` as one self-contained HTML file at ``path``.

    ``base`` is the IRI under which the instances live; the graph ``base + "graph/divisions"`` is reference data
    and gives only what the places that documents name need: their names, codes and the places above them.
    The same quads give the same bytes. Raises ``OutputError`` where the file cannot be written.
    """
    page = render(read_page_data(store, base=base))
    path = Path(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        aside.write_text(page, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        cause = f"the page cannot be written ({error.strerror})"
        raise OutputError(path, cause, "choose a folder that exists and that you may write to") from error


def assemble(data: PageData) -> nx.MultiDiGraph:
    """The things as nodes (by index) and every fact as an edge that carries its relation and its own index."""
    graph = nx.MultiDiGraph()
    for number, thing in enumerate(data.things):
        graph.add_node(number, name=thing.name, top=thing.top)
    for number, fact in enumerate(data.facts):
        graph.add_edge(fact.subject, fact.object, relation=fact.relation, fact=number)
    return graph


def picture(graph: nx.MultiDiGraph) -> Network:
    """The drawing: nodes at fixed places, and one line between two nodes however many facts join them.

    A line has an arrow only where all its facts point the same way.
    """
    network = Network(directed=True)
    place = positions(nx.Graph(graph.to_undirected(as_view=True)))
    for node, attributes in graph.nodes(data=True):
        x, y = place[node]
        top, degree = attributes["top"], graph.degree(node)
        size = round(6 + 3 * min(degree, 60) ** 0.5, 1)
        label = _label(attributes["name"])
        network.add_node(node, label=label, shape=SHAPES[top], group=top, x=x, y=y, size=size)
    for (a, b), facts in _lines(graph).items():
        one_way = len({direction for direction, _ in facts}) == 1
        source, target = (a, b) if facts[0][0] == 0 else (b, a)
        arrows = "to" if one_way else ""
        # Network.add_edge looks both ends up in a list: 14 s for 40,000 lines, where this takes 0.1 s.
        line = Edge(source, target, True, arrows=arrows, facts=[number for _, number in facts])
        network.edges.append(line.options)
    network.set_options(json.dumps(OPTIONS))
    return network


def render(data: PageData) -> str:
    """The page's HTML as one string."""
    network = picture(assemble(data))
    payload = {
        **asdict(data),
        "network": {"nodes": network.nodes, "edges": network.edges, "options": network.options},
        "firstView": FIRST_VIEW,
        "words": words(),
    }
    style = _file("page.css")
    scripts = [_file(name) for name in SCRIPTS]
    return Template(_file("page.html")).substitute(
        policy=_policy(scripts, style),
        style=style,
        data=embedded(payload),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def words() -> dict[str, Any]:
    """What the page says, in Chinese and English: its own phrases, the classes, the relations both ways round."""
    return json.loads(_file("words.json"))


def embedded(value: Any) -> str:
    r"""``value`` as JSON that can stand in a script block: it holds no character that HTML or a script reads.

    >>> embedded("</script>")
    '"\\u003c/script\\u003e"'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _lines(graph: nx.MultiDiGraph) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """For each pair of joined nodes (lower first), its facts as (1 where it points backwards, index)."""
    lines: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for a, b, number in graph.edges(data="fact"):
        lines.setdefault((min(a, b), max(a, b)), []).append((int(a > b), number))
    return {pair: sorted(facts, key=lambda fact: fact[1]) for pair, facts in sorted(lines.items())}


def _label(name: str) -> str:
    """A name short enough for a node; marks that steer direction or line go, since they reach beyond the name."""
    plain = " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in name[: 4 * LABEL_LENGTH]).split())
    return plain if len(plain) <= LABEL_LENGTH else plain[: LABEL_LENGTH - 1] + "…"


def _policy(scripts: list[str], style: str) -> str:
    """A Content-Security-Policy that runs what this program wrote and nothing else, and fetches nothing."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _file(name: str) -> str:
    return resources.files("kg.data").joinpath("web", *name.split("/")).read_text(encoding="utf-8")
