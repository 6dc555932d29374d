"""The load itself: graph by graph in chunks, so that it can be broken off, taken up again, and done twice.

Each named graph is replaced by what the build holds. A default graph that is no union gets every triple once, as the
embedded store has it, and is only added to: it may hold what others put there. What is done is noted in a journal
beside the graph until all is done; at the end the store says how much it holds.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import LoadError
from kg.load.client import Client
from kg.record.store import open_store

CHUNK = 10_000
"""Statements in one request, about two megabytes."""

DEFAULT = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a load stands: ``done`` of ``total`` statements are in the store."""

    done: int
    total: int


def load(
    out: Path,
    url: str,
    type: str = "sparql",
    login: tuple[str, str] | None = None,
    *,
    progress: Callable[[Step], None] = lambda step: None,
    chunk: int = CHUNK,
) -> int:
    """Load the graph in the output folder ``out`` into the store at ``url``, of a ``type`` of ``STORES``.

    Gives the number of statements in its named graphs. A load that was broken off goes on where it was. Raises
    ``QueryError`` for a folder without a graph, ``SettingsError`` for an unusable address, and ``LoadError`` where the
    store cannot be reached, refuses, or does not hold all statements at the end.
    """
    store = open_store(out)
    journal = _Journal.of(out, url)
    with Client(url, type, login) as client:
        client.check()
        graphs = sorted(graph.value for graph in store.named_graphs())
        sizes = {graph: _size(store, graph) for graph in graphs}
        default = 0 if client.type.is_union else _size(store, DEFAULT)
        total, done = sum(sizes.values()) + default, 0
        for graph in graphs if client.type.is_union else (*graphs, DEFAULT):
            for number, triples in enumerate(_chunks(store, graph, chunk)):
                if not journal.holds(graph, number):
                    send = client.replace if graph and number == 0 else client.add
                    send(graph, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
                    journal.note(graph, number)
                done += len(triples)
                progress(Step(done, total))
        journal.close()
        _check(client, sizes, default)
    return sum(sizes.values())


def _check(client: Client, sizes: dict[str, int], default: int) -> None:
    held = dict(client.counts(sizes))
    wrong = [graph for graph, size in sizes.items() if held[graph] != size]
    remedy = "load it again; if it stays so, see the store's own log"
    if wrong:
        cause = f"of the graph {wrong[0]} it holds {held[wrong[0]]} statements and not {sizes[wrong[0]]}"
        raise LoadError(client.url, cause, remedy)
    if default and (found := client.default_count()) < default:
        raise LoadError(client.url, f"its default graph holds {found} statements and not {default}", remedy)


def _node(graph: str) -> ox.NamedNode | ox.DefaultGraph:
    return ox.NamedNode(graph) if graph else ox.DefaultGraph()


def _size(store: ox.Store, graph: str) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, _node(graph)))


def _chunks(store: ox.Store, graph: str, size: int) -> Iterator[list[ox.Triple]]:
    triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, _node(graph)))
    while some := list(islice(triples, size)):
        yield some


class _Journal:
    """The chunks that a store has taken, a line each, for the build and the address that it begins with.

    Where the file cannot be kept, a load that is broken off begins again: that costs time, never a statement.
    """

    def __init__(self, path: Path, head: str) -> None:
        self._path = path
        self._done: set[str] = set()
        with suppress(OSError, UnicodeDecodeError):
            first, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
            self._done = set(lines) if first == head else set()
        if not self._done:
            self._write(head, mode="w")

    @classmethod
    def of(cls, out: Path, url: str) -> _Journal:
        try:
            with (out / "graph.nq").open("rb") as file:
                build = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:  # taken away: nothing says which build this is, so no former load is gone on with
            build = secrets.token_hex()
        name = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return cls(out / f".loading-{name}", build)

    def holds(self, graph: str, number: int) -> bool:
        return f"{number} {graph}" in self._done

    def note(self, graph: str, number: int) -> None:
        self._write(f"{number} {graph}", mode="a")

    def close(self) -> None:
        """All is sent: should the store turn out to have lost some, it is to get everything again."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _write(self, line: str, *, mode: str) -> None:
        with suppress(OSError), self._path.open(mode, encoding="utf-8") as file:
            file.write(f"{line}\n")
