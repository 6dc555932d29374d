"""The log of a run, for programs that watch it: lines on the standard error, or JSON lines in a file.

Nothing is logged unless it is asked for: what a person needs to know the command says itself.
"""

from __future__ import annotations

import datetime
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import OutputError

LOG = logging.getLogger("kg")
LEVELS = ("debug", "info", "warning", "error")


class _Json(logging.Formatter):
    """A record as one line of JSON: time, level, event, and what the event carries."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        told = {"time": time, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps({**told, **getattr(record, "data", {})}, ensure_ascii=False, default=str)


class _Lines(logging.Formatter):
    """A record as one line for people; nothing in it commands a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        from kg.terminal import plain

        time = datetime.datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        told = " ".join(f"{name}={value}" for name, value in getattr(record, "data", {}).items())
        return plain(f"{time} {record.levelname.lower()} {record.getMessage()} {told}".rstrip())


def log(level: int, event: str, **data: object) -> None:
    """Log an event with what it carries, where anybody listens."""
    if LOG.isEnabledFor(level):
        LOG.log(level, event, extra={"data": data})


@contextmanager
def logging_to(level: str | None, file: Path | None) -> Iterator[None]:
    """Log from ``level`` on, to ``file`` as JSON lines, else to the standard error; not at all where both are None.

    Raises ``OutputError`` where the file cannot be written.
    """
    if level is None and file is None:
        yield
        return
    try:
        handler = logging.FileHandler(file, encoding="utf-8", errors="backslashreplace") if file else _to_stderr()
    except OSError as error:
        remedy = "choose a place that exists and that you may write to"
        raise OutputError(file, f"cannot be written ({error.strerror})", remedy) from error
    handler.setFormatter(_Json() if file else _Lines())
    before = LOG.level
    LOG.setLevel((level or "info").upper())
    LOG.addHandler(handler)
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        LOG.setLevel(before)
        handler.close()


def _to_stderr() -> logging.Handler:
    return logging.StreamHandler(sys.stderr)


LOG.addHandler(logging.NullHandler())
LOG.propagate = False
