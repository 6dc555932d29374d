"""Files, folders, patterns and the standard input → documents: which files are read, by which reader, and what is said
about the others."""

from __future__ import annotations

import glob
import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from kg.errors import InputError
from kg.model import Document, Metadata
from kg.read.archives import ungzip, untar_gzip, untar_plain, unzip
from kg.read.docx import read_docx
from kg.read.epub import read_epub
from kg.read.html import read_html
from kg.read.jsonfiles import read_json, read_jsonl
from kg.read.limits import ANYTHING, NESTING, Budget, Reading, Spent, Unpacker
from kg.read.mht import read_mht
from kg.read.parquet import read_parquet
from kg.read.pdf import read_pdf
from kg.read.sniff import ending_of
from kg.read.source import Reader, Source, shown
from kg.read.tables import read_table
from kg.read.text import read_text
from kg.read.warc import read_warc_gzip, read_warc_plain

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".mht": read_mht,
    ".mhtml": read_mht,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".csv": read_table,
    ".tsv": read_table,
    ".pdf": read_pdf,
    ".parquet": read_parquet,
    ".docx": read_docx,
    ".epub": read_epub,
}
"""File ending, in lower case → what reads it."""

ARCHIVES: dict[str, Unpacker] = {
    ".zip": unzip,
    ".tar": untar_plain,
    ".tar.gz": untar_gzip,
    ".tgz": untar_gzip,
    ".warc": read_warc_plain,
    ".warc.gz": read_warc_gzip,
    ".gz": ungzip,
}
"""File ending, in lower case → what takes the files out of it."""

STDIN = Path("-")
"""Stands for the standard input among the paths."""


def kind_of(name: str) -> str:
    """The ending of a file's name that tells what reads it, the longer of two; "" where nothing does.

    >>> kind_of("a.WARC.gz"), kind_of("a.b.txt"), kind_of(".txt"), kind_of("a.jpg")
    ('.warc.gz', '.txt', '', '')
    """
    name = name.replace("\\", "/").rpartition("/")[2].lower()
    if name.startswith((".", "._")):
        return ""
    parts = name.split(".")
    endings = ("." + ".".join(parts[-count:]) for count in (2, 1) if len(parts) > count)
    return next((ending for ending in endings if ending in READERS or ending in ARCHIVES), "")


def read_paths(
    paths: Sequence[Path], *, max_bytes: int, reading: Reading = ANYTHING
) -> Iterator[Document | InputError]:
    """The documents in files and folders, and an ``InputError`` for each thing that could not be read.

    ``max_bytes`` is the largest file that is read, alone or out of an archive; ``reading`` says what else a user
    allows and names. A path ``-`` is the standard input, one with ``*``, ``?`` or ``[`` that is no file a pattern
    (``**`` for subfolders). Folders are walked with their subfolders, by name; hidden files
    are passed over, and so are unknown kinds in folders. The order of ``paths`` does not matter. Two files of one
    name give two documents of one id. Nothing is raised for what a user can put into a folder.
    """
    for found in find_files(paths):
        if isinstance(found, InputError):
            yield found
        else:
            yield from read_file(found, max_bytes=max_bytes, reading=reading)


def find_files(paths: Sequence[Path]) -> Iterator[Path | InputError]:
    """The files to read, each once however often it is named or linked to, sorted by name within their folder.

    Each exists and can be resolved when it is given; what is not there or leads nowhere is an ``InputError``.
    """
    read: set[str] = set()
    read_once: list[Path | InputError] = []
    walked: set[str] = set()
    for path in _expanded(sorted(map(Path, paths))):
        if path == STDIN or isinstance(path, InputError):
            if path not in read_once:
                read_once.append(path)
                yield path
            continue
        is_folder = os.path.isdir(path)
        if is_folder and os.path.realpath(path) in walked:
            continue
        found = 0
        for item in _walk(path, walked) if is_folder else (path,):
            found += 1
            checked = _existing(item) if isinstance(item, Path) else item
            if isinstance(checked, InputError) or _once(checked, read):
                yield checked
        if not found:
            kinds = " ".join((*READERS, *ARCHIVES))
            yield InputError(shown(path), "holds no file that can be read", f"the kinds that can be are {kinds}")


def read_file(path: Path, *, max_bytes: int, reading: Reading = ANYTHING) -> Iterator[Document | InputError]:
    """The documents of one file, and its errors, in the file's order; those of an archive in the archive's.

    ``-`` is read as the standard input, of which ``max_bytes`` are taken too.
    """
    source = Source.of(path, reading.columns) if path != STDIN else Source("stdin", "stdin", reading.columns)
    try:
        if path == STDIN:
            data = _standard_input(source, max_bytes)
            yield from _read(ending_of(data), data, source, Budget(source, len(data), max_bytes, reading), NESTING)
        elif (kind := kind_of(path.name)) in ARCHIVES:
            with _opened(path, source, reading.max_unpacked) as file:
                budget = Budget(source, os.fstat(file.fileno()).st_size, max_bytes, reading)
                yield from _unpacked(kind, file, source, budget, NESTING)
        else:
            data = _load(path, source, max_bytes)
            if not kind:
                kinds = " ".join((*READERS, *ARCHIVES))
                raise source.error("is of a kind that cannot be read", f"save it as one of {kinds}")
            yield from READERS[kind](data, source)
    except Spent as spent:
        yield spent.error
    except InputError as error:
        yield error


