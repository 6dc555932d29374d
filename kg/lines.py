"""Sorting more lines than memory holds: sorted runs in files of their own, merged on the way out."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

RUN_BYTES = 32_000_000
"""Lines are kept in memory up to this size, then written as a sorted run. Python needs about twice as much for them."""

TAKEN = 1_000
"""Lines that are taken at a time."""

RUNS_OPEN = 64
"""Runs that are merged at a time: each is an open file."""

Key = Callable[[bytes], bytes]


class Sorter:
    """Takes lines in any order and gives them sorted; its files lie in ``folder``, which its owner removes.

    A line ends in a line feed and has none elsewhere. ``key`` gives what is compared, by default the line itself.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorter = Sorter(Path(folder), "x", run_bytes=4)
    ...     sorter.extend([b"c\\n", b"a\\n", b"b\\n"])
    ...     list(sorter)
    [b'a\\n', b'b\\n', b'c\\n']
    """

    def __init__(self, folder: Path, name: str, key: Key | None = None, *, run_bytes: int = RUN_BYTES) -> None:
        self._folder, self._name, self._key, self._run_bytes = folder, name, key, run_bytes
        self._lines: list[bytes] = []
        self._bytes = self._written = 0
        self._runs: list[Path] = []

    def extend(self, lines: Iterable[bytes]) -> None:
        """Take lines. Raises ``OSError`` where a run cannot be written."""
        waiting = iter(lines)
        while some := list(islice(waiting, TAKEN)):
            self._lines += some
            self._bytes += sum(map(len, some))
            if self._bytes >= self._run_bytes:
                self._write_run(self._sorted_lines())

    def join(self, run: Path) -> None:
        """Take the lines of a file that is sorted; it is only read, and has to stay."""
        self._runs.append(run)
        self._merge_runs()

    def __iter__(self) -> Iterator[bytes]:
        """All lines, sorted; may be asked for again."""
        yield from heapq.merge(*map(lines_of, self._runs), self._sorted_lines(keep=True), key=self._key)

    def _sorted_lines(self, *, keep: bool = False) -> list[bytes]:
        lines = sorted(self._lines, key=self._key)
        if not keep:
            self._lines, self._bytes = [], 0
        return lines

    def _write_run(self, lines: Iterable[bytes]) -> None:
        self._written += 1
        path = self._folder / f"{self._name}.{self._written}.run"
        with path.open("wb") as file:
            file.writelines(lines)
        self.join(path)

    def _merge_runs(self) -> None:
        if len(self._runs) >= RUNS_OPEN:
            runs, self._runs = self._runs, []
            self._write_run(heapq.merge(*map(lines_of, runs), key=self._key))
            for run in runs:
                if run.parent == self._folder:
                    run.unlink()


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file, which is open only as long as they are asked for."""
    with path.open("rb") as file:
        yield from file


def once(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted lines without those that stand twice."""
    last = None
    for line in lines:
        if line != last:
            yield line
        last = line


def triples_of(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted N-Quads, all in named graphs, as sorted N-Triples, each once.

    >>> list(triples_of([b"<s> <p> 'o' <g> .\\n", b"<s> <p> 'o' <h> .\\n"]))
    [b"<s> <p> 'o' .\\n"]
    """
    last = None
    for line in lines:
        triple = line[: line.rindex(b" ", 0, -3)] + b" .\n"
        if triple != last:
            yield triple
        last = triple


def graph_of(line: bytes) -> bytes:
    """The graph of a line of N-Quads, as it stands there."""
    return line[:-3].rpartition(b" ")[2]


def difference(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """What is new (True) and what is gone (False) between two sorted streams of lines that hold each line once.

    >>> list(difference([b"a", b"b"], [b"b", b"c"]))
    [(False, b'a'), (True, b'c')]
    """
    olds, news = iter(old), iter(new)
    left, right = next(olds, None), next(news, None)
    while left is not None or right is not None:
        if right is None or left is not None and left < right:
            yield False, left  # type: ignore[misc]
            left = next(olds, None)
        elif left is None or right < left:
            yield True, right
            right = next(news, None)
        else:
            left, right = next(olds, None), next(news, None)
