"""Changing a built graph: documents come and go, and it is the graph of one build of what it then holds.

A document is known by its content, so that one that is added twice stands once; one that two files hold stays as long
as one of them does. The settings of the graph stay those that it was built with.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kg.archive.gather import Gathered, Paths, Progress, paths_of
from kg.archive.ledger import Entry
from kg.archive.manifest import Head, read_entries, read_head
from kg.archive.work import program
from kg.building import Run, quiet, work_on
from kg.errors import InputError, OutputError
from kg.output import GRAPH_FILES, MANIFEST_NAME
from kg.record.store import SHARDS_NAME
from kg.report import Report
from kg.settings import Settings

__all__ = ["add", "remove", "update"]


def add(inputs: Paths, out: Path | str, settings: Settings | None = None, *, progress: Progress = quiet) -> Report:
    """Add the documents in ``inputs``, files and folders, to the graph in ``out``.

    What ``settings`` says of the run counts (workers, limits), of the graph what it was built with. Raises
    ``OutputError`` where ``out`` holds no graph, one of another version of this program, or is being written to.
    """
    with _changing(Path(out), settings or Settings(), progress) as change:
        return change.publish(change.run.gather(paths_of(inputs)))


def update(inputs: Paths, out: Path | str, settings: Settings | None = None, *, progress: Progress = quiet) -> Report:
    """Have the graph in ``out`` hold of ``inputs`` what is there now: new and changed documents come, and those go
    that a file in ``inputs`` held when it was read last and holds no more. Whatever came from elsewhere stays.

    A file that cannot be read keeps what it had, and so does an input that does not exist: ``remove`` takes it out.
    Raises as ``add`` does.
    """
    with _changing(Path(out), settings or Settings(), progress) as change:
        roots = [Path(os.path.realpath(path)) for path in paths_of(inputs)]
        change.run.ledger.leave_sources(e.source for e in change.old if _is_under(e.source, roots))
        gathered = change.run.gather(paths_of(inputs))
        unread = [Path(source) for source in gathered.unread]
        change.run.ledger.begin_with(e for e in change.old if _is_under(e.source, unread))
        return change.publish(gathered)


def remove(
    names: str | Iterable[str], out: Path | str, settings: Settings | None = None, *, progress: Progress = quiet
) -> Report:
    """Take documents out of the graph in ``out``: each of ``names`` is an id, an IRI, a file or a folder.

    A file or folder takes with it what was read from it, and what another file holds too stays. A name that fits none
    is an error in the report, and the others are taken out. Raises as ``add`` does.
    """
    with _changing(Path(out), settings or Settings(), progress) as change:
        gathered = Gathered()
        for name in [names] if isinstance(names, str) else names:
            if not change.take_out(name):
                remedy = "see documents.jsonl in the output folder for those that it holds"
                gathered.errors.append(str(InputError(name, "is no document of this graph", remedy)))
        return change.publish(gathered)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of a published graph: ``old`` are its entries."""

    run: Run
    old: tuple[Entry, ...]

    def take_out(self, name: str) -> int:
        """Take out what ``name`` fits; how many entries that were."""
        root = [Path(os.path.realpath(name))]
        fits: tuple[Callable[[Entry], bool], ...] = (
            lambda e: name == e.document,
            lambda e: name == e.id,
            lambda e: name == e.path or _is_under(e.source, root),
        )
        found = next((some for fit in fits if (some := [e for e in self.old if fit(e)])), [])
        self.run.ledger.leave(found)
        return len(found)

    def publish(self, gathered: Gathered) -> Report:
        """Publish the changed graph; one that did not change stays as it is."""
        run = self.run
        if missing := run.ledger.missing():
            raise OutputError(run.out, f"lacks the results of {missing} documents", "build it again")
        if not run.ledger.is_changed():
            return run.report(gathered)
        return run.publish(gathered, run.out / GRAPH_FILES[0])


@contextmanager
def _changing(out: Path, settings: Settings, progress: Progress) -> Iterator[_Change]:
    read_head(out / MANIFEST_NAME)  # before anything is made in a folder that holds no graph
    with work_on(out) as (staging, ledger):
        head = read_head(out / MANIFEST_NAME)
        if head.program != program():
            raise OutputError(out, "was built by another version of this program", "build it again")
        entries = tuple(read_entries(out / MANIFEST_NAME))
        if (out / SHARDS_NAME).is_dir():
            raise OutputError(out, "holds shards, which are not changed", "build it again")
        ledger.begin_with(entries, published=True)
        yield _Change(Run(out, staging, ledger, _of_graph(settings, head), progress), entries)


def _of_graph(settings: Settings, head: Head) -> Settings:
    return replace(settings, **head.settings)


def _is_under(source: str, roots: Sequence[Path]) -> bool:
    return any(Path(source).is_relative_to(root) for root in roots)
