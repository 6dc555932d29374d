"""The division tree above every place that documents mention: reference data, in a graph of its own.

A statement stands in its document's graph or here, never twice: what a document already says of a place
(class, name, code) is left to the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kg.divisions import Division, Divisions
from kg.record.iris import Iris, is_division_code
from kg.record.quads import Triple, described
from kg.record.vocabulary import KIND_CLASS, XZ, divisions_graph


def reference_quads(quads: Iterable[Quad], divisions: Divisions, *, base: str) -> tuple[Quad, ...]:
    """The tree above the places with a code in ``quads``, the statements of all documents, by code.

    A code that the division table does not hold gives nothing.
    """
    stated: set[Triple] = set()
    coded: set[str] = set()
    for quad in quads:
        if quad.predicate == XZ.divisionCode:
            coded.add(quad.object.value)
        elif quad.predicate == XZ.locatedIn:
            stated.add((quad.subject, quad.predicate, quad.object))
    iris, graph = Iris(base), divisions_graph(base)
    triples = (
        triple
        for division in _tree(coded, divisions)
        for triple in _division(division, divisions, iris, described_already=division.code in coded)
    )
    return tuple(Quad(*triple, graph) for triple in triples if triple not in stated)


def _tree(codes: Iterable[str], divisions: Divisions) -> list[Division]:
    mentioned = {found for code in codes if is_division_code(code) and (found := divisions.get(code))}
    return sorted(mentioned.union(*(divisions.ancestors(division) for division in mentioned)))


def _division(division: Division, divisions: Divisions, iris: Iris, *, described_already: bool) -> Iterator[Triple]:
    node = NamedNode(iris.division(division.code))
    if not described_already:
        yield from described(node, XZ.Place, KIND_CLASS.get(division.level), division.name)
        yield node, XZ.divisionCode, Literal(division.code)
    if parent := divisions.parent(division):
        yield node, XZ.locatedIn, NamedNode(iris.division(parent.code))
