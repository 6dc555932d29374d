"""Every format that a built graph can be written in, to a file, a folder or a stream.

Where ``Path`` ends in ``.gz`` the file is packed, where a format of several files gets a ``.zip`` they stand in it. All
is written under a temporary name first. The same graph gives the same bytes, packed or not.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Store

from kg.errors import OutputError
from kg.lines import lines_of, triples_of
from kg.render import jsonld, network, pyvis_page, rdf, tables
from kg.render.aside import write_aside

ONE_FILE: Mapping[str, rdf.Writer] = {
    "turtle": rdf.write_turtle,
    "ntriples": rdf.write_ntriples,
    "nquads": rdf.write_nquads,
    "trig": rdf.write_trig,
    "jsonld": jsonld.write_jsonld,
    "rdfxml": rdf.write_rdfxml,
    "graphml": network.write_graphml,
    "gexf": network.write_gexf,
    "pyvis": pyvis_page.write_pyvis,
}
SEVERAL_FILES: Mapping[str, tables.Tables] = {"neo4j-csv": tables.NEO4J, "csv": tables.CSV}


AS_BUILT: Mapping[str, tuple[str, Callable[[Iterator[bytes]], Iterator[bytes]]]] = {
    "turtle": ("graph.ttl", iter),
    "nquads": ("graph.nq", iter),
    "ntriples": ("graph.nq", triples_of),
}
"""Formats that a built folder holds already: the file, and what of its lines is written. From the store they take ten
times as long."""


def writers(out: Path) -> dict[str, rdf.Writer]:
    """The formats of one file, as the output folder ``out`` gives them soonest."""
    built = {format: partial(_as_built, out / name, lines) for format, (name, lines) in AS_BUILT.items()}
    return {**ONE_FILE, **{format: write for format, write in built.items() if (out / AS_BUILT[format][0]).is_file()}}


def _as_built(built: Path, lines: Callable[[Iterator[bytes]], Iterator[bytes]], store: Store, file: BinaryIO) -> None:
    file.writelines(lines(lines_of(built)))


def export(store: Store, format: str, path: Path, writers: Mapping[str, rdf.Writer] = ONE_FILE) -> None:
    """Write the graph as ``format``, a name of ``ONE_FILE`` or ``SEVERAL_FILES``, to ``path``.

    Several files go into the folder ``path``, which is made, or into one file that ends in ``.zip``. Raises
    ``OutputError`` where that cannot be written.
    """
    if format in SEVERAL_FILES and path.suffix != ".zip":
        _write_folder(store, SEVERAL_FILES[format], path)
    else:
        write_aside(path, lambda file: _write(store, format, file, writers, packed=path.suffix == ".gz"))


def export_to(store: Store, format: str, stream: BinaryIO, writers: Mapping[str, rdf.Writer] = ONE_FILE) -> None:
    """Write the graph to a stream; several files go as one ZIP file."""
    _write(store, format, stream, writers, packed=False)


def _write(store: Store, format: str, file: BinaryIO, writers: Mapping[str, rdf.Writer], *, packed: bool) -> None:
    if format in SEVERAL_FILES:
        _write_zip(store, SEVERAL_FILES[format], file)
    elif packed:
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as inner:
            writers[format](store, inner)  # type: ignore[arg-type]
    else:
        writers[format](store, file)


def _write_folder(store: Store, family: tables.Tables, folder: Path) -> None:
    """Fill a folder of our own, then give each file its place: what else stands in ``folder`` stays."""
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        aside.mkdir()
        for name in family.files:
            with (aside / name).open("wb") as file:
                _write_table(store, family, name, file)
        folder.mkdir(exist_ok=True)
        for name in family.files:
            (aside / name).replace(folder / name)
    except OSError as error:
        cause = f"cannot be written ({error.strerror or error})"
        raise OutputError(folder, cause, "choose a folder with room that you may write to") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write_zip(store: Store, family: tables.Tables, file: BinaryIO) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in family.files:
            member = zipfile.ZipInfo(name)  # of 1980: the time of writing would make each file another
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with archive.open(member, "w", force_zip64=True) as inner:
                _write_table(store, family, name, inner)


def _write_table(store: Store, family: tables.Tables, name: str, file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding=family.encoding, newline="")
    tables.write_table(family.files[name](store), text)
    text.flush()
    text.detach()
