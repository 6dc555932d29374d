"""Many processes, one document at a time in each: one that dies or hangs costs its document and nothing else.

Each process is a ``ProcessPoolExecutor`` of one worker, so that a broken pool says which document broke it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress

from kg.archive.values import Outcome, Task
from kg.archive.work import do, too_long
from kg.errors import XianzhiError
from kg.logs import log
from kg.memory import settle
from kg.model import Document
from kg.recognise.choice import choose
from kg.report import DocumentReport, internal_error
from kg.settings import Settings

START_SECONDS = 300.0
"""The longest that a worker may take to load its models."""

GRACE_SECONDS = 5.0
"""A worker stops a document by itself when its time is over; one that cannot is ended after so much longer."""

TRIES = 2
"""A document whose worker died is tried once more: the system may have ended the worker for another's memory."""


def spread(tasks: Iterable[Task], settings: Settings, workers: int) -> Iterator[tuple[Task, Outcome]]:
    """Do ``tasks`` in ``workers`` processes; what is done comes first. No more tasks are taken than are worked on.

    Raises ``XianzhiError`` where no worker can be started.
    """
    lanes = [Lane(settings) for _ in range(workers)]
    try:
        yield from drive(tasks, lanes)
    finally:
        for lane in lanes:
            lane.end()


def drive(tasks: Iterable[Task], lanes: Sequence[Lane]) -> Iterator[tuple[Task, Outcome]]:
    """Do ``tasks`` in lanes that are free, and are free again at the end; their owner ends them."""
    waiting = iter(tasks)
    while True:
        for lane in lanes:
            if lane.task is None and (task := next(waiting, None)):
                lane.give(task)
        busy = [lane for lane in lanes if lane.task]
        if not busy:
            return
        wait([lane.future for lane in busy if lane.future], timeout=0.5, return_when=FIRST_COMPLETED)
        for lane in busy:
            task = lane.task
            if task and (outcome := lane.outcome()):
                yield task, outcome


class Lane:
    """One process and what it is doing; the process is started with its first task, and again after its death."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._executor: ProcessPoolExecutor | None = None
        self._started: Future[int] | None = None
        self._deadline: float | None = None
        self._tries = 0
        self.task: Task | None = None
        self.future: Future[Outcome] | None = None

    def give(self, task: Task) -> None:
        """Begin ``task``."""
        self.task, self._tries = task, 0
        self._submit()

    def outcome(self) -> Outcome | None:
        """What the task came to; None while it is being worked on."""
        assert self.task and self.future and self._started
        if self.future.done():
            try:
                outcome = self.future.result()
            except BrokenProcessPool:
                return self._died()
            except Exception as error:  # what came back could not be read, say
                fault = internal_error(self.task.name, error)
                return self._set_aside(fault.cause, fault.remedy)
            self.task = None
            return outcome
        if self._started.done() and self._deadline is None:
            self._deadline = time.monotonic() + self._settings.document_seconds * _parts(self.task) + GRACE_SECONDS
        if self._deadline is not None and time.monotonic() > self._deadline:
            return self._set_aside(*too_long(self._settings))
        return None

    def end(self) -> None:
        """End the process, at once where it is at work."""
        if self._executor is None:
            return
        if self.task and self._started and self._started.done() and not self._started.exception():
            with suppress(ProcessLookupError):
                os.kill(self._started.result(), signal.SIGKILL)
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = None

    def _submit(self) -> None:
        assert self.task
        if self._executor is None:
            self._executor = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
            self._started = self._executor.submit(_begin, self._settings)
        self._deadline = None
        self._tries += 1
        self.future = self._executor.submit(do, self.task, self._settings)

    def _died(self) -> Outcome | None:
        assert self._started
        if self._started.exception() is not None:
            cause = f"cannot be started ({_one_line(self._started.exception())})"
            remedy = 'call build under if __name__ == "__main__":, or with workers = 1'
            raise XianzhiError("workers", cause, remedy)
        log(logging.WARNING, "worker died", document=self.task.name if self.task else "", tries=self._tries)
        if self._tries < TRIES:
            self._restart()
            self._submit()
            return None
        return self._set_aside("ended the process that worked on it", "leave it out, and please report it")

    def _set_aside(self, cause: str, remedy: str) -> Outcome:
        assert self.task
        task = self.task
        self._restart()
        self.task = None
        id, path = (task.item.id, task.item.path) if isinstance(task.item, Document) else (task.name, task.source)
        return Outcome(failed=(DocumentReport(id, path, error=str(XianzhiError(path or id, cause, remedy))),))

    def _restart(self) -> None:
        self.end()
        self._executor = None


def _parts(task: Task) -> int:
    """How many times its seconds a task may take: a file is read and then worked on."""
    return 1 if isinstance(task.item, Document) else 2


def _begin(settings: Settings) -> int:
    """In a new worker: load the models, and end with the process that started it."""
    parent = multiprocessing.parent_process()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends us
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    choose(settings.recogniser, settings.recogniser_labels, settings.segmentation)
    settle()
    return os.getpid()


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:200]
