"""The embedded store: a folder of Oxigraph's that a build writes (``kg.archive.stores``) and everything else reads."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Store

from kg.errors import QueryError

if TYPE_CHECKING:
    from rdflib import Dataset

STORE_NAME, SHARDS_NAME = "store", "shards"


def as_rdflib(store: Store) -> Dataset:
    """The store's statements as an rdflib ``Dataset`` with the same named graphs, for tools that speak rdflib.

    It is a copy in memory: about two seconds and 150 MB for 100,000 statements; ask the store itself where
    speed matters.
    """
    from rdflib import Dataset  # takes longer to load than most questions take to answer

    dataset = Dataset(default_union=True)
    quads = io.BytesIO()
    store.dump(quads, RdfFormat.N_QUADS)
    dataset.parse(data=quads.getvalue(), format="nquads")
    return dataset


def is_store(path: Path) -> bool:
    """Whether ``path`` is the folder of a store: ``CURRENT`` is RocksDB's own mark of one that is whole."""
    return (path / "CURRENT").is_file()


def open_store(out: Path) -> Store:
    """The store of a built output folder, read-only: any number of readers may have it open.

    Raises ``QueryError`` where ``out`` holds no store that can be read.
    """
    path = out / STORE_NAME
    if (out / SHARDS_NAME).is_dir():
        raise QueryError(out, "holds shards, and no store that could be asked", "load shards/*.nq into a triple store")
    if not is_store(path):
        raise QueryError(out, "holds no built graph", "build one first: kg build INPUT... -o OUT")
    try:
        return Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise QueryError(out, f"its store cannot be read ({reason})", "build it again") from error
