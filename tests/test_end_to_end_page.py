"""The page that the README's command makes of seeds/, as its reader meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_page import browser, check_page, heading, opened, search

__all__ = ["browser"]  # the fixture


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("邵阳县", "邵阳县创新实施“四进四帮”工作法"),
        ("周启明", "邵阳县委书记周启明来到九公桥镇新塘村"),
        ("四进四帮", "进茶山帮技术"),
    ],
)
def test_search_finds_it_and_a_click_shows_a_sentence(browser: Any, seeds_out: Path, query: str, sentence: str) -> None:
    check_page(browser, seeds_out / "graph.html", query, sentence)


def test_search_finds_the_county_itself(browser: Any, seeds_out: Path) -> None:
    with opened(browser, seeds_out / "graph.html") as page:
        search(page, "邵阳县")
        assert heading(page) == "邵阳县"
        assert "430523" in page.locator("#content").inner_text()


def test_a_figure_of_a_traditional_article_is_found_in_simplified(browser: Any, seeds_out: Path) -> None:
    with opened(browser, seeds_out / "graph.html") as page:
        search(page, "松阳县残联")
        assert "310 户" in page.locator("#content table").inner_text()
