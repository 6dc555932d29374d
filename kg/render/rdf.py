"""RDF files that can be diffed and read: sorted, with prefixes, the same bytes for the same graph.

Each writer goes through a store in order and holds a few thousand statements at a time, so a graph of any size can
be written. What has no named graphs (Turtle, N-Triples, RDF/XML) takes the store's default graph, where each triple
stands once; N-Quads and TriG take the named graphs, in which each statement stands with its document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO, TypeAlias, TypeVar

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from kg.record.vocabulary import PREFIXES, RDF, SCHEMA

INSTANCE_KINDS = (
    "document", "organisation", "person", "place", "program", "post", "claim", "evidence", "observation", "candidate",
    "dataset",
)  # fmt: skip
BATCH = 2_000
"""Subjects written at a time."""

Statement = TypeVar("Statement", Quad, Triple)
Writer: TypeAlias = Callable[[Store, BinaryIO], None]

# pyoxigraph keeps language tags in lower case; RDF compares them without case, but people and some stores do not.
# A quote that ends a literal has an even number of backslashes before it; in XML text no < can stand.
_TAG = re.compile(rb'((?<!\\)(?:\\\\)*"@zh-)(hans|hant)')
_XML_TAG = re.compile(rb'(<[^<>]* xml:lang="zh-)(hans|hant)')


def nquads_lines(quads: Iterable[Quad]) -> list[bytes]:
    """Canonical lines of N-Quads, sorted by their bytes."""
    return _lines(quads, RdfFormat.N_QUADS)


def write_nquads(store: Store, file: BinaryIO) -> None:
    """Canonical N-Quads: one statement a line, the lines sorted by their bytes."""
    for quads in _batches(store, _named, key=_line_start):
        file.writelines(_lines(quads, RdfFormat.N_QUADS))


def write_ntriples(store: Store, file: BinaryIO) -> None:
    """Canonical N-Triples, the lines sorted by their bytes."""
    for triples in _batches(store, _about, key=_line_start):
        file.writelines(_lines(triples, RdfFormat.N_TRIPLES))


def write_turtle(store: Store, file: BinaryIO) -> None:
    """Turtle by subject, each subject's classes first; each kind of instance has its own prefix (``place:430523``)."""
    write_turtle_of(_batches(store, _about), prefixes_under(base_of(store)), file)


def write_turtle_of(batches: Iterable[Iterable[Triple]], prefixes: dict[str, str], file: BinaryIO) -> None:
    """Turtle of triples that come by subject, all of one subject together."""
    file.writelines(_prefix_lines(prefixes))
    for triples in batches:
        written = serialize(sorted(triples, key=readable), format=RdfFormat.TURTLE, prefixes=prefixes)
        # A line that is not indented begins a subject.
        for line in _cased(written).splitlines(keepends=True)[len(prefixes) :]:
            file.write(line if line.startswith(b"\t") else b"\n" + line)


def write_trig(store: Store, file: BinaryIO) -> None:
    """TriG: the graph of each document, then by subject as in Turtle."""
    prefixes = prefixes_under(base_of(store))
    file.writelines(_prefix_lines(prefixes))
    for graph in sorted(store.named_graphs(), key=lambda node: node.value):
        quads = sorted(store.quads_for_pattern(None, None, None, graph), key=lambda quad: readable(quad.triple))
        file.write(b"\n")
        written = serialize(quads, format=RdfFormat.TRIG, prefixes=prefixes)
        file.writelines(_cased(written).splitlines(keepends=True)[len(prefixes) :])


def write_rdfxml(store: Store, file: BinaryIO) -> None:
    """RDF/XML by subject."""
    names = "".join(f'\n    xmlns:{prefix}="{namespace}"' for prefix, namespace in sorted(PREFIXES.items()))
    file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n'.encode())
    for triples in _batches(store, _about):
        written = serialize(sorted(triples, key=readable), format=RdfFormat.RDF_XML, prefixes=dict(PREFIXES))
        body = written[written.index(b"<rdf:RDF") : written.rindex(b"</rdf:RDF>")].split(b">\n", 1)[1]
        file.write(_XML_TAG.sub(_titled, body))
    file.write(b"</rdf:RDF>\n")


def prefixes_under(base: str) -> dict[str, str]:
    """The usual prefixes, and one for each kind of instance that lives under the IRI ``base``."""
    instances = {kind: f"{base}{kind}/" for kind in INSTANCE_KINDS} if base else {}
    return dict(sorted({**PREFIXES, **instances}.items()))


def base_of(store: Store) -> str:
    """The IRI under which the store's instances live, as its documents show it; empty where it has none."""
    article = next(store.quads_for_pattern(None, RDF.type, SCHEMA.NewsArticle, DefaultGraph()), None)
    return article.subject.value.rpartition("document/")[0] if article else ""


def readable(triple: Triple) -> tuple[str, bool, str, str]:
    """The order in which a person reads: by subject, classes first, then by property and value."""
    return triple.subject.value, triple.predicate != RDF.type, triple.predicate.value, str(triple.object)


def _batches(
    store: Store, about: Callable[[Store, NamedNode], Iterable[Statement]], key: Callable[[str], bytes] | None = None
) -> Iterator[list[Statement]]:
    """What ``about`` tells of each subject, subjects sorted by ``key``, those of ``BATCH`` subjects together."""
    found = {quad.subject.value for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}
    subjects = iter(sorted(found, key=key))
    while some := list(islice(subjects, BATCH)):
        yield [statement for subject in some for statement in about(store, NamedNode(subject))]


def _about(store: Store, subject: NamedNode) -> Iterator[Triple]:
    return (quad.triple for quad in store.quads_for_pattern(subject, None, None, DefaultGraph()))


def _named(store: Store, subject: NamedNode) -> Iterator[Quad]:
    default = DefaultGraph()
    return (quad for quad in store.quads_for_pattern(subject, None, None) if quad.graph_name != default)


def _line_start(iri: str) -> bytes:
    return f"<{iri}>".encode()


def _lines(statements: Iterable[Quad | Triple], format: RdfFormat) -> list[bytes]:
    return sorted(_cased(serialize(statements, format=format)).splitlines(keepends=True))


def _prefix_lines(prefixes: dict[str, str]) -> Iterator[bytes]:
    return (f"@prefix {name}: <{namespace}> .\n".encode() for name, namespace in prefixes.items())


def _cased(line: bytes) -> bytes:
    return _TAG.sub(_titled, line)


def _titled(tag: re.Match[bytes]) -> bytes:
    return tag[1] + tag[2].title()
