"""Processes that read the store, so that a query can be ended: one that is running cannot be told to stop.

Each worker opens the store to read and does one job at a time. One that takes too long, or more memory than it may, is
killed, and another takes its place.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

MEMORY = 4 * 1024**3
"""Bytes of address space that a worker may have; a sort of millions of rows ends there and not in a dead machine."""


class JobTimeout(Exception):
    """A job took longer than it may."""


class JobDied(Exception):
    """A worker ended in the middle of a job, most likely for want of memory."""


class Busy(Exception):
    """No worker was free in time."""


class Workers:
    """``count`` workers over the graph in the output folder ``out``; a job may take ``timeout`` seconds."""

    def __init__(self, out: Path, *, count: int, timeout: float) -> None:
        self._timeout = timeout
        self._all = [_Worker(out) for _ in range(count)]
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._all:
            self._idle.put_nowait(worker)

    async def run(self, job: Callable[[Any], Any]) -> Any:
        """What ``job`` gives when a worker calls it with its store. Raises ``Busy``, ``JobTimeout``, ``JobDied``."""
        try:
            worker = await asyncio.wait_for(self._idle.get(), self._timeout)
        except TimeoutError as error:
            raise Busy from error
        # Shielded: when a client goes away the worker is still busy, and is idle only after that.
        return await asyncio.shield(asyncio.create_task(self._run(worker, job)))

    async def _run(self, worker: _Worker, job: Callable[[Any], Any]) -> Any:
        try:
            return await asyncio.to_thread(worker.run, job, self._timeout)
        finally:
            self._idle.put_nowait(worker)

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        for worker in self._all:
            worker.stop()


class _Worker:
    """One process and the pipe to it; the process is started with the first job, and again after its end."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()

    def run(self, job: Callable[[Any], Any], timeout: float) -> Any:
        with self._lock:
            pipe = self._start()
        end = time.monotonic() + timeout
        try:
            pipe.send(job)
            if not pipe.poll(max(end - time.monotonic(), 0)):
                raise JobTimeout
            return pipe.recv()
        except (EOFError, OSError) as error:
            self.stop()
            raise JobDied from error
        except JobTimeout:
            self.stop()
            raise

    def stop(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.join()
            if self._pipe is not None:
                self._pipe.close()
            self._process = self._pipe = None

    def _start(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_work, args=(theirs, self._out), daemon=True)
            self._process.start()
            theirs.close()
            self._pipe.recv()  # it has opened the store: a job's time begins after that
        return self._pipe


def _work(pipe: Connection, out: Path) -> None:
    """A worker's whole life: open the store, then job after job until the other end is gone."""
    from kg.record.store import open_store

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    store = open_store(out)
    pipe.send("ready")
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        pipe.send(job(store))
