"""What a worker process is asked to do with the store: answer SPARQL, tell of one thing. Jobs and replies travel."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal

import pyoxigraph as ox

from kg.errors import QueryError
from kg.query import answering, evaluate
from kg.record.vocabulary import DCTERMS, OA, PREFIXES, PROV, RDF, RDFS, SKOS, XZ, ontology_path
from kg.render.rdf import readable
from kg.serve.negotiate import GRAPHS, TABLES, TRUTHS, Format, choose

Outcome = Literal["ok", "bad query", "not acceptable", "too large", "unknown"]

NEIGHBOURS = 300
"""How many statements about a thing, and how many that lead to it, its page shows; its RDF holds as many."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a job: the body and its media type; for a bad query a line that says why; ``formats`` are those
    that could be had where none is acceptable.
    """

    outcome: Outcome
    body: bytes = b""
    media: str = "text/plain"
    formats: tuple[Format, ...] = ()


class _TooLarge(Exception):
    """More was written than a reply may hold."""


class _Limited(io.RawIOBase):
    """A file in memory that holds ``limit`` bytes and no more: an answer that is cut short would be a wrong one."""

    def __init__(self, limit: int) -> None:
        self.parts: list[bytes] = []
        self._left = limit

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._left -= len(data)
        if self._left < 0:
            raise _TooLarge
        self.parts.append(bytes(data))
        return len(data)


@dataclass(frozen=True, slots=True)
class Ask:
    """A SPARQL query. ``accept`` is the client's Accept header; the graphs, where any is given, are the dataset that
    the request asks for in place of the query's own; ``limit`` is the most bytes that the answer may have.
    """

    sparql: str
    accept: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    limit: int = 50_000_000

    def __call__(self, store: ox.Store) -> Reply:
        try:
            results = evaluate(store, self.sparql, **self._dataset())
            with answering("the query"):
                return self._written(results)
        except QueryError as error:
            return Reply("bad query", str(error).encode())
        except _TooLarge:
            return Reply("too large")

    def _dataset(self) -> dict[str, list[ox.NamedNode]]:
        if not self.default_graphs and not self.named_graphs:
            return {}
        with answering("the query"):
            default, named = (list(map(ox.NamedNode, graphs)) for graphs in (self.default_graphs, self.named_graphs))
        return {"default_graph": default, "named_graphs": named}

    def _written(self, results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Reply:
        output = _Limited(self.limit)
        formats = GRAPHS if isinstance(results, ox.QueryTriples) else TABLES
        formats = TRUTHS if isinstance(results, ox.QueryBoolean) else formats
        chosen = choose(self.accept, tuple(formats))
        if chosen is None:
            return Reply("not acceptable", formats=tuple(formats))
        if isinstance(results, ox.QueryTriples):
            ox.serialize(results, output, format=GRAPHS[chosen], prefixes=dict(PREFIXES))
        else:
            results.serialize(output, format=TABLES[chosen])
        return Reply("ok", b"".join(output.parts), chosen.media)


@dataclass(frozen=True, slots=True)
class Link:
    """A term as a page shows it: ``iri`` is empty for text, ``text`` is its name, where it has one."""

    text: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A stated fact around a thing: its ends, how sure it is, the sentence and the article."""

    subject: Link
    relation: Link
    object: Link
    confidence: str
    sentence: str
    document: Link


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a thing: statements that begin with it, that lead to it, and facts with their sentences."""

    iri: str
    name: str
    classes: tuple[Link, ...]
    outgoing: tuple[tuple[Link, Link], ...]
    incoming: tuple[tuple[Link, Link], ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Describe:
    """A thing's own statements and those that lead to it, as RDF of the media type ``media``."""

    iri: str
    media: str

    def __call__(self, store: ox.Store) -> Reply:
        node = _node(self.iri)
        triples = [*_outgoing(store, node), *_incoming(store, node)] if node else []
        if not triples:
            return Reply("unknown")
        format = next(rdf for known, rdf in GRAPHS.items() if known.media == self.media)
        ordered = sorted(set(triples), key=readable)
        return Reply("ok", ox.serialize(ordered, format=format, prefixes=dict(PREFIXES)), self.media)


