"""Holds a graph against ``ontology/shapes.ttl`` (SHACL Core) and says in both languages what is wrong with it.

The engine is rudof: on the same 100,000 triples it takes a third of pyshacl's time. It leaves the shapes'
messages out for some constraints, so messages are read from the shapes file, by the shape that failed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Literal

import pyoxigraph as ox
import pyrudof

from kg.record.vocabulary import RDF, ontology_path

Severity = Literal["Violation", "Warning", "Info"]

SEVERITIES: tuple[Severity, ...] = ("Violation", "Warning", "Info")
"""Worst first; what each means is said at the head of ``ontology/shapes.ttl``."""

BATCH = 1_000
"""Nodes checked at a time. The engine needs about 12 kB for each triple: this bounds what a large graph takes."""

_MESSAGE = ox.NamedNode("http://www.w3.org/ns/shacl#message")


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that a graph lacks or has wrong.

    ``focus`` is the node, ``path`` the property (empty where the node itself is wrong), ``value`` the wrong
    value (empty where one is missing), ``shape`` the IRI of the shape that says so. IRIs stand bare.
    """

    severity: Severity
    focus: str
    path: str
    value: str
    message_zh: str
    message_en: str
    shape: str


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What was found, worst first, then by shape and node; the same graph gives the same report."""

    results: tuple[Result, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether nothing is a violation. (SHACL 1.0 would count warnings too; here they only inform.)"""
        return not self.count("Violation")

    def count(self, severity: Severity) -> int:
        """How many results have this severity."""
        return sum(result.severity == severity for result in self.results)


def validate(
    store: ox.Store, *, batch: int = BATCH, subjects: Iterable[ox.NamedNode | ox.BlankNode] | None = None
) -> ValidationReport:
    """Check all graphs of a store, taken together, against the shapes; ``batch`` nodes at a time.

    ``subjects`` are the nodes to check, each once; by default all that the store tells of, sorted in memory.

    >>> validate(ox.Store()).conforms
    True
    """
    results = {result for nodes in _batches(store, subjects, batch) for result in _check(store, nodes)}
    return ValidationReport(tuple(sorted(results, key=_order)))


def _batches(
    store: ox.Store, subjects: Iterable[ox.NamedNode | ox.BlankNode] | None, size: int
) -> Iterator[set[ox.NamedNode | ox.BlankNode]]:
    waiting = iter(sorted({quad.subject for quad in store}, key=str) if subjects is None else subjects)
    while some := set(islice(waiting, size)):
        yield some


def _check(store: ox.Store, nodes: set[ox.NamedNode | ox.BlankNode]) -> Iterator[Result]:
    """What is wrong with these nodes. No shape looks beyond a node's statements and the classes of their objects,
    so those are all that the engine needs; what it then says about the objects is another batch's to say."""
    own = {quad.triple for node in nodes for quad in store.quads_for_pattern(node, None, None, None)}
    others = {triple.object for triple in own if isinstance(triple.object, ox.NamedNode | ox.BlankNode)} - nodes
    classes = {quad.triple for node in others for quad in store.quads_for_pattern(node, RDF.type, None, None)}
    elsewhere = {node.value for node in others}
    return (_result(entry) for entry in _run(own | classes) if entry.focus_node not in elsewhere)


def _run(triples: Iterable[ox.Triple]) -> list[pyrudof.ShaclValidationEntry]:
    engine = pyrudof.Rudof(pyrudof.RudofConfig())
    engine.read_shacl(ontology_path("shapes.ttl"), reader_mode=pyrudof.ReaderMode.Strict)
    with tempfile.TemporaryDirectory(prefix="xianzhi-") as folder:
        data = Path(folder) / "data.nt"
        ox.serialize(triples, data, format=ox.RdfFormat.N_TRIPLES)
        # Strict, because a lax reader drops what it cannot read and then finds no fault with the rest.
        engine.read_data(data, format=pyrudof.RDFFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
    return list(engine.validate_shacl())


def _result(entry: pyrudof.ShaclValidationEntry) -> Result:
    shape = entry.source_shape or ""
    messages = _messages().get(shape, {})
    return Result(
        severity=_severity(entry.severity),
        focus=entry.focus_node,
        path=entry.path or "",
        value=entry.value or "",
        message_zh=messages.get("zh-hans", ""),
        message_en=messages.get("en", ""),
        shape=shape,
    )


def _severity(name: str) -> Severity:
    return next(severity for severity in SEVERITIES if severity == name)


def _order(result: Result) -> tuple[int, str, str, str, str]:
    return SEVERITIES.index(result.severity), result.shape, result.focus, result.path, result.value


@cache
def _messages() -> Mapping[str, Mapping[str, str]]:
    """Shape IRI to language to message. Languages are lower case, as pyoxigraph gives them."""
    messages: dict[str, dict[str, str]] = {}
    for quad in ox.parse(path=ontology_path("shapes.ttl"), format=ox.RdfFormat.TURTLE):
        if quad.predicate == _MESSAGE:
            messages.setdefault(quad.subject.value, {})[quad.object.language] = quad.object.value
    return messages
