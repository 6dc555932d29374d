"""From the ledger to the files of a graph: sorted N-Quads first, of which everything else is made in one pass each.

Nothing here holds more than a few thousand statements, what the division table bounds, and a few bytes a document.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.archive.ledger import Ledger
from kg.archive.work import seen_again, told_again
from kg.contradictions import Contradiction, contradictions
from kg.divisions import divisions
from kg.lines import Sorter, graph_of, lines_of, triples_of
from kg.record.dataset import About, Census, dataset_quads
from kg.record.reference import reference_quads
from kg.record.validate import check
from kg.record.vocabulary import XZ
from kg.render.rdf import nquads_lines, prefixes_under
from kg.render.turtle import write_turtle_of
from kg.report import validation_summary
from kg.resolve.log import resolution_lines

GRAPH_NAME = "graph.nq"
LINES = 20_000
"""Lines that are worked on at a time."""
_CODE, _WITHIN = (f" {term} ".encode() for term in (XZ.divisionCode, XZ.locatedIn))


def write_graph(ledger: Ledger, old: Path | None, staging: Path, about: About, *, base: str) -> int:
    """Write ``graph.nq`` into ``staging``: of ``old`` what stays, and what is new; how many reference statements.

    ``old`` is the published graph of the ledger's old entries; None where there is none.
    """
    work = _work_folder(staging)
    documents = work / "documents.nq"
    gone = ledger.gone()
    dropped = {f"<{iri}>".encode() for iri in (*gone, f"{base}graph/divisions", f"{base}graph/dataset")}
    fresh = Sorter(work, "fresh")
    for lines in ledger.come():
        fresh.extend(lines.splitlines(keepends=True))
    stays = (line for line in lines_of(old) if graph_of(line) not in dropped) if old else iter(())
    with documents.open("wb") as file:
        file.writelines(merge(stays, fresh))
    reference, dataset = told_of_all(lambda: lines_of(documents), about, base=base)
    with (staging / GRAPH_NAME).open("wb") as file:
        file.writelines(merge(lines_of(documents), reference, dataset))
    shutil.rmtree(work)
    return len(reference)


def told_of_all(
    documents: Callable[[], Iterator[bytes]], about: About, *, base: str
) -> tuple[list[bytes], list[bytes]]:
    """The division tree and the description of all documents, as sorted N-Quads; ``documents`` gives theirs, sorted, as
    often as it is asked."""
    reference = nquads_lines(reference_quads(_places(documents(), base), divisions(), base=base))
    census = Census.of(triples_of(merge(documents(), reference)))
    described, lines = dataset_quads(census, about, base=base), list[bytes]()
    while some := nquads_lines(islice(described, LINES)):  # a statement or two for each document
        lines += some
    return reference, sorted(lines)


def write_turtle(graph: Path, path: Path, *, base: str) -> None:
    """Write a sorted graph's triples as Turtle."""
    work = _work_folder(path.parent)
    with path.open("wb") as file:
        write_turtle_of(triples_of(lines_of(graph)), prefixes_under(base), file, work)
    shutil.rmtree(work)


def find_faults(graph: Iterable[bytes], staging: Path) -> dict[str, Any]:
    """What the shapes say against a graph, whose sorted N-Quads these are, as ``report.json`` tells it."""
    work = _work_folder(staging)
    found = validation_summary(check(triples_of(graph), work))
    shutil.rmtree(work)
    return found


def write_resolution(ledger: Ledger, path: Path) -> None:
    """Write the log of every merge in the graph that is being made."""
    work = _work_folder(path.parent)
    rows = Sorter(work, "seen", key=_first_field)
    for seen, _ in ledger.standing():
        rows.extend(zlib.decompress(seen).splitlines(keepends=True))
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        for _, group in groupby(rows, key=_first_field):
            file.writelines(resolution_lines(map(seen_again, group)))
    shutil.rmtree(work)


def find_contradictions(ledger: Ledger, staging: Path) -> tuple[Contradiction, ...]:
    """What the documents of the graph that is being made say against each other."""
    work = _work_folder(staging)
    rows = Sorter(work, "told", key=_first_field)
    for _, told in ledger.standing():
        rows.extend(zlib.decompress(told).splitlines(keepends=True))
    groups = (map(told_again, group) for _, group in groupby(rows, key=_first_field))
    found = tuple(contradiction for group in groups for contradiction in contradictions(group))
    shutil.rmtree(work)
    return found


# --- lines -------------------------------------------------------------------------------------------------


def _places(lines: Iterable[bytes], base: str) -> Iterator[ox.Quad]:
    """What documents say of the codes of divisions and of where these lie."""
    divisions = f"<{base}place/".encode()
    told = (line for line in lines if line.startswith(divisions) and (_CODE in line or _WITHIN in line))
    while some := b"".join(islice(told, LINES)):
        yield from ox.parse(some, ox.RdfFormat.N_QUADS)


def _first_field(line: bytes) -> bytes:
    return line[: line.index(b"\t")]


def _work_folder(staging: Path) -> Path:
    folder = staging / "work"
    folder.mkdir()
    return folder