@dataclass(frozen=True, slots=True)
class Look:
    """The same for a person to read."""

    iri: str

    def __call__(self, store: ox.Store) -> Page | None:
        node = _node(self.iri)
        if node is None:
            return None
        outgoing, incoming = list(_outgoing(store, node)), list(_incoming(store, node))
        if not outgoing and not incoming:
            return None
        hidden = {RDF.subject, RDF.object}  # claims are told with their sentences
        return Page(
            iri=self.iri,
            name=_link(store, node).text,
            classes=tuple(_link(store, t.object) for t in outgoing if t.predicate == RDF.type),
            outgoing=tuple(
                (_link(store, t.predicate), _link(store, t.object)) for t in outgoing if t.predicate != RDF.type
            ),
            incoming=tuple(
                (_link(store, t.predicate), _link(store, t.subject)) for t in incoming if t.predicate not in hidden
            ),
            told=tuple(islice(_told(store, node), NEIGHBOURS)),
        )


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


def _outgoing(store: ox.Store, node: ox.NamedNode) -> list[ox.Triple]:
    quads = islice(store.quads_for_pattern(node, None, None, ox.DefaultGraph()), NEIGHBOURS)
    return sorted((quad.triple for quad in quads), key=readable)


def _incoming(store: ox.Store, node: ox.NamedNode) -> list[ox.Triple]:
    quads = islice(store.quads_for_pattern(None, None, node, ox.DefaultGraph()), NEIGHBOURS)
    return sorted((quad.triple for quad in quads), key=readable)


def _told(store: ox.Store, node: ox.NamedNode) -> Iterator[Told]:
    for role in (RDF.subject, RDF.object):
        for claim in store.quads_for_pattern(None, role, node, ox.DefaultGraph()):
            ends = [_value(store, claim.subject, part) for part in (RDF.subject, RDF.predicate, RDF.object)]
            sure = _value(store, claim.subject, XZ.confidence)
            for quad in store.quads_for_pattern(claim.subject, PROV.wasDerivedFrom, None, ox.DefaultGraph()):
                yield Told(
                    *(_link(store, end) for end in ends),
                    confidence=sure.value if sure else "",
                    sentence=_link(store, _value(store, quad.object, OA.exact)).text,
                    document=_link(store, _value(store, quad.object, DCTERMS.source)),
                )


def _link(store: ox.Store, term: ox.NamedNode | ox.Literal | None) -> Link:
    if term is None:
        return Link("")
    if not isinstance(term, ox.NamedNode):
        return Link(term.value)
    for property in (SKOS.prefLabel, RDFS.label, DCTERMS.title, DCTERMS.identifier):
        if name := _value(store, term, property):
            return Link(name.value, term.value)
    namespaces = ((prefix, iri) for prefix, iri in PREFIXES.items() if term.value.startswith(iri))
    prefix, namespace = next(namespaces, ("", ""))
    if prefix:
        return Link(_words().get(term.value, f"{prefix}:{term.value[len(namespace) :]}"))
    return Link(term.value, term.value)


@cache
def _words() -> Mapping[str, str]:
    """What the ontology calls its terms, in Chinese and English."""
    labels: defaultdict[str, list[str]] = defaultdict(list)
    for quad in ox.parse(path=ontology_path("xianzhi.ttl"), format=ox.RdfFormat.TURTLE):
        if quad.predicate == RDFS.label:
            labels[quad.subject.value].append(quad.object.value)
    return {iri: " ".join(words) for iri, words in labels.items()}


def _value(store: ox.Store, node: ox.NamedNode, property: ox.NamedNode) -> ox.NamedNode | ox.Literal | None:
    return next((q.object for q in store.quads_for_pattern(node, property, None, ox.DefaultGraph())), None)
