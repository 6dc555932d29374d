"""GraphML and GEXF for Gephi, yEd, Cytoscape and networkx: things as nodes, facts as edges.

A network of this kind is drawn as a whole, so it is also made as a whole, by networkx, in memory.
"""

from __future__ import annotations

from typing import BinaryIO
from xml.etree import ElementTree

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from pyoxigraph import Store

from kg.render.facts import facts, things

COLOURS = {
    "Organisation": (31, 119, 180),
    "Person": (214, 39, 40),
    "Place": (44, 160, 44),
    "Program": (148, 103, 189),
}
"""Red, green and blue of each top class in GEXF."""


def network(store: Store) -> nx.MultiDiGraph:
    """The things by IRI, with label, classes and weight (articles that name it); facts with relation and weight.

    An edge's weight is the number of articles that state the fact, its confidence the best of theirs.
    """
    graph = nx.MultiDiGraph()
    for thing in things(store):
        red, green, blue = COLOURS[thing.top]
        graph.add_node(
            thing.iri,
            label=thing.name,
            top=thing.top,
            kind=thing.kind or thing.top,
            code=thing.code,
            other_names="、".join(thing.other_names),
            weight=max(thing.articles, 1),
            viz={"color": {"r": red, "g": green, "b": blue, "a": 1.0}},
        )
    for number, fact in enumerate(facts(store)):
        if fact.subject in graph and fact.object in graph:
            graph.add_edge(
                fact.subject,
                fact.object,
                key=number,  # GraphML's edge id: networkx' own begins at 0 for each pair, and Gephi merges equal ids
                label=fact.title or fact.relation,
                relation=fact.relation,
                title=fact.title,
                weight=fact.weight,
                confidence=float(fact.confidence),
            )
    return graph


def write_graphml(store: Store, file: BinaryIO) -> None:
    """GraphML; Gephi takes ``label`` and ``weight`` for what they say."""
    graph = network(store)
    for _, attributes in graph.nodes(data=True):
        del attributes["viz"]  # GEXF's own
    nx.write_graphml_xml(graph, file, encoding="utf-8", prettyprint=True)
    file.write(b"\n")


def write_gexf(store: Store, file: BinaryIO) -> None:
    """GEXF 1.2 with a colour for each top class."""
    writer = GEXFWriter(version="1.2draft", prettyprint=True)
    writer.add_graph(network(store))
    meta = writer.xml.find("meta")
    if meta is not None:  # the day of writing and networkx's version would make each file another
        del meta.attrib["lastmodifieddate"]
        meta[0].text = "Xianzhi"
    ElementTree.indent(writer.xml)
    ElementTree.ElementTree(writer.xml).write(file, encoding="utf-8", xml_declaration=True)
    file.write(b"\n")
