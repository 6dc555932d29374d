"""The explorer: a graph becomes one HTML file that opens by double click and asks nothing of the network.

``read_page_data`` takes what a reader can look at, ``blocks_of`` lays it out on a map and cuts it in blocks, and
``write_page`` puts them into our template with our scripts and the vendored sigma. Everything that came from a document
travels in blocks that the browser does not run, and the page makes text nodes of it; a Content-Security-Policy allows
our own script, by its hash, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from kg.render.aside import write_aside
from kg.render.blocks import blocks_of
from kg.render.page_data import PageData, read_page_data

#: The page's modules, each after those that it builds on; they are joined to one script.
MODULES = (
    "text", "data", "graph", "state", "shapes", "map", "layers", "search", "filters", "panel", "table", "timeline",
    "trees", "compare", "document", "takeaway", "main",
)  # fmt: skip
#: Characters that could end the script block or break a line in it; JSON reads the escapes as the same characters.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
_IMPORT = re.compile(r'^import [^;]*?from "[^"]*";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |let |function |async |class )", re.MULTILINE)


def write_page(quads: Iterable[bytes], path: Path, *, base: str) -> None:
    """Write a graph, sorted lines of N-Quads, as one self-contained HTML file at ``path``.

    ``base`` is the IRI under which the instances live; the graph ``base + "graph/divisions"`` is reference data
    and gives only what the places that documents name need: their names, codes and the places above them.
    The same quads give the same bytes. Raises ``OutputError`` where the file cannot be written.
    """
    page = render(read_page_data(quads, base=base), base=base)
    write_aside(Path(path), lambda file: file.write(page.encode()))


def render(data: PageData, *, base: str) -> str:
    """The page's HTML as one string."""
    blocks = blocks_of(data, base=base)
    style = file("explorer.css")
    scripts = [file("vendor/sigma.min.js"), joined()]
    later = (_block(name, value) for name, value in blocks.later.items())
    return Template(file("explorer.html")).substitute(
        policy=policy(scripts, style),
        style=style,
        data=embedded({**blocks.first, "words": words()}),
        blocks="\n".join(later),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def joined() -> str:
    """Our modules as one script in a scope of its own: their imports are each other, so the lines that say so go."""
    parts = (_EXPORT.sub("", _IMPORT.sub("", file(f"explorer/{name}.js"))) for name in MODULES)
    return '"use strict";(() => {\n' + "\n".join(parts) + "})();\n"


def words() -> dict[str, Any]:
    """What the page says, in Chinese and English: its own phrases, the classes, the relations both ways round."""
    return json.loads(file("words.json"))


def embedded(value: Any) -> str:
    r"""``value`` as JSON that can stand in a script block: it holds no character that HTML or a script reads.

    >>> embedded("</script>")
    '"\\u003c/script\\u003e"'
    """
    return _json(value).translate(_ESCAPES)


def packed(value: Any) -> str:
    """``value`` as JSON, deflated and in base64: a sixth of the size, and the browser reads it only when it has to."""
    return base64.b64encode(zlib.compress(_json(value).encode("utf-8", "replace"), 6)).decode()


def policy(scripts: list[str], style: str) -> str:
    """A Content-Security-Policy that runs what this program wrote and nothing else, and fetches nothing."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def file(name: str) -> str:
    """A file of the pages' own, under ``kg/data/web``."""
    return resources.files("kg.data").joinpath("web", *name.split("/")).read_text(encoding="utf-8")


def _block(name: str, value: Any) -> str:
    return f'<script type="text/plain" id="data-{name}">{packed(value)}</script>'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
