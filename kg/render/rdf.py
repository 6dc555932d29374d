"""RDF files that can be diffed and read: sorted, with prefixes, the same bytes for the same graph.

Statements are sorted as lines, beyond a million of them on the disk (``kg.render.lines``), and written in bulk, so a
graph of any size can be written. What has no named graphs (Turtle, N-Triples, RDF/XML) takes the store's default
graph, where each triple stands once; N-Quads and TriG take the named graphs, in which each statement stands with its
document.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TypeAlias

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, Triple, parse, serialize

from kg.record.vocabulary import PREFIXES, RDF, SCHEMA
from kg.render.lines import sorted_batches
from kg.render.tags import cased
from kg.render.turtle import write_turtle_of

INSTANCE_KINDS = (
    "document", "organisation", "person", "place", "program", "post", "claim", "evidence", "observation", "candidate",
    "dataset",
)  # fmt: skip
Writer: TypeAlias = Callable[[Store, BinaryIO], None]

_PIECE = 1 << 24  # bytes of a graph that are read at a time
_TYPE = f"\x01<{RDF.type.value}\x01".encode()
_XML_TAG = re.compile(rb'(<[^<>]* xml:lang="zh-)(hans|hant)')


def nquads_lines(quads: Iterable[Quad]) -> list[bytes]:
    """Canonical lines of N-Quads, sorted by their bytes."""
    return sorted(cased(serialize(quads, format=RdfFormat.N_QUADS)).splitlines(keepends=True))


def write_nquads(store: Store, file: BinaryIO) -> None:
    """Canonical N-Quads: one statement a line, the lines sorted by their bytes."""
    file.writelines(nquads_of(store))


def nquads_of(store: Store) -> Iterator[bytes]:
    """The lines of the store's canonical N-Quads, sorted by their bytes."""
    return chain.from_iterable(sorted_batches(_statements(store)))


def write_ntriples(store: Store, file: BinaryIO) -> None:
    """Canonical N-Triples, the lines sorted by their bytes."""
    for lines in sorted_batches(map(cased, _triples(store))):
        file.writelines(lines)


def write_turtle(store: Store, file: BinaryIO) -> None:
    """Turtle by subject, each subject's classes first; each kind of instance has its own prefix (``place:430523``)."""
    with tempfile.TemporaryDirectory(prefix="xianzhi-") as work:
        triples = chain.from_iterable(sorted_batches(map(cased, _triples(store))))
        write_turtle_of(triples, prefixes_of(store), file, Path(work))


def write_trig(store: Store, file: BinaryIO) -> None:
    """TriG: the graph of each document, then by subject as in Turtle."""
    prefixes = prefixes_of(store)
    file.writelines(_prefix_lines(prefixes))
    for graph in sorted(store.named_graphs(), key=lambda node: node.value):
        quads = sorted(store.quads_for_pattern(None, None, None, graph), key=lambda quad: readable(quad.triple))
        file.write(b"\n")
        written = serialize(quads, format=RdfFormat.TRIG, prefixes=prefixes)
        file.writelines(cased(written).splitlines(keepends=True)[len(prefixes) :])


def write_rdfxml(store: Store, file: BinaryIO) -> None:
    """RDF/XML by subject."""
    names = "".join(f'\n    xmlns:{prefix}="{namespace}"' for prefix, namespace in sorted(PREFIXES.items()))
    file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n'.encode())
    for lines in by_subject(sorted_batches(_triples(store), readable_line)):
        triples = parse(b"".join(lines), format=RdfFormat.N_TRIPLES)
        written = serialize(triples, format=RdfFormat.RDF_XML, prefixes=dict(PREFIXES))
        body = written[written.index(b"<rdf:RDF") : written.rindex(b"</rdf:RDF>")].split(b">\n", 1)[1]
        file.write(_XML_TAG.sub(lambda tag: tag[1] + tag[2].title(), body))
    file.write(b"</rdf:RDF>\n")


def prefixes_of(store: Store) -> dict[str, str]:
    """The usual prefixes, and one for each kind of instance that the store holds."""
    return prefixes_under(base_of(store))


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


def _statements(store: Store) -> Iterator[bytes]:
    """The statements of the named graphs as N-Quads, a piece for each graph."""
    for graph in store.named_graphs():
        triples = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        yield cased(triples.replace(b" .\n", b" <%s> .\n" % graph.value.encode()))


def _triples(store: Store) -> Iterator[bytes]:
    """The triples of the default graph as N-Triples, in pieces of whole lines."""
    with tempfile.TemporaryFile() as file:  # dumped, a million triples a second; asked for one by one, a tenth of that
        store.dump(file, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        file.seek(0)
        while lines := file.readlines(_PIECE):
            yield b"".join(lines)


def by_subject(batches: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    """The same lines, no subject's of them in two batches."""
    rest: list[bytes] = []
    for batch in batches:
        batch, last = rest + batch, batch[-1].partition(b" ")[0] + b" "
        at = len(batch)
        while at and batch[at - 1].startswith(last):
            at -= 1
        rest = batch[at:]
        if at:
            yield batch[:at]
    if rest:
        yield rest


def readable_line(line: bytes) -> bytes:
    """The order in which a person reads: by subject, classes first, then by property and value.

    The brackets go, so that an IRI comes before those that it begins.
    """
    return line.replace(b"> ", b"\x01", 2).replace(_TYPE, b"\x01\x02", 1)


def _prefix_lines(prefixes: dict[str, str]) -> Iterator[bytes]:
    return (f"@prefix {name}: <{namespace}> .\n".encode() for name, namespace in prefixes.items())
