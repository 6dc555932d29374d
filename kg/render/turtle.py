"""Turtle from sorted lines of N-Triples: prefixes, a subject at a time, an empty line before each.

Lines are cut and joined as bytes, which is faster than to read them into terms and write those. What needs more than
that (an escape, a blank node, a local name with signs in it) goes through pyoxigraph, a subject at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat, parse, serialize

from kg.lines import Sorter
from kg.render.tags import cased

_REMEMBERED = 20_000
"""Terms whose written form is kept."""

_XSD = b"http://www.w3.org/2001/XMLSchema#"
_LOCAL = re.compile(rb"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*").fullmatch
_BARE = {
    _XSD + b"integer": re.compile(rb"[+-]?[0-9]+").fullmatch,
    _XSD + b"decimal": re.compile(rb"[+-]?[0-9]*\.[0-9]+").fullmatch,
    _XSD + b"boolean": re.compile(rb"true|false").fullmatch,
}
_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def write_turtle_of(triples: Iterable[bytes], prefixes: Mapping[str, str], file: BinaryIO, work: Path) -> None:
    """Turtle of sorted lines of N-Triples, each once: by subject, its classes first, then by property and value.

    ``work`` is a folder for files that grow with the graph; its owner removes them.
    """
    file.writelines(f"@prefix {name}: <{namespace}> .\n".encode() for name, namespace in prefixes.items())
    # Subjects come in the order of their lines, in which an IRI stands after some of those that it begins.
    subjects = Sorter(work, "subjects")
    subjects.extend(_subjects(triples, prefixes))
    for subject in subjects:
        file.write(subject[subject.index(b"\x01") + 1 : -1].replace(b"\0", b"\n"))


def _subjects(triples: Iterable[bytes], prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """For each subject a line: its IRI, and what it says as Turtle, in which NUL stands for a line end."""
    names = _Names(prefixes)
    lines: list[bytes] = []
    subject = b"\n"
    for line in triples:
        if not line.startswith(subject):
            if lines:
                yield _record(subject, lines, names, prefixes)
            subject, lines = line[: line.index(b" ") + 1], []
        lines.append(line)
    if lines:
        yield _record(subject, lines, names, prefixes)


def _record(subject: bytes, lines: list[bytes], names: _Names, prefixes: Mapping[str, str]) -> bytes:
    try:
        written = _written(subject, lines, names)
    except _Unusual:
        lines.sort(key=lambda line: not line.startswith(_TYPE, len(subject)))
        triples = parse(b"".join(lines), RdfFormat.N_TRIPLES)
        whole = cased(serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(prefixes)))
        body = (line for line in whole.splitlines(keepends=True)[len(prefixes) :] if line.strip())
        written = (b"\n" + b"".join(body)).replace(b"\n", b"\0")
    return b"%b\x01%b\n" % (subject.strip(b"<> "), written)


def _written(subject: bytes, lines: list[bytes], names: _Names) -> bytes:
    """What a subject, given with the space after it, says. Raises ``_Unusual`` where that is pyoxigraph's to write."""
    begin, last = len(subject), b""
    types: list[bytes] = []
    rest: list[bytes] = []
    for line in lines:
        at = line.index(b" ", begin)
        predicate, object = line[begin:at], line[at + 1 : -3]
        if object[0] != 0x22 or object[-1] == 0x3E:
            object = names[object]
        elif b"\\" in object:
            raise _Unusual
        if predicate == _TYPE:
            types.append(object)
        elif predicate == last:
            rest[-1] += b" , " + object
        else:
            rest.append(names[predicate] + b" " + object)
            last = predicate
    if types:
        rest.insert(0, b"a " + b" , ".join(types))
    return b"\0%b %b .\0" % (names[subject[:-1]], b" ;\0\t".join(rest))


class _Unusual(Exception):
    """A term that is pyoxigraph's to write."""


class _Names(dict[bytes, bytes]):
    """IRIs with their prefix where they have one, and typed literals, as Turtle has them."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = {namespace.encode(): name.encode() + b":" for name, namespace in prefixes.items()}

    def __missing__(self, term: bytes) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        name = self[term] = self._iri(term) if term[0] == 0x3C else self._literal(term)
        return name

    def _iri(self, iri: bytes) -> bytes:
        at = max(iri.rfind(b"/"), iri.rfind(b"#")) + 1
        prefix, local = self._prefixes.get(iri[1:at]), iri[at:-1]
        if prefix is None:
            return iri
        if not local.isalnum() and not _LOCAL(local):
            raise _Unusual
        return prefix + local

    def _literal(self, literal: bytes) -> bytes:
        text, mark, datatype = literal.rpartition(b'"^^<')
        if not mark or b"\\" in text:
            raise _Unusual
        bare = _BARE.get(datatype[:-1])
        if bare and bare(text, 1):
            return text[1:]
        return b'%b"^^%b' % (text, self[b"<" + datatype])
