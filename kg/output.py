"""The output folder: one build at a time writes into it, all of a build's files take their places or none does.

A build writes into ``OUT/.staging``. Publishing moves what stood there before into ``OUT/.replaced`` and the new
files into their places; where that fails, or is killed, everything goes back. Nothing that a build did not make is
removed: folders of these names that bear no mark of ours are somebody's, and are refused.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import OutputError
from kg.record.store import SHARDS_NAME, STORE_NAME, is_store

GRAPH_FILES = ("graph.nq", "graph.ttl", "graph.html")
RESOLUTION_NAME = "resolution.jsonl"
MANIFEST_NAME = "documents.jsonl"
REPORT_NAME = "report.json"
RESULTS_NAME = ".results"
"""The folder of what has been found so far; it outlives a build that is killed."""
_FILES = (*GRAPH_FILES, RESOLUTION_NAME, MANIFEST_NAME, REPORT_NAME)
_PUBLISHED = (SHARDS_NAME, STORE_NAME, *_FILES)  # the report comes last, as the mark of a whole build
LOCK_NAME, _STAGING, _REPLACED = ".lock", ".staging", ".replaced"
_MARK = "made-by-xianzhi"


@contextmanager
def output_folder(out: Path) -> Iterator[Path]:
    """A staging folder inside ``out``, which no other build uses meanwhile; it is gone at the end.

    Folders that had to be made for it are gone too where nothing was published. Raises ``OutputError``.
    """
    try:
        made = [folder for folder in (out, *out.parents) if not folder.exists()]
        out.mkdir(parents=True, exist_ok=True)
        with (out / LOCK_NAME).open("a") as lock:
            _take(lock.fileno(), out)
            try:
                _clear(out)
                _check_targets(out)
                yield marked(out / _STAGING)
            finally:
                _clear(out)
                if made and not any((out / name).exists() for name in (REPORT_NAME, RESULTS_NAME)):
                    _remove(out / LOCK_NAME, made)
    except OSError as error:
        remedy = "choose a folder with room that you may write to"
        raise OutputError(out, f"cannot be written to ({error.strerror or error})", remedy) from error


def publish(staging: Path, out: Path) -> None:
    """Give everything in ``staging`` its place in ``out``, or leave ``out`` as it was and raise ``OSError``."""
    _check_targets(out)
    _to_disk(staging)
    replaced = marked(out / _REPLACED)
    moved: list[str] = []
    try:
        for name in _PUBLISHED:
            if (out / name).exists():
                (out / name).rename(replaced / name)
            moved.append(name)
            if (staging / name).exists():  # a large graph has no page
                (staging / name).rename(out / name)
    except OSError:
        for name in moved:
            if (out / name).exists() and not (staging / name).exists():
                (out / name).rename(staging / name)
        _put_back(out, moved)
        raise
    replaced.rename(staging / _REPLACED)  # from here on a killed build has been whole


def results_folder(out: Path) -> Path:
    """The folder of what has been found so far, made where there is none; its owner holds the lock of ``out``."""
    folder = out / RESULTS_NAME
    if not folder.exists():
        marked(folder)
    return folder


def forget_results(out: Path) -> None:
    """Take away what has been found so far."""
    if _is_ours(out / RESULTS_NAME):
        _remove_tree(out / RESULTS_NAME)


def _take(descriptor: int, out: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        remedy = "wait until it has ended, or choose another folder"
        raise OutputError(out, "another build is writing to it", remedy) from error


def _check_targets(out: Path) -> None:
    """Raise ``OutputError`` where something that is not ours stands where a build writes."""
    remedy = "move it away, or choose another output folder"
    store = out / STORE_NAME
    if (store.exists() or store.is_symlink()) and not (is_store(store) and not store.is_symlink()):
        raise OutputError(store, "is not the store of a graph, and is not replaced", remedy)
    for path in (out / name for name in _FILES):
        if path.is_dir():
            raise OutputError(path, "is a folder where a file is to be written", remedy)
    for path in (out / _STAGING, out / _REPLACED, out / RESULTS_NAME, out / SHARDS_NAME):
        if (path.exists() or path.is_symlink()) and not _is_ours(path):
            raise OutputError(path, "was not made by a build, and is not removed", remedy)


def _to_disk(folder: Path) -> None:
    """Have everything in a folder written to the disk itself: a file may take its name before its content is there."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def marked(folder: Path) -> Path:
    """Make a folder that a later build may remove."""
    folder.mkdir()
    (folder / _MARK).touch()
    return folder


def _is_ours(folder: Path) -> bool:
    """Whether a build made this folder; an empty one may be of a build that was killed before it left its mark."""
    return folder.is_dir() and not folder.is_symlink() and ((folder / _MARK).is_file() or not any(folder.iterdir()))


def _clear(out: Path) -> None:
    """Take away what a build that was killed left behind; what it had moved aside goes back."""
    if _is_ours(out / _REPLACED):
        _put_back(out, _PUBLISHED)
        _remove_tree(out / _REPLACED)
    if _is_ours(out / _STAGING):
        _remove_tree(out / _STAGING)


def _put_back(out: Path, names: Sequence[str]) -> None:
    """Undo the moves of ``publish``: each old thing takes its place again, in which only our new one can stand."""
    for name in names:
        old, place = out / _REPLACED / name, out / name
        if not old.exists():
            continue
        if place.is_dir():
            shutil.rmtree(place)
        old.replace(place)


def _remove_tree(folder: Path) -> None:
    """Remove a folder of ours, its mark last; the store of a build that failed may still be tidying up in it."""
    for _ in range(5):
        with suppress(OSError):
            _remove_marked(folder)
            return
        time.sleep(0.05)
    _remove_marked(folder)


def _remove_marked(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != _MARK:
            path.unlink()
    (folder / _MARK).unlink(missing_ok=True)
    folder.rmdir()


def _remove(lock: Path, folders: Sequence[Path]) -> None:
    """Take away folders, the innermost first, as far as nothing else is in them."""
    with suppress(OSError):
        lock.unlink()
        for folder in folders:
            folder.rmdir()


def share(one: Path, other: Path) -> None:
    """Have a file that is never written again stand in another place as well."""
    try:
        os.link(one, other)
    except OSError:  # a file system without links
        shutil.copyfile(one, other)
