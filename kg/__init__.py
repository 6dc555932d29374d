"""县志 Xianzhi: Chinese local-government news in, a knowledge graph out.

What a program of yours needs is here; it is loaded when it is first used::

    from kg import Store, build, settings

    report = build("news/", "out", settings.Settings(workers=2))
    for row in Store("out").query("SELECT ?name { ?place a xz:Place ; skos:prefLabel ?name } ORDER BY ?name"):
        print(row["name"])

A script that builds with several workers does so under ``if __name__ == "__main__":``, as every program does that
starts processes. See ``docs/python.md``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from kg import settings
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.archive.change import add, remove, update
    from kg.archive.status import status
    from kg.building import build
    from kg.errors import XianzhiError
    from kg.report import Report
    from kg.store import Store, Table

__all__ = [
    "Report", "Settings", "Store", "Table", "XianzhiError", "add", "build", "remove", "settings", "status", "update",
]  # fmt: skip

_HOMES = {
    "Report": "kg.report",
    "Store": "kg.store",
    "Table": "kg.store",
    "XianzhiError": "kg.errors",
    "add": "kg.archive.change",
    "build": "kg.building",
    "remove": "kg.archive.change",
    "status": "kg.archive.status",
    "update": "kg.archive.change",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, so that ``kg --help`` need not wait for models that it does not use."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