def _read(kind: str, data: bytes, source: Source, budget: Budget, depth: int) -> Iterator[Document | InputError]:
    """The documents of a file that is in memory; archives in archives are opened ``depth`` times."""
    if not data:
        raise source.error("is empty", "leave it out, or fetch it again")
    if kind in READERS:
        yield from READERS[kind](data, source)
    elif kind not in ARCHIVES:
        raise source.error("is of a kind that cannot be read", f"save it as one of {' '.join((*READERS, *ARCHIVES))}")
    elif not depth:
        raise source.error("is an archive too deep inside others", "unpack the outer ones first")
    else:
        yield from _unpacked(kind, io.BytesIO(data), source, budget, depth - 1)


def _unpacked(kind: str, file: BinaryIO, source: Source, budget: Budget, depth: int) -> Iterator[Document | InputError]:
    found = 0
    for member in ARCHIVES[kind](file, source, budget, kind_of):
        found += 1
        if isinstance(member, InputError):
            yield member
            continue
        inner = source if kind == ".gz" else source.inside(member.name)
        fetched = Metadata(url=member.url)
        try:
            for item in _read(member.kind, member.data, inner, budget, depth):
                told = isinstance(item, Document) and member.url
                yield replace(item, meta=item.meta.or_else(fetched)) if told else item
        except InputError as error:
            yield error
    if not found:
        kinds = " ".join((*READERS, *ARCHIVES))
        raise source.error("holds no file that can be read", f"the kinds that can be are {kinds}")


def _standard_input(source: Source, max_bytes: int) -> bytes:
    data = sys.stdin.buffer.read(max_bytes + 1)
    if len(data) > max_bytes:
        cause = f"is longer than {max_bytes / 1e6:g} MB"
        raise source.error(cause, "split it, or raise the setting max_file_mb")
    return data


def _expanded(paths: Sequence[Path]) -> Iterator[Path | InputError]:
    """The paths, with what a pattern matches in its place, sorted."""
    for path in paths:
        if path == STDIN or not glob.has_magic(str(path)) or os.path.lexists(path):
            yield path
            continue
        found = sorted(glob.glob(str(path), recursive=True))
        yield from map(Path, found)
        if not found:
            yield InputError(shown(path), "matches no file", "check the pattern; ** stands for any folders")


def _walk(root: Path, walked: set[str]) -> Iterator[Path | InputError]:
    """Readable kinds under ``root``, depth first; a folder met again, through a link or a loop, is not entered."""
    waiting = [root]
    while waiting:
        path = waiting.pop()
        try:
            if os.path.isdir(path):
                if _once(path, walked):
                    waiting += sorted((p for p in path.iterdir() if not p.name.startswith(".")), reverse=True)
            elif kind_of(path.name):
                yield path
        except OSError as error:
            yield _unreadable(path, error)


def _load(path: Path, source: Source, max_bytes: int) -> bytes:
    try:
        _check(path, source, max_bytes, "max_file_mb")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(path, error) from None
    if len(data) > max_bytes:  # it has grown
        raise _too_large(source, len(data), max_bytes, "max_file_mb")
    if not data:
        raise source.error("is empty", "leave it out, or fetch it again")
    return data


def _opened(path: Path, source: Source, max_bytes: int) -> BinaryIO:
    try:
        _check(path, source, max_bytes, "max_unpacked_mb")
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _check(path: Path, source: Source, max_bytes: int, setting: str) -> None:
    """Raise ``InputError`` where there is no file that may be opened and is small enough."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise source.error("is a folder", "name the files in it, or the folder above")
    if not stat.S_ISREG(status.st_mode):  # opening a pipe or a device would wait for ever
        raise source.error("is not a regular file", "name a file or a folder")
    if status.st_size > max_bytes:
        raise _too_large(source, status.st_size, max_bytes, setting)
    if not status.st_size:
        raise source.error("is empty", "leave it out, or fetch it again")


def _too_large(source: Source, size: int, max_bytes: int, setting: str) -> InputError:
    limit = f"over the limit of {max_bytes / 1e6:g} MB"
    return source.error(f"is {size / 1e6:.1f} MB, {limit}", f"split it, or raise the setting {setting}")


def _existing(path: Path) -> Path | InputError:
    try:
        path.stat()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        return _unreadable(path, error)
    return path


def _once(path: Path, met: set[str]) -> bool:
    """Whether what ``path`` leads to is met for the first time; remembers it in ``met``."""
    real = os.path.realpath(path)
    if real in met:
        return False
    met.add(real)
    return True


def _unreadable(path: Path, error: OSError | ValueError) -> InputError:
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return InputError(shown(path), "does not exist", "check the path")
    if isinstance(error, PermissionError):
        return InputError(shown(path), "may not be read", "give yourself permission to read it")
    return InputError(shown(path), f"cannot be read ({error.strerror or error})", "check the path and the disk")
