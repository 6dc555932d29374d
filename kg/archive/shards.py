"""The graph of an engine's build: ``OUT/shards``, which hold each document's statements once, and never a whole graph.

What the documents say lies in the shards that workers wrote; ``reference.nq`` has the division tree and the dataset's
description, which tell of all of them. Each shard is sorted, so that ``cat`` makes one file of them for a bulk loader,
and ``sort -m`` the ``graph.nq`` of a build on one machine.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from kg.archive.assemble import told_of_all
from kg.archive.ledger import Ledger
from kg.lines import Sorter, graph_of, lines_of
from kg.output import marked, share
from kg.record.dataset import About
from kg.record.store import SHARDS_NAME

REFERENCE_NAME = "reference.nq"


def write_shards(ledger: Ledger, found: Path, staging: Path, about: About, *, base: str) -> int:
    """Write ``shards`` into ``staging`` from the shards in ``found``; how many reference statements there are."""
    folder = marked(staging / SHARDS_NAME)
    for name, documents, whole in ledger.shards():
        if whole:
            share(found / name, folder / name)
        else:
            wanted = {f"<{iri}>".encode() for iri in documents}
            with (folder / name).open("wb") as file:
                file.writelines(line for line in lines_of(found / name) if graph_of(line) in wanted)
    with sorted_shards(staging) as lines:
        reference, dataset = told_of_all(lines.__iter__, about, base=base)
    with (folder / REFERENCE_NAME).open("wb") as file:
        file.writelines(sorted([*reference, *dataset]))
    return len(reference)


class sorted_shards:
    """The lines of all shards in ``staging``, sorted, as often as they are asked for."""

    def __init__(self, staging: Path) -> None:
        self._work, self._folder = staging / "merged", staging / SHARDS_NAME

    def __enter__(self) -> Sorter:
        self._work.mkdir()
        lines = Sorter(self._work, "shards")
        for shard in sorted(self._folder.glob("*.nq")):
            lines.join(shard)
        return lines

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._work)


def forget_shards(ledger: Ledger, found: Path) -> None:
    """Remove the shards in ``found`` that no result is in any more."""
    kept = ledger.shard_names()
    for path in found.iterdir() if found.is_dir() else ():
        if path.name not in kept:
            path.unlink()
