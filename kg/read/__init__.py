"""Reading: paths → ``Document``. One module a kind of file; ``paths.READERS`` lists them,
``paths.ARCHIVES`` what holds such files."""

from __future__ import annotations

from kg.read.limits import Reading, parse_columns
from kg.read.paths import ARCHIVES, READERS, find_files, read_file, read_paths

__all__ = ["ARCHIVES", "READERS", "Reading", "find_files", "read_file", "parse_columns", "read_paths"]
