"""Files that take their name once they are whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from kg.errors import OutputError


def write_aside(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Have ``write`` fill a file that takes its name ``path`` once it is whole. Raises ``OutputError``."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as file:
            write(file)
        aside.replace(path)
    except OSError as error:
        cause = f"cannot be written ({error.strerror or error})"
        raise OutputError(path, cause, "choose a folder with room that you may write to") from error
    finally:
        aside.unlink(missing_ok=True)
