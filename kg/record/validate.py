"""Holds a graph against ``ontology/shapes.ttl`` (SHACL Core) and says in both languages what is wrong with it.

One pass over the sorted graph looks at each node's own statements. Of what class a value must be is told by statements
elsewhere: such demands are sorted by value and held against the classes in that order, so that a graph of any size
needs the memory of one node.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, groupby
from pathlib import Path

import pyoxigraph as ox

from kg.lines import Sorter, lines_of, once
from kg.record.shapes import SEVERITIES, TYPE, Severity, Shape, Shapes, shapes

__all__ = ["SEVERITIES", "Result", "Severity", "ValidationReport", "check", "order", "validate"]

_HELD = 4_096
"""Kinds of nodes, by classes and properties, of which the shapes are kept: most nodes are of a dozen."""
_XSD = b"^^<http://www.w3.org/2001/XMLSchema#"


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


def validate(store: ox.Store) -> ValidationReport:
    """Check all graphs of a store, taken together, against the shapes.

    >>> validate(ox.Store()).conforms
    True
    """
    with tempfile.TemporaryDirectory(prefix="xianzhi-") as folder:
        work, dump = Path(folder), Path(folder) / "dump"
        lines = Sorter(work, "lines")
        for graph in (ox.DefaultGraph(), *store.named_graphs()):
            store.dump(dump, ox.RdfFormat.N_TRIPLES, from_graph=graph)
            lines.extend(lines_of(dump))
        return ValidationReport(tuple(sorted(check(once(lines), work), key=order)))


def check(triples: Iterable[bytes], work: Path) -> Iterator[Result]:
    """What is wrong with a graph, each result once, in no order: ``triples`` are sorted lines of N-Triples, each once.

    ``work`` is a folder for files that grow with the graph; its owner removes them.
    """
    told = shapes()
    held = lru_cache(_HELD)(partial(_held, told))
    demands, classes = Sorter(work, "demands"), work / "classes"
    with classes.open("wb") as typed:
        for subject, statements in _nodes(triples):
            types, asked = tuple(statements.get(TYPE, ())), list[bytes]()
            if types:
                typed.write(b"%b %b\n" % (subject, b" ".join(types)))
            for number, shape in held(types, tuple(statements)):
                values = statements.get(shape.path, ()) if shape.path else (subject,)
                wrong = {value for test in shape.tests for value in test(values, statements)}
                if shape.classes:
                    wrong.update(value for value in values if value.startswith(b'"'))
                    asked += [b"%b %d %b\n" % (value, number, subject) for value in values if value not in wrong]
                for value in wrong:
                    yield _result(shape, subject, value)
            if asked:
                demands.extend(asked)
    yield from _of_other_classes(told, demands, lines_of(classes))


def _nodes(triples: Iterable[bytes]) -> Iterator[tuple[bytes, dict[bytes, list[bytes]]]]:
    """Each node with its statements."""
    last, statements = b"", dict[bytes, list[bytes]]()
    for line in triples:
        subject, predicate, object = line.split(b" ", 2)
        if subject != last:
            if statements:
                yield last, statements
            last, statements = subject, {}
        if predicate in statements:
            statements[predicate].append(object[:-3])
        else:
            statements[predicate] = [object[:-3]]
    if statements:
        yield last, statements


def _held(told: Shapes, types: tuple[bytes, ...], predicates: tuple[bytes, ...]) -> tuple[tuple[int, Shape], ...]:
    """The shapes that a node is held to, each once, with their numbers."""
    by_class = (told.of_class.get(type, ()) for type in types)
    by_predicate = (told.of_predicate.get(predicate, ()) for predicate in predicates)
    numbers = dict.fromkeys(chain.from_iterable((*by_class, *by_predicate)))
    return tuple((number, told.shapes[number]) for number in numbers)


def _of_other_classes(told: Shapes, demands: Iterable[bytes], classes: Iterator[bytes]) -> Iterator[Result]:
    """The demands that are not met: lines of value, number of the shape, and node; both streams are sorted."""
    line = next(classes, b"")
    for value, asked in groupby(demands, key=_first):
        while line and _first(line) < value:
            line = next(classes, b"")
        types = line.split()[1:] if line and _first(line) == value else ()
        for demand in asked:
            _, number, subject = demand.split()
            shape = told.shapes[int(number)]
            if shape.classes.isdisjoint(types):
                yield _result(shape, subject, value[:-1])


def _first(line: bytes) -> bytes:
    """The first term of a line with the space after it, which is less than all that an IRI holds."""
    return line[: line.index(b" ") + 1]


def _result(shape: Shape, subject: bytes, value: bytes) -> Result:
    told = (shape.message_zh, shape.message_en, shape.iri)
    return Result(shape.severity, _bare(subject), _bare(shape.path or b""), _bare(value), *told)


def _bare(term: bytes) -> str:
    if term.startswith(b"<"):
        return term[1:-1].decode()
    if term.endswith(b">"):
        return term[:-1].replace(_XSD, b"^^xsd:").decode()
    return term.decode()


def order(result: Result) -> tuple[int, str, str, str, str]:
    """The place of a result in a report: the worst first, then by shape, node, path and value."""
    return SEVERITIES.index(result.severity), result.shape, result.focus, result.path, result.value
