"""``OUT/documents.jsonl``: which documents a graph holds and from which files, with the settings that it was made with.

Its first line is about the whole, each other line about one document of one file, sorted. It is published with the
graph, and so always tells of the graph that stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.archive.ledger import Entry
from kg.archive.work import DECIDING, program
from kg.errors import OutputError
from kg.settings import Settings

OF_THE_GRAPH = (*DECIDING, "dataset_title", "dataset_license", "dataset_date")
"""The settings that decide what stands in a graph; the others are of a run."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line: the settings, and which program made the graph (a hash)."""

    program: str
    settings: dict[str, Any]


def write_manifest(path: Path, entries: Iterable[Entry], settings: Settings) -> None:
    """Write the manifest of a graph."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        head = Head(program(), {name: getattr(settings, name) for name in OF_THE_GRAPH})
        file.write(json.dumps(asdict(head), ensure_ascii=False, sort_keys=True) + "\n")
        for entry in entries:
            file.write(json.dumps(asdict(entry), sort_keys=True) + "\n")


def read_head(path: Path) -> Head:
    """The first line of a manifest. Raises ``OutputError`` where there is none or it cannot be read."""
    try:
        with path.open(encoding="utf-8") as file:
            return Head(**json.loads(file.readline()))
    except FileNotFoundError as error:
        raise OutputError(path.parent, "holds no built graph", "build one first: kg build INPUT... -o OUT") from error
    except (OSError, ValueError, TypeError) as error:
        raise OutputError(path, "is damaged", "build it again") from error


def read_entries(path: Path) -> Iterator[Entry]:
    """The entries of a manifest. Raises ``OutputError`` where they cannot be read."""
    try:
        with path.open(encoding="utf-8") as file:
            next(file, None)
            yield from (Entry(**json.loads(line)) for line in file)
    except (OSError, ValueError, TypeError) as error:
        raise OutputError(path, "is damaged", "build it again") from error
