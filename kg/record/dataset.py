"""What the graph says of itself: VoID and DCAT, in a graph of its own.

Nothing in it depends on when or where it was built, unless a date is asked for: the date is that of the newest
document. Its IRI comes from the documents, so that two graphs that are put together are described by two nodes, each
right for what it was built from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class About:
    """What only the user can say: ``licence`` is an IRI, ``date`` in ISO form; empty where not said."""

    title: str = ""
    licence: str = ""
    date: str = ""


def dataset_quads(quads: Sequence[Quad], about: About, *, base: str) -> tuple[Quad, ...]:
    """The description of ``quads``, all statements of a build, whose instances live under the IRI ``base``."""
    documents = sorted(quad.subject.value for quad in quads if quad.object == SCHEMA.NewsArticle)
    node = NamedNode(f"{base}dataset/{digest(*documents)}")
    described = (*_said(node, quads, about), *_counted(node, quads, base), *_made(node, documents))
    return tuple(Quad(*triple, NamedNode(f"{base}graph/dataset")) for triple in described)


def _said(node: NamedNode, quads: Sequence[Quad], about: About) -> Iterator[Triple]:
    yield node, RDF.type, VOID.Dataset
    yield node, RDF.type, DCAT.Dataset
    yield node, DCTERMS.title, text(about.title)
    yield node, RDFS.label, text(about.title)
    dates = (quad.object.value for quad in quads if quad.predicate == DCTERMS.date)
    if date := about.date or max(dates, default=""):
        yield node, DCTERMS.modified, Literal(date, datatype=XSD.date)
    if about.licence:
        yield node, DCTERMS.license, NamedNode(about.licence)


def _counted(node: NamedNode, quads: Sequence[Quad], base: str) -> Iterator[Triple]:
    triples = {quad.triple for quad in quads}
    classes = Counter(triple.object for triple in triples if triple.predicate == RDF.type)
    used = {triple.predicate.value for triple in triples} | {term.value for term in classes}
    yield node, VOID.uriSpace, Literal(base)
    yield node, VOID.triples, _number(len(triples))
    yield node, VOID.entities, _number(sum(classes[top] for top in TYPE_CLASS.values()))
    yield node, VOID.documents, _number(classes[SCHEMA.NewsArticle])
    yield node, VOID.distinctSubjects, _number(len({triple.subject for triple in triples}))
    for namespace in sorted(PREFIXES.values()):
        if any(term.startswith(namespace) for term in used):
            yield node, VOID.vocabulary, NamedNode(namespace)
    for counted in COUNTED:
        if classes[counted]:
            part = NamedNode(f"{node.value}-{counted.value.rpartition('#')[2].rpartition('/')[2]}")
            yield node, VOID.classPartition, part
            yield part, RDF.type, VOID.Dataset
            yield part, getattr(VOID, "class"), counted
            yield part, VOID.entities, _number(classes[counted])


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
