"""What the graph says of itself: VoID and DCAT, in a graph of its own.

Nothing in it depends on when or where it was built, unless a date is asked for: the date is that of the newest
document. Its IRI comes from the documents, so that two graphs that are put together are described by two nodes, each
right for what it was built from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg.record.iris import digest
from kg.record.quads import Triple, text
from kg.record.vocabulary import (
    DCAT,
    DCTERMS,
    ONTOLOGY,
    OWL,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    TYPE_CLASS,
    VOID,
    XSD,
    XZ,
    ontology_path,
)

COUNTED = (*TYPE_CLASS.values(), XZ.Claim, SCHEMA.Observation, SCHEMA.NewsArticle)
"""The classes whose members are counted one by one."""

MAKER = NamedNode("https://w3id.org/xianzhi")
"""This program, whichever its version: the report of a build names that."""


_TYPE, _DATE, _ARTICLE = (str(term).encode() for term in (RDF.type, DCTERMS.date, SCHEMA.NewsArticle))


@dataclass(frozen=True, slots=True)
class About:
    """What only the user can say: ``licence`` is an IRI, ``date`` in ISO form; empty where not said."""

    title: str = ""
    licence: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Census:
    """What there is to count in a graph. Terms stand as N-Triples writes them."""

    triples: int
    subjects: int
    classes: Mapping[str, int]
    predicates: frozenset[str]
    documents: tuple[str, ...]
    newest: str

    @classmethod
    def of(cls, triples: Iterable[bytes]) -> Census:
        """Count triples that come as lines of N-Triples, sorted by subject, each once."""
        count = subjects = 0
        classes: Counter[bytes] = Counter()
        predicates: set[bytes] = set()
        documents: list[str] = []
        newest, last = b"", b""
        for triple in triples:
            count += 1
            subject, predicate, object = triple[:-3].split(b" ", 2)
            if subject != last:
                subjects, last = subjects + 1, subject
            predicates.add(predicate)
            if predicate == _TYPE:
                classes[object] += 1
                if object == _ARTICLE:
                    documents.append(subject[1:-1].decode())
            elif predicate == _DATE:
                newest = max(newest, object.split(b'"')[1])
        return cls(
            count,
            subjects,
            {term.decode()[1:-1]: number for term, number in classes.items()},
            frozenset(predicate.decode()[1:-1] for predicate in predicates),
            tuple(sorted(documents)),
            newest.decode(),
        )


def dataset_quads(census: Census, about: About, *, base: str) -> Iterator[Quad]:
    """The description of what was counted, all statements of a build, whose instances live under the IRI ``base``."""
    node = NamedNode(f"{base}dataset/{digest(*census.documents)}")
    described = chain(_said(node, census, about), _counted(node, census, base), _made(node, census.documents))
    graph = NamedNode(f"{base}graph/dataset")
    return (Quad(*triple, graph) for triple in described)


def _said(node: NamedNode, census: Census, about: About) -> Iterator[Triple]:
    yield node, RDF.type, VOID.Dataset
    yield node, RDF.type, DCAT.Dataset
    yield node, DCTERMS.title, text(about.title)
    yield node, RDFS.label, text(about.title)
    if date := about.date or census.newest:
        yield node, DCTERMS.modified, Literal(date, datatype=XSD.date)
    if about.licence:
        yield node, DCTERMS.license, NamedNode(about.licence)


def _counted(node: NamedNode, census: Census, base: str) -> Iterator[Triple]:
    def members(term: NamedNode) -> int:
        return census.classes.get(term.value, 0)

    used = census.predicates | set(census.classes)
    yield node, VOID.uriSpace, Literal(base)
    yield node, VOID.triples, _number(census.triples)
    yield node, VOID.entities, _number(sum(map(members, TYPE_CLASS.values())))
    yield node, VOID.documents, _number(members(SCHEMA.NewsArticle))
    yield node, VOID.distinctSubjects, _number(census.subjects)
    for namespace in sorted(PREFIXES.values()):
        if any(term.startswith(namespace) for term in used):
            yield node, VOID.vocabulary, NamedNode(namespace)
    for counted in COUNTED:
        if members(counted):
            part = NamedNode(f"{node.value}-{counted.value.rpartition('#')[2].rpartition('/')[2]}")
            yield node, VOID.classPartition, part
            yield part, RDF.type, VOID.Dataset
            yield part, getattr(VOID, "class"), counted
            yield part, VOID.entities, _number(members(counted))


def _made(node: NamedNode, documents: Sequence[str]) -> Iterator[Triple]:
    """Where it comes from: the documents, through this program, in the terms of a version of the ontology."""
    for quad in parse(path=str(ontology_path("xianzhi.ttl")), format=RdfFormat.TURTLE):
        if quad.subject == ONTOLOGY and quad.predicate == OWL.versionIRI:
            yield node, DCTERMS.conformsTo, quad.object
    yield node, PROV.wasAttributedTo, MAKER
    yield MAKER, RDF.type, PROV.SoftwareAgent
    yield MAKER, RDFS.label, Literal("Xianzhi 县志")
    yield from ((node, PROV.wasDerivedFrom, NamedNode(document)) for document in documents)


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)
