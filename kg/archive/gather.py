"""Inputs → ledger: every document of the inputs has its result there, found now or before."""

from __future__ import annotations

import hashlib
import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from kg.archive.ledger import Ledger
from kg.archive.pool import spread
from kg.archive.values import Outcome, Task
from kg.archive.work import deciding, do, key_of, program, timed
from kg.errors import InputError
from kg.logs import log
from kg.output import SHARDS_NAME, results_folder
from kg.read import find_files
from kg.read.source import shown
from kg.report import DocumentReport
from kg.settings import Settings

ONE_EACH = frozenset({".txt", ".html", ".htm", ".mht", ".mhtml", ".pdf", ".docx", ".epub"})
"""Kinds of files that hold one document each: whole files go to the workers, which then also read them. The others
are read here, as they may hold any number."""

WORTH_A_POOL = 24
"""Documents from which on more than one process is worth its start, about three seconds of loading models."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a build stands: ``done`` of ``total`` files are read; ``name`` is what is being worked on."""

    done: int
    total: int
    name: str
    stage: str


Progress = Callable[[Step], None]


Paths = Path | str | Iterable[Path | str]
"""Files and folders, one or several."""


def paths_of(inputs: Paths) -> list[Path]:
    """Each of the files and folders as a ``Path``."""
    return [Path(inputs)] if isinstance(inputs, str | Path) else [Path(path) for path in inputs]


@dataclass(slots=True)
class Gathered:
    """What went wrong on the way, and which sources could not be read whole."""

    errors: list[str] = field(default_factory=list)
    failed: list[DocumentReport] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _File:
    """A file on its way: how many of its documents are out, and what came of them."""

    source: str
    path: str
    name: str
    hash: str | None
    open: int = 1
    whole: bool = True
    keys: list[str] = field(default_factory=list)


def gather(inputs: Sequence[Path], out: Path, settings: Settings, ledger: Ledger, progress: Progress) -> Gathered:
    """Bring the documents of ``inputs`` into the ledger, and enter them there; what lies inside ``out`` is no input.

    The order of the inputs, the number of workers and what the ledger held before change nothing in what it holds in
    the end.
    """
    return _Gathering(settings, ledger, results_folder(out) / SHARDS_NAME, progress).run(inputs, out)


class _Gathering:
    def __init__(self, settings: Settings, ledger: Ledger, shards: Path, progress: Progress) -> None:
        self._settings, self._ledger, self._shards, self._progress = settings, ledger, shards, progress
        self._files: dict[int, _File] = {}
        self._done = self._total = 0
        self._gathered = Gathered()

    def run(self, inputs: Sequence[Path], out: Path) -> Gathered:
        tasks = self._tasks(inputs, out)
        for task, outcome in self._outcomes(tasks):
            self._take(self._files[task.number], task, outcome)
        return self._gathered

    def _outcomes(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Outcome]]:
        if self._settings.engine:
            from kg.archive.engine import spread_over  # an extra, which most installations lack

            return spread_over(tasks, self._settings, self._shards)
        workers = self._settings.workers or os.cpu_count() or 1
        first = deque(islice(tasks, WORTH_A_POOL)) if self._settings.workers == 0 and workers > 1 else deque()
        if workers > 1 and (self._settings.workers or len(first) == WORTH_A_POOL):
            return spread(chain(first, tasks), self._settings, workers)
        return ((task, do(task, self._settings, self._notice)) for task in chain(first, tasks))

    def _notice(self, name: str, stage: str) -> None:
        self._progress(Step(self._done, self._total, name, stage))

    # --- what there is to do -------------------------------------------------------------------------------

    def _tasks(self, inputs: Sequence[Path], out: Path) -> Iterator[Task]:
        inside = [path for path in inputs if _is_inside(path, out)]
        outside = find_files([path for path in inputs if path not in inside])
        files = [*map(_no_input, inside), *(f for f in outside if isinstance(f, InputError) or not _is_inside(f, out))]
        self._total = len(files)
        for number, path in enumerate(files):
            if isinstance(path, InputError):
                self._gathered.errors.append(str(path))
                self._gathered.unread.add(os.path.realpath(path.where))
                self._done += 1
                continue
            file = _File(os.path.realpath(path), shown(path), path.name, self._hash(path))
            self._files[number] = file
            self._progress(Step(self._done, self._total, file.name, "read"))
            yield from self._of_file(number, file, path)
            self._close(number)

    def _of_file(self, number: int, file: _File, path: Path) -> Iterator[Task]:
        known = self._ledger.keys_of_file(file.hash) if file.hash else None
        if known:
            for key in known:
                self._ledger.enter(file.source, key, file.path)
            file.hash = None
        elif path.suffix.lower() in ONE_EACH:
            file.open += 1
            yield Task(number, file.path, path.stem, path)
        else:
            for item, _ in timed(path, self._settings):
                if isinstance(item, InputError):
                    self._take(file, None, Outcome(errors=(str(item),)))
                elif self._ledger.has(key := key_of(item, self._settings)):
                    file.keys.append(key)
                    self._ledger.enter(file.source, key, file.path)
                else:
                    file.open += 1
                    yield Task(number, file.path, item.id, item)

    def _hash(self, path: Path) -> str | None:
        """A hash of all that decides a file's results; None for what is too large or not to be read."""
        try:
            if not path.is_file() or path.stat().st_size > self._settings.max_file_mb * 1_000_000:
                return None
            decides = sorted({**deciding(self._settings), "columns": self._settings.columns}.items())
            whole = hashlib.sha256(f"{program()}\0{decides}\0".encode())
            whole.update(os.fsencode(path.name) + b"\0")
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    whole.update(block)
        except (OSError, ValueError):  # the reader says what is wrong with it
            return None
        return whole.hexdigest()[:40]

    # --- what came of it -----------------------------------------------------------------------------------

    def _take(self, file: _File, task: Task | None, outcome: Outcome) -> None:
        self._gathered.errors.extend(outcome.errors)
        self._gathered.failed.extend(outcome.failed)
        for error in outcome.errors:
            log(logging.ERROR, "input failed", path=file.path, error=error)
        for failed in outcome.failed:
            log(logging.ERROR, "document failed", id=failed.id, path=failed.path, error=failed.error)
        for result in outcome.results:
            report = result.report
            log(logging.DEBUG, "document", id=report.id, path=report.path, seconds=report.seconds, counts=report.counts)
            for warning in report.warnings:
                log(logging.WARNING, "document warning", id=report.id, path=report.path, warning=warning)
            self._ledger.keep(result)
            self._ledger.enter(file.source, result.key, file.path)
            file.keys.append(result.key)
        if not outcome.whole:
            file.whole = False
            self._gathered.unread.add(file.source)
        if task is not None:
            self._progress(Step(self._done, self._total, task.name, "read"))
            self._close(task.number)

    def _close(self, number: int) -> None:
        """One part of a file is done: its reading, or a document of it."""
        file = self._files[number]
        file.open -= 1
        if file.open:
            return
        self._done += 1
        if file.whole and file.hash and file.keys:
            self._ledger.keep_file(file.hash, sorted(set(file.keys)))
        del self._files[number]


def _is_inside(path: Path, out: Path) -> bool:
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(out))
    except (OSError, ValueError):  # a name with a NUL, say: the reader tells what is wrong with it
        return False


def _no_input(path: Path) -> InputError:
    return InputError(shown(path), "lies inside the output folder", "choose another folder with -o")
