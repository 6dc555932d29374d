"""The explorer in Firefox as the system's packages bring it: with a map, and without WebGL.

All else about the explorer is tested in Chromium; here is what another engine may do otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from test_page import SENTENCE, _missing, sample

__all__ = ["sample"]  # the fixture

IDLE = "document.body.getAttribute('aria-busy') === 'false'"
#: How many pixels of the people's colour the map's canvas holds, read before the browser clears it.
COLOURED = """(() => { explorer.renderer().refresh();
  const from = explorer.renderer().getCanvases().nodes; const copy = document.createElement("canvas");
  [copy.width, copy.height] = [from.width, from.height];
  const pen = copy.getContext("2d"); pen.drawImage(from, 0, 0);
  const seen = pen.getImageData(0, 0, copy.width, copy.height).data; let count = 0;
  for (let i = 0; i < seen.length; i += 4) if (seen[i] > 150 && seen[i + 1] < 110 && seen[i + 3] > 200) count += 1;
  return count; })()"""
PLACE = """(() => { const graph = explorer.drawn(); const node = graph.findNode((_, one) => one.name === NAME);
  const at = explorer.renderer().graphToViewport(graph.getNodeAttributes(node));
  const box = document.getElementById("picture").getBoundingClientRect(); return [box.x + at.x, box.y + at.y]; })()"""


@contextmanager
def opened(page: Path, folder: Path, screen: str | None) -> Iterator[Any]:
    """The page in a Firefox of its own; on leaving, fails on what the console warned of, or on a request."""
    from firefox import started

    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        _missing("firefox")
    with started(str(program), folder / "profile", screen) as window:
        window.size(1280, 800)
        window.open(page.as_uri())
        window.wait(IDLE)
        yield window
        assert window.troubles == []


def read(window: Any, name: str) -> str:
    return window.evaluate(f"document.getElementById({json.dumps(name)}).innerText")


def press(window: Any, name: str) -> None:
    window.evaluate(f"document.getElementById({json.dumps(name)}).click()")
    window.wait(IDLE)


def search(window: Any, text: str) -> None:
    window.evaluate("document.getElementById('search').focus()")
    window.type(f"{text}\n")
    window.wait(f"document.getElementById('results').hidden && location.hash.includes('at=') && {IDLE}")


@pytest.mark.skipif(not shutil.which("Xvfb") and os.environ.get("CI") != "true", reason="Xvfb is not installed")
def test_firefox_draws_the_map_finds_reads_and_shows_every_view(sample: Path, tmp_path: Path) -> None:
    from firefox import display

    with display() as screen, opened(sample, tmp_path, screen) as window:
        assert window.evaluate("document.body.classList.contains('nomap')") is False
        assert window.evaluate(COLOURED) > 100, "the people are drawn in their colour"
        window.click(*window.evaluate(PLACE.replace("NAME", json.dumps("林望舒"))))
        window.wait(f"location.hash.includes('at=thing') && {IDLE}")
        assert SENTENCE in read(window, "content") and "云溪新闻网" in read(window, "content")
        search(window, "yxxfl")
        assert "云溪县妇联" in read(window, "content") and "25,083" in read(window, "content")
        for view in ("table", "timeline", "trees", "compare", "document"):
            press(window, f"view-{view}")
            assert read(window, "other"), view
        window.evaluate("history.back()")
        window.wait(f"location.hash.includes('compare') && {IDLE}")
        press(window, "view-map")
        press(window, "take")
        window.wait("document.getElementById('save-SVG')")
        assert "云溪县妇联" in window.evaluate("explorer.pictureSvg()")
        (tmp_path / "firefox.png").write_bytes(window.screenshot())


def test_firefox_without_webgl_says_so_and_offers_all_the_rest(sample: Path, tmp_path: Path) -> None:
    with opened(sample, tmp_path, None) as window:
        assert "WebGL" in read(window, "picture")
        ways = window.evaluate("[...document.querySelectorAll('#picture button')].map((one) => one.innerText)")
        assert ways == ["表格", "时间线", "层级", "工作对比", "文档"]
        search(window, "lws")
        assert SENTENCE in read(window, "content")
        press(window, "do-only")
        press(window, "do-expand")
        window.evaluate("document.querySelector('#picture button').click()")
        window.wait(IDLE)
        assert "柳湾镇" in read(window, "other") and "独木村" not in read(window, "other"), "expanding works as well"
        press(window, "view-map")
        press(window, "overview")
        press(window, "take")
        assert window.evaluate("document.getElementById('save-PNG').disabled")
        assert "林望舒" in window.evaluate("explorer.turtle()")
