"""``kg restore``: files in, restored texts out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError, OutputError
from kg.model import Document, RestoredText
from kg.restore import restore


@dataclass(frozen=True, slots=True)
class RestoredFile:
    """A document and what restoring made of it."""

    document: Document
    restored: RestoredText


def restore_files(inputs: Sequence[Path], *, max_bytes: int) -> Iterable[RestoredFile | InputError]:
    """Every document in files and folders restored, and an ``InputError`` for each thing that cannot be read."""
    from kg.read import read_paths

    for item in read_paths(inputs, max_bytes=max_bytes):
        yield item if isinstance(item, InputError) else RestoredFile(item, restore(item.text))


def write_texts(done: Sequence[RestoredFile], out: Path) -> list[Path]:
    """Write each text, and give the paths: to ``out`` where there is one text and no such folder, else into it.

    In a folder a text is called as its document, with a number where two have one name. Raises ``OutputError``.
    """
    if len(done) == 1 and not out.is_dir():
        write_text(out, _ended(done[0]))
        return [out]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(out, f"cannot be made ({error.strerror or error})", "choose another folder") from error
    paths: list[Path] = []
    for item in done:
        stem, number = item.document.id.replace("/", "_").lstrip(".") or "document", 2
        path = out / f"{stem}.txt"
        while path in paths:
            path, number = out / f"{stem}-{number}.txt", number + 1
        write_text(path, _ended(item))
        paths.append(path)
    return paths


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, whole or not at all. Raises ``OutputError``."""
    aside = path.with_name(f".{path.name[:60]}.{os.getpid()}.tmp")
    try:
        aside.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        aside.replace(path)
    except (OSError, ValueError) as error:
        cause = f"cannot be written ({getattr(error, 'strerror', None) or error})"
        raise OutputError(path, cause, "choose a place that exists and that you may write to") from error
    finally:
        if aside.exists():
            aside.unlink()


def _ended(item: RestoredFile) -> str:
    return f"{item.restored.text}\n" if item.restored.text else ""
