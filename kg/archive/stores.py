"""The embedded store of a sorted graph: made whole, or from another's by the difference of the two graphs."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.lines import difference, lines_of, triples_of
from kg.output import share

LOADED = 60_000
"""Statements loaded at a time: the loader keeps them in memory."""

CHANGED = 20_000
"""Statements put in or taken out in one transaction."""


def load_store(path: Path, graph: Path) -> ox.Store:
    """A new store in the folder ``path`` that holds the graph in the file of sorted N-Quads, left open for reading on.

    Its default graph holds every triple of the named graphs once. Questions go there: Oxigraph's own union of
    graphs gives a triple as often as it stands in one, and sums and counts come out too high.
    """
    store = ox.Store(str(path))
    # Lenient, since pyoxigraph itself wrote these lines: no term is looked at twice.
    for some in _some(lines_of(graph)):
        store.bulk_load(some, ox.RdfFormat.N_QUADS, lenient=True)
    for some in _some(triples_of(lines_of(graph))):
        store.bulk_load(some, ox.RdfFormat.N_TRIPLES, lenient=True)
    store.flush()
    return store


def change_store(path: Path, published: Path, old: Path, new: Path) -> ox.Store:
    """A store in ``path`` that holds the graph ``new``: ``published``, which holds ``old``, with the difference.

    What does not change is not written again: a store never writes a file twice, so that two may share it.
    """
    _share(published, path)
    store = ox.Store(str(path))
    _change(store, difference(lines_of(old), lines_of(new)), ox.RdfFormat.N_QUADS)
    _change(store, difference(triples_of(lines_of(old)), triples_of(lines_of(new))), ox.RdfFormat.N_TRIPLES)
    store.flush()
    return store


def _change(store: ox.Store, changes: Iterable[tuple[bool, bytes]], format: ox.RdfFormat) -> None:
    waiting = iter(changes)
    while some := list(islice(waiting, CHANGED)):
        for quad in ox.parse(b"".join(line for is_new, line in some if not is_new), format):
            store.remove(quad)
        store.extend(ox.parse(b"".join(line for is_new, line in some if is_new), format))


def _share(published: Path, path: Path) -> None:
    path.mkdir()
    for file in published.iterdir():
        if file.name == "LOCK":
            continue
        copy = share if file.suffix == ".sst" else shutil.copyfile
        copy(file, path / file.name)


def _some(lines: Iterable[bytes]) -> Iterator[io.BytesIO]:
    waiting = iter(lines)
    while (some := io.BytesIO(next(waiting, b""))).getbuffer().nbytes:
        some.seek(0, io.SEEK_END)
        some.writelines(islice(waiting, LOADED - 1))  # not joined: the lines themselves take twice their bytes
        some.seek(0)
        yield some
