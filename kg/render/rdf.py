"""RDF files that can be diffed and read: sorted, with prefixes, the same bytes for the same quads."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from kg.errors import OutputError
from kg.record.vocabulary import PREFIXES, RDF

INSTANCE_KINDS = (
    "document", "organisation", "person", "place", "program", "post", "claim", "evidence", "observation"
)


# pyoxigraph keeps language tags in lower case; RDF compares them without case, but people and some stores do not.
_TAG = re.compile(rb'((?<!\\)(?:\\\\)*"@zh-)(hans|hant)')


def _cased(line: bytes) -> bytes:
    return _TAG.sub(lambda tag: tag[1] + tag[2].title(), line)


def write_nquads(quads: Iterable[Quad], path: Path) -> None:
    """Write canonical N-Quads, one statement a line, the lines sorted by their bytes."""
    lines = sorted({_cased(line) for line in serialize(quads, format=RdfFormat.N_QUADS).splitlines(keepends=True)})
    _write_aside(path, lambda file: file.writelines(lines))


def write_turtle(quads: Iterable[Quad], path: Path, *, base: str) -> None:
    """Write the union of all graphs as Turtle, by subject, each subject's classes first.

    ``base`` is the IRI under which instances live; each kind of instance gets its own prefix (``place:430523``).
    """
    triples = sorted({quad.triple for quad in quads}, key=_readable)
    prefixes = {**PREFIXES, **{kind: f"{base}{kind}/" for kind in INSTANCE_KINDS}}
    lines = _cased(serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes)).splitlines(keepends=True)
    # Prefixes by name, as a reader looks for them; a line that is not indented begins a subject.
    head, body = sorted(lines[: len(prefixes)]), lines[len(prefixes) :]
    spaced = (line if line.startswith(b"\t") else b"\n" + line for line in body)
    _write_aside(path, lambda file: file.writelines((*head, *spaced)))


def _readable(triple: Triple) -> tuple[str, bool, str, str]:
    return triple.subject.value, triple.predicate != RDF.type, triple.predicate.value, str(triple.object)


def _write_aside(path: Path, write: Callable[[BinaryIO], object]) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as file:
            write(file)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        cause = f"cannot be written ({error.strerror or error})"
        raise OutputError(path, cause, "choose a folder with room that you may write to") from error
