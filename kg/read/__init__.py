"""Reading: paths → ``Document``. One module a kind of file; ``paths.READERS`` lists them."""

from __future__ import annotations

from kg.read.paths import READERS, find_files, read_file, read_paths

__all__ = ["READERS", "find_files", "read_file", "read_paths"]
