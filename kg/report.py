"""What a build did: the values behind ``report.json`` and behind the lines that the user sees."""

from __future__ import annotations

import json
import platform
import tempfile
import weakref
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from heapq import nsmallest
from importlib import metadata
from pathlib import Path
from typing import Any, TextIO, overload

from kg.contradictions import Contradiction
from kg.errors import XianzhiError
from kg.record.validate import Result, order

RESULTS_LISTED = 100
"""How many results of the validation a report lists; it counts them all."""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """One document: ``counts`` of what it gave, ``seconds`` for reading and each stage, ``error`` where it failed."""

    id: str
    path: str
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: str | None = None


class Kept(Sequence[DocumentReport]):
    """Reports in a file without a name in ``folder``, read as they are asked for: each takes eight bytes of memory.

    The file goes with this object. Raises ``OSError`` where it cannot be written.
    """

    def __init__(self, reports: Iterable[DocumentReport], folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)
        self._ends = array("Q", [0])
        for report in reports:
            self._file.write(json.dumps(asdict(report)).encode())
            self._ends.append(self._file.tell())
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> DocumentReport: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[DocumentReport, ...]: ...
    def __getitem__(self, index: int | slice) -> DocumentReport | tuple[DocumentReport, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(len(self))[index])
        at = range(len(self))[index]
        begin, end = self._ends[at : at + 2]
        self._file.seek(begin)
        told = json.loads(self._file.read(end - begin))
        return DocumentReport(**{**told, "warnings": tuple(told["warnings"])})


@dataclass(frozen=True, slots=True)
class Report:
    """A whole build. ``errors`` are the lines about inputs that gave no document, ``warnings`` about the whole,
    ``contradictions`` what its documents say against each other, ``changes`` how many documents came and went."""

    documents: Sequence[DocumentReport]
    errors: tuple[str, ...]
    totals: Mapping[str, int]
    seconds: Mapping[str, float]
    validation: Mapping[str, Any]
    settings: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict)

    @property
    def failures(self) -> tuple[str, ...]:
        """Every line that makes the build less than whole: unread inputs, failed documents."""
        return (*self.errors, *(d.error for d in self.documents if d.error))

    @property
    def ok(self) -> bool:
        """Whether everything was built and the graph keeps to its shapes."""
        return not self.failures and self.validation["conforms"]

    def write(self, file: TextIO) -> None:
        """Write the report as JSON, a document a line, with the versions of what made it."""
        rest = {**asdict(replace(self, documents=())), "versions": versions()}
        del rest["documents"]
        file.write('{\n "documents": [')
        for number, document in enumerate(self.documents):
            file.write(f"{',' if number else ''}\n  {json.dumps(asdict(document), ensure_ascii=False)}")
        file.write("\n ],\n" + json.dumps(rest, ensure_ascii=False, indent=1).removeprefix("{\n") + "\n")


def totals(documents: Iterable[DocumentReport]) -> dict[str, int]:
    """How many documents were built, and the sums of their counts; one that failed or came twice has none.

    >>> totals((DocumentReport("a", "a.txt", {"claims": 2}), DocumentReport("b", "b.txt", {"claims": 3})))
    {'documents': 2, 'entities': 0, 'claims': 5, 'observations': 0}
    """
    built, counts = 0, Counter[str]()
    for document in documents:
        built += bool(document.counts)
        counts.update(document.counts)
    return {"documents": built, "entities": 0, "claims": 0, "observations": 0, **counts}


def validation_summary(found: Iterable[Result]) -> dict[str, Any]:
    """What ``report.json`` says of a validation: whether the graph conforms, the counts, the worst results."""
    counts: Counter[str] = Counter()
    worst = nsmallest(RESULTS_LISTED, _counted(found, counts), key=order)
    return {
        "checked": True,
        "conforms": not counts["Violation"],
        "counts": dict(sorted(counts.items())),
        "results": [asdict(result) for result in worst],
    }


def _counted(found: Iterable[Result], counts: Counter[str]) -> Iterator[Result]:
    for result in found:
        counts[result.severity] += 1
        yield result


PARTS = ("pyoxigraph", "spacy", "spacy-pkuseg", "opencc-python-reimplemented", "networkx", "igraph")
"""The distributions that decide the result, by their names on the package index."""


def versions() -> dict[str, str]:
    """The versions of this program, of Python and of the parts that decide the result."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("xianzhi", *PARTS)}}


def version(name: str = "xianzhi") -> str:
    """The installed version of a distribution; "unknown" where it runs from a source tree."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "unknown"


def internal_error(where: str, error: Exception) -> XianzhiError:
    """A fault of this program's own, as a line that a user can pass on."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    remedy = "this is a fault of the program: please report it"
    return XianzhiError(where, f"could not be built ({reason[:300]})", remedy)
