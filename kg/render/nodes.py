"""The nodes of a sorted graph, one after the other, with all that is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kg.record.shapes import TYPE, parts

Statements = Mapping[bytes, Sequence[bytes]]
"""Property to values, both as N-Quads writes them; a value that several graphs state may stand there several times."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node with what documents say of it and what the reference graph does; ``graphs`` say what it is."""

    iri: str
    own: dict[bytes, list[bytes]] = field(default_factory=dict)
    reference: dict[bytes, list[bytes]] = field(default_factory=dict)
    graphs: set[bytes] = field(default_factory=set)


def nodes(quads: Iterable[bytes], reference: bytes) -> Iterator[Node]:
    """Each node of sorted lines of N-Quads; ``reference`` is the graph that is no document's."""
    last, node = b"", Node("")
    for quad in quads:
        subject, predicate, rest = quad.split(b" ", 2)
        object, _, graph = rest[:-3].rpartition(b" ")
        if subject != last:
            if last:
                yield node
            last, node = subject, Node(text(subject))
        told = node.own
        if graph == reference:
            told = node.reference
        elif predicate == TYPE:
            node.graphs.add(graph)
        if predicate in told:
            told[predicate].append(object)
        else:
            told[predicate] = [object]
    if last:
        yield node


def values(told: Statements, predicate: bytes) -> list[str]:
    """The values as text, without repeats (one name in two scripts may be the same string), sorted."""
    found = told.get(predicate, ())
    return [text(found[0])] if len(found) == 1 else sorted({*map(text, found)})


def first(told: Statements, predicate: bytes) -> str:
    """The first of the values, "" where there is none."""
    return next(iter(values(told, predicate)), "")


@lru_cache(50_000)  # the same IRIs, numbers and sentences come again and again, and take their memory once
def text(term: bytes) -> str:
    """What a term says: the IRI, the literal's text, the blank node's name.

    >>> text(b"<https://e.org/>"), text(b'"1"^^<http://www.w3.org/2001/XMLSchema#integer>'), text(b"_:b")
    ('https://e.org/', '1', 'b')
    """
    if literal := parts(term):
        return literal[0]
    return (term[1:-1] if term.startswith(b"<") else term[2:]).decode()
