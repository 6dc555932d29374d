"""What a build did: the values behind ``report.json`` and behind the lines that the user sees."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from heapq import nsmallest
from importlib import metadata
from typing import Any, TextIO

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


@dataclass(frozen=True, slots=True)
class Report:
    """A whole build. ``errors`` are the lines about inputs that gave no document, ``warnings`` about the whole,
    ``contradictions`` what its documents say against each other, ``changes`` how many documents came and went."""

    documents: tuple[DocumentReport, ...]
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


def totals(documents: Sequence[DocumentReport]) -> dict[str, int]:
    """How many documents were built, and the sums of their counts; one that failed or came twice has none.

    >>> totals((DocumentReport("a", "a.txt", {"claims": 2}), DocumentReport("b", "b.txt", {"claims": 3})))
    {'documents': 2, 'entities': 0, 'claims': 5, 'observations': 0}
    """
    built = [document for document in documents if document.counts]
    counts: Counter[str] = Counter()
    for document in built:
        counts.update(document.counts)
    return {"documents": len(built), "entities": 0, "claims": 0, "observations": 0, **counts}


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
