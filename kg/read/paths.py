"""Files and folders → documents: which files are read, by which reader, and what is said about the others."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.errors import InputError
from kg.model import Document
from kg.read.docx import read_docx
from kg.read.html import read_html
from kg.read.jsonfiles import read_json, read_jsonl
from kg.read.pdf import read_pdf
from kg.read.source import Reader, Source, shown
from kg.read.tables import read_table
from kg.read.text import read_text

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".csv": read_table,
    ".tsv": read_table,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
"""File ending, in lower case → what reads it."""


def read_paths(paths: Sequence[Path], *, max_bytes: int) -> Iterator[Document | InputError]:
    """The documents in files and folders, and an ``InputError`` for each thing that could not be read.

    ``max_bytes`` is the largest file that is read. Folders are walked with their subfolders, by name; hidden files
    are passed over, and so are unknown kinds in folders. The order of ``paths`` does not matter. Two files of one
    name give two documents of one id. Nothing is raised for what a user can put into a folder.
    """
    for found in find_files(paths):
        if isinstance(found, InputError):
            yield found
        else:
            yield from read_file(found, max_bytes=max_bytes)


def find_files(paths: Sequence[Path]) -> Iterator[Path | InputError]:
    """The files to read, each once however often it is named or linked to, sorted by name within their folder.

    Each exists and can be resolved when it is given; what is not there or leads nowhere is an ``InputError``.
    """
    read: set[str] = set()
    walked: set[str] = set()
    for path in sorted(map(Path, paths)):
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
            kinds = " ".join(READERS)
            yield InputError(shown(path), "holds no file that can be read", f"the kinds that can be are {kinds}")


def read_file(path: Path, *, max_bytes: int) -> Iterator[Document | InputError]:
    """The documents of one file, and its errors, in the file's order."""
    source = Source.of(path)
    try:
        reader = READERS.get(path.suffix.lower())
        data = _load(path, source, max_bytes)
        if reader is None:
            raise source.error("is of a kind that cannot be read", f"save it as one of {' '.join(READERS)}")
        yield from reader(data, source)
    except InputError as error:
        yield error


def _walk(root: Path, walked: set[str]) -> Iterator[Path | InputError]:
    """Readable kinds under ``root``, depth first; a folder met again, through a link or a loop, is not entered."""
    waiting = [root]
    while waiting:
        path = waiting.pop()
        try:
            if os.path.isdir(path):
                if _once(path, walked):
                    waiting += sorted((p for p in path.iterdir() if not p.name.startswith(".")), reverse=True)
            elif path.suffix.lower() in READERS:
                yield path
        except OSError as error:
            yield _unreadable(path, error)


def _load(path: Path, source: Source, max_bytes: int) -> bytes:
    data = b""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise source.error("is a folder", "name the files in it, or the folder above")
        if not stat.S_ISREG(status.st_mode):  # opening a pipe or a device would wait for ever
            raise source.error("is not a regular file", "name a file or a folder")
        if status.st_size <= max_bytes:
            with path.open("rb") as file:
                data = file.read(max_bytes + 1)  # it may have grown
        size = max(status.st_size, len(data))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(path, error) from None
    if size > max_bytes:
        limit = f"over the limit of {max_bytes / 1e6:g} MB"
        raise source.error(f"is {size / 1e6:.1f} MB, {limit}", "split it, or raise the setting max_file_mb")
    if not data:
        raise source.error("is empty", "leave it out, or fetch it again")
    return data


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
