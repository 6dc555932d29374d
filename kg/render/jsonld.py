"""JSON-LD with a context that a person can read: a node object a line, the nodes of a document in its named graph."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, BinaryIO

from pyoxigraph import Literal, NamedNode, Store, Triple

from kg.record.vocabulary import RDF, XSD
from kg.render.rdf import base_of, prefixes_under, readable

_LOCAL = re.compile(r"[\w-]+", re.ASCII)


def write_jsonld(store: Store, file: BinaryIO) -> None:
    """All named graphs, each with its nodes by IRI."""
    prefixes = prefixes_under(base_of(store))
    graphs = sorted(store.named_graphs(), key=lambda node: node.value)
    file.write(f'{{"@context": {_json(prefixes)},\n"@graph": ['.encode())
    for number, graph in enumerate(graphs):
        triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
        name = _json(compact(graph.value, prefixes))
        file.write(f'{"," if number else ""}\n{{"@id": {name}, "@graph": ['.encode())
        for position, node in enumerate(node_objects(triples, prefixes)):
            file.write(f"{',' if position else ''}\n{_json(node)}".encode())
        file.write(b"]}")
    file.write(b"]}\n")


def node_objects(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The subjects of ``triples`` as JSON-LD node objects, by IRI, with all IRIs as short as ``prefixes`` make them."""
    for subject, own in groupby(sorted(triples, key=readable), key=lambda triple: triple.subject):
        node: dict[str, Any] = {"@id": compact(subject.value, prefixes)}
        for predicate, some in groupby(own, key=lambda triple: triple.predicate):
            if predicate == RDF.type:
                values: list[Any] = [compact(triple.object.value, prefixes) for triple in some]
                node["@type"] = values
            else:
                values = [_value(triple.object, prefixes) for triple in some]
                node[compact(predicate.value, prefixes)] = values[0] if len(values) == 1 else values
        yield node


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """``iri`` by its prefix where one fits.

    >>> compact("https://schema.org/Place", {"schema": "https://schema.org/"})
    'schema:Place'
    """
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _value(term: NamedNode | Literal, prefixes: Mapping[str, str]) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"@id": compact(term.value, prefixes)}
    if term.language:
        language, _, script = term.language.partition("-")
        return {"@value": term.value, "@language": f"{language}-{script.title()}" if script else language}
    if term.datatype == XSD.string:
        return {"@value": term.value}
    return {"@value": term.value, "@type": compact(term.datatype.value, prefixes)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
