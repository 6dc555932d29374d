"""Lines of a graph of any size in order: sorted in memory as far as that reaches, in runs on the disk beyond."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice

Key = Callable[[bytes], bytes]
RUN = 1_000_000
"""Lines that are sorted together: about 250 MB of statements. More lie in a temporary file for each such run."""
BATCH = 50_000
"""Lines that are handed on at a time."""


def sorted_batches(pieces: Iterable[bytes], key: Key | None = None, *, run: int = RUN) -> Iterator[list[bytes]]:
    """The lines of ``pieces``, each of which ends in a line end, sorted by ``key`` and in batches.

    >>> list(sorted_batches([b"b\\nc\\n", b"a\\n"], run=2))
    [[b'a\\n', b'b\\n', b'c\\n']]
    """
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        held: list[bytes] = []
        for piece in pieces:
            held += piece.splitlines(keepends=True) if b"\r" not in piece else _lines(piece)
            if len(held) >= run:
                held.sort(key=key)
                file = files.enter_context(tempfile.TemporaryFile())
                file.writelines(held)
                file.seek(0)
                runs.append(file)
                held = []
        held.sort(key=key)
        yield from _batches(heapq.merge(*runs, held, key=key) if runs else iter(held))


def _lines(piece: bytes) -> list[bytes]:
    """Split at line feeds alone, as the lines of N-Triples end; bytes.splitlines also splits at a carriage return."""
    return [line + b"\n" for line in piece.split(b"\n")[:-1]]


def _batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while some := list(islice(lines, BATCH)):
        yield some
