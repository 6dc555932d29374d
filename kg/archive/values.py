"""What travels between the processes of a build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.model import Document
from kg.report import DocumentReport


@dataclass(frozen=True, slots=True)
class Task:
    """What one process is given to do: a document, or a file that it reads itself."""

    number: int
    source: str
    name: str
    item: Document | Path


@dataclass(frozen=True, slots=True)
class Result:
    """What a document gave. ``key`` stands for its content and for all that decides the result, ``document`` is its
    IRI; ``quads`` are sorted N-Quads, ``seen`` and ``told`` lines with a key, all packed. Where the quads lie in a
    shard, ``shard`` is its name and they are not here."""

    key: str
    document: str
    report: DocumentReport
    quads: bytes
    seen: bytes
    told: bytes
    shard: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task came to: results, errors of inputs that gave no document, and documents that failed."""

    results: tuple[Result, ...] = ()
    errors: tuple[str, ...] = ()
    failed: tuple[DocumentReport, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing of it went wrong."""
        return not self.errors and not self.failed
