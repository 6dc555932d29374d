"""What a reader does with the explorer: the map, filters, ways, the other views, what is taken away, by keys as well.

How it opens, searches and reads is in ``test_page.py``.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import struct
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from test_page import browser, drawn, heading, opened, point_of, sample, search, settle

from kg.record.store import open_store

__all__ = ["browser", "sample"]  # the fixtures


@pytest.fixture(scope="module")
def built(seeds_out: Path) -> Path:
    return seeds_out / "graph.html"


def press(page: Any, selector: str) -> None:
    page.click(selector)
    settle(page)


# --- 2 and 3: the first view and from there --------------------------------------------------------------------


def test_the_first_view_is_counties_kinds_and_the_best_connected(browser: Any, built: Path) -> None:
    with opened(browser, built) as page:
        page.wait_for_selector("#picture[data-ready]")
        groups = page.evaluate("() => explorer.first.groups.name")
        assert {"邵阳县", "松阳县"} <= set(groups)
        kinds = page.evaluate("() => explorer.drawn().filterNodes((_, one) => one.kind).length")
        assert kinds >= 4 * 9
        assert page.evaluate("() => explorer.drawn().order") <= 2000
        text = page.locator("#content").inner_text()
        assert "人物 · 联系最多" in text and "机构 · 联系最多" in text and "工作 · 联系最多" in text


def test_no_two_names_on_the_map_cover_each_other(browser: Any, built: Path) -> None:
    with opened(browser, built) as page:
        page.wait_for_selector("#picture[data-ready]")
        page.wait_for_timeout(300)
        boxes = page.evaluate("() => explorer.names()")
        assert len(boxes) > 40
        over = [
            (a, b) for i, a in enumerate(boxes) for b in boxes[:i]
            if a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
            and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]
        ]  # fmt: skip
        assert over == []


def test_no_name_covers_the_mark_of_what_was_chosen(browser: Any, built: Path) -> None:
    with opened(browser, built, viewport={"width": 390, "height": 720}) as page:
        search(page, "四进四帮")
        page.wait_for_timeout(400)
        over = page.evaluate(
            """() => { const node = explorer.drawn().findNode((_, one) => one.name === "四进四帮");
              const at = explorer.renderer().graphToViewport(explorer.drawn().getNodeAttributes(node));
              return explorer.names().filter((box) => box.node && box.node !== node && box.x < at.x + 5
                && at.x - 5 < box.x + box.width && box.y < at.y + 5 && at.y - 5 < box.y + box.height).length; }"""
        )
        assert over == 0


def test_more_shows_as_one_comes_nearer_and_a_circle_may_shrink_to_nothing(browser: Any, built: Path) -> None:
    visible = "() => explorer.drawn().filterNodes((_, one) => !one.hidden).length"
    with opened(browser, built) as page:
        page.wait_for_selector("#picture[data-ready]")
        near = page.evaluate(visible)
        page.evaluate("() => explorer.renderer().setSetting('maxCameraRatio', 100)")
        page.evaluate("() => explorer.renderer().getCamera().setState({ ratio: 80 })")
        page.wait_for_function(f"() => ({visible})() === 0")
        page.evaluate("() => explorer.renderer().getCamera().setState({ ratio: 1 })")
        page.wait_for_function(f"(near) => ({visible})() === near", arg=near)
        search(page, "周启明")
        page.evaluate("() => explorer.renderer().getCamera().setState({ ratio: 80 })")
        page.wait_for_function(f"() => ({visible})() > 0 && ({visible})() < 20")  # what was asked for stays


def test_expand_collapse_hide_pin_only_undo_and_the_address(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "林望舒")
        press(page, "#do-only")
        assert drawn(page) == {"林望舒"}
        press(page, "#do-expand")
        assert drawn(page) == {"林望舒", "中共云溪县委员会", "柳湾镇"}
        address = page.evaluate("() => location.hash")
        press(page, "#do-collapse")
        assert drawn(page) == {"林望舒"}
        press(page, "#undo")
        page.wait_for_function("(hash) => location.hash === hash", arg=address)
        settle(page)
        assert drawn(page) == {"林望舒", "中共云溪县委员会", "柳湾镇"}
        search(page, "柳湾镇")
        press(page, "#do-pin")
        search(page, "林望舒")
        press(page, "#do-hide")
        assert "林望舒" not in drawn(page)
        page.go_back()
        page.wait_for_function("() => location.hash.includes('at=thing')")
        settle(page)
        assert "林望舒" in drawn(page), "the browser's own back button takes a step back"
        press(page, "#clear")
        assert "柳湾镇" in drawn(page), "what is pinned stays"
    with opened(browser, sample, address) as page:
        assert drawn(page) == {"林望舒", "中共云溪县委员会", "柳湾镇"} and heading(page) == "林望舒"


def test_a_county_and_a_kind_open_and_breadcrumbs_lead_back(browser: Any, built: Path) -> None:
    with opened(browser, built) as page:
        press(page, "#content .link >> text=邵阳县")
        assert heading(page) == "邵阳县"
        press(page, "#content .actions button >> text=展开地方")
        assert "新塘村" in drawn(page)
        assert page.locator("#opened .chip").count() == 2
        press(page, "#content .thing >> text=谷洲镇")
        crumbs = page.locator("#crumbs button").all_inner_texts()
        assert crumbs == ["概览", "邵阳县", "邵阳县 · 地方", "谷洲镇"]
        press(page, "#crumbs li:nth-child(2) button")
        assert heading(page) == "邵阳县"
        press(page, "#opened .chip >> nth=0")
        assert page.locator("#opened .chip").count() == 0, "a county closes with its kinds"


def test_a_thing_that_is_dragged_is_pinned_where_it_is_dropped(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "林望舒")
        x, y = point_of(page, "林望舒")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y + 40, steps=4)
        page.mouse.up()
        page.wait_for_function("() => location.hash.includes('pins=')")
        settle(page)
        moved = point_of(page, "林望舒")
        assert abs(moved[0] - x - 60) < 8 and abs(moved[1] - y - 40) < 8


# --- 4: find ----------------------------------------------------------------------------------------------------


def test_filters_by_relation_confidence_date_and_document(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        press(page, "#filter")
        page.locator("#filter-rel-visited").wait_for()
        page.uncheck("#filter-rel-visited")
        settle(page)
        search(page, "林望舒")
        assert "走访" not in page.locator("#content").inner_text() and "任职" in page.locator("#content").inner_text()
        page.check("#filter-rel-visited")
        settle(page)
        page.locator("#filter-sure").fill("0.9")
        settle(page)
        assert "走访" not in page.locator("#content").inner_text(), "0.81 is less than 0.9"
        press(page, "#filters button >> text=清除筛选")
        assert "走访" in page.locator("#content").inner_text()
        page.fill("#filter-from", "2022-01-01")
        settle(page)
        assert "走访" not in page.locator("#content").inner_text(), "the document is of 2021"
        press(page, "#filters button >> text=清除筛选")
        page.select_option("#filter-doc", "a-001")
        settle(page)
        assert drawn(page) == {"林望舒", "柳湾镇", "中共云溪县委员会"}, "what the document's sentences state"


def test_the_shortest_way_between_two_things(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "林望舒")
        press(page, "#do-way")
        assert "林望舒" in page.locator("#notice").inner_text()
        search(page, "三清三建")
        steps = page.locator("#content .way").first.locator(".thing").all_inner_texts()
        assert steps == ["林望舒", "中共云溪县委员会", "云溪县妇联", "三清三建"]
        assert set(steps) <= drawn(page)
        search(page, "林望舒")
        press(page, "#do-way")
        search(page, "独木村")
        assert "没有路径" in page.locator("#content").inner_text()


# --- 5 and 6: read, other views -----------------------------------------------------------------------------------


def test_a_document_shows_its_sentences_with_entities_that_lead_on(browser: Any, built: Path) -> None:
    with opened(browser, built) as page:
        search(page, "周启明")
        press(page, "#content figcaption .link >> nth=0")
        page.locator(".reading .mention", has_text="周启明").first.wait_for()
        offsets = [int(text.split("–")[0]) for text in page.locator(".offset").all_inner_texts()]
        assert offsets == sorted(offsets) and len(offsets) > 3
        page.locator(".reading .mention", has_text="新塘村").first.click()
        settle(page)
        assert "新塘村" in heading(page)
        assert page.locator(".reading").is_visible(), "the document stays open beside it"


def test_the_table_sorts_and_tells_the_same_selection_as_the_map(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "林望舒")
        press(page, "#do-only")
        press(page, "#do-expand")
        press(page, "#view-table")
        names = "#other tbody tr td:first-child"
        assert set(page.locator(names).all_inner_texts()) == {"林望舒", "中共云溪县委员会", "柳湾镇"}
        press(page, "#sort-facts")
        press(page, "#sort-facts")
        column = [int(text) for text in page.locator("#other tbody tr td:nth-child(5)").all_inner_texts()]
        assert column == sorted(column, reverse=True)
        press(page, "#table-facts")
        assert "书记" in page.locator("#other tbody").inner_text()


def test_the_timeline_the_trees_and_the_comparison(browser: Any, built: Path) -> None:
    with opened(browser, built) as page:
        press(page, "#view-timeline")
        assert page.locator("#other .bars button").count() > 1
        total = page.locator("#other .event").count()
        press(page, "#other .bars button >> nth=0")
        assert 0 < page.locator("#other .event").count() < total
        press(page, "#view-trees")
        press(page, "#tree-places")
        assert page.locator("#other [role=treeitem] [role=treeitem]").count() > 3
        press(page, "#view-compare")
        row = page.locator("#other .matrix tbody tr", has_text="四进四帮")
        assert row.locator(".cell").count() == 1
        row.locator(".cell").click()
        settle(page)
        assert "邵阳县" in page.locator("#content").inner_text() and page.locator("#content blockquote").count() > 0


def test_trees_are_walked_by_arrow_keys(browser: Any, built: Path) -> None:
    with opened(browser, built) as page:
        press(page, "#view-trees")
        page.focus("#other [role=treeitem][tabindex='0']")
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("() => document.activeElement.ariaExpanded") == "false"
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("() => document.activeElement.ariaLevel") == "2"
        page.keyboard.press("Enter")
        settle(page)
        assert heading(page)


# --- 7: take away -------------------------------------------------------------------------------------------------


def saved(page: Any, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(f"#save-{name}")
    return Path(waiting.value.path()).read_bytes()


def test_the_selection_is_saved_in_every_form(browser: Any, built: Path, seeds_out: Path) -> None:
    store = open_store(seeds_out)
    known = {str(quad.triple) for quad in store}
    with opened(browser, built, accept_downloads=True) as page:
        search(page, "周启明")
        press(page, "#do-only")
        press(page, "#do-expand")
        page.click("#take")
        page.locator("#save-Turtle").wait_for()
        triples = list(ox.parse(saved(page, "Turtle"), format=ox.RdfFormat.TURTLE))
        said = [triple for triple in triples if "Label" not in str(triple.predicate)]
        assert len(said) > 5
        assert [str(one.triple) for one in said if str(one.triple) not in known] == [], "it says what the graph says"
        linked = json.loads(saved(page, "JSON-LD"))
        assert any(node.get("skos:prefLabel", [{}])[0].get("@value") == "周启明" for node in linked["@graph"])
        rows = list(csv.DictReader(io.StringIO(saved(page, "CSV").decode("utf-8-sig"))))
        assert any(row["subject"] == "周启明" and row["post"] == "县委书记" for row in rows)
        png = saved(page, "PNG")
        width, height = struct.unpack(">II", png[16:24])
        assert png.startswith(b"\x89PNG") and width > 1000 and height > 800
        assert "周启明" in saved(page, "SVG").decode()
        query = page.input_value("#takeaway textarea")
        names = {row["name"].value for row in store.query(query)}  # type: ignore[union-attr]
        assert "邵阳县委" in names


def test_a_spreadsheet_takes_no_name_for_a_formula(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "林望舒")
        page.evaluate("async () => { await explorer.need('backing'); explorer.data.things.name[0] = '=1+1'; }")
        assert "'=1+1" in page.evaluate("() => explorer.csv()")


# --- 9: accessible -------------------------------------------------------------------------------------------------


def test_the_keyboard_reaches_everything_with_focus_seen(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "林望舒")
        reached = set()
        focused = """() => { const at = document.activeElement;
          return [at.closest("[id]")?.id, at.tagName, getComputedStyle(at).outlineStyle]; }"""
        for _ in range(45):
            page.keyboard.press("Tab")
            place, tag, outline = page.evaluate(focused)
            reached.add(place)
            assert tag not in ("BUTTON", "DIV") or outline != "none", f"focus is not seen on {place}"
        wanted = "language filter take view-map crumbs picture fit legend close do-expand"
        assert set(wanted.split()) <= reached
        unnamed = """() => [...document.querySelectorAll("button, input")]
          .filter((one) => !(one.ariaLabel || one.textContent.trim())).length"""
        assert page.evaluate(unnamed) == 0


def test_the_map_is_walked_by_keys(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        page.focus("#picture")
        page.keyboard.press("ArrowRight")
        assert "条关系" in page.locator("#said").inner_text() or page.locator("#said").inner_text()
        heard = set()
        for key in ("ArrowLeft", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight", "ArrowDown"):
            page.keyboard.press(key)
            heard.add(page.locator("#said").inner_text())
        assert len(heard) > 2
        page.keyboard.press("Enter")
        page.wait_for_function("() => location.hash.includes('at=')")
        settle(page)
        assert heading(page)
        before = page.evaluate("() => explorer.renderer().getCamera().ratio")
        page.keyboard.press("+")
        assert page.evaluate("() => explorer.renderer().getCamera().ratio") < before


def test_axe_finds_no_serious_fault_in_any_view(browser: Any, sample: Path) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("axe-playwright-python is not installed")
    axe = Axe()
    for scheme in ("light", "dark"):
        with opened(browser, sample, color_scheme=scheme, bypass_csp=True) as page:

            def check(where: str, page: Any = page) -> None:
                found = axe.run(page).response["violations"]
                bad = [
                    (one["id"], node["html"][:120], node.get("failureSummary", "")[:200])
                    for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"][:2]
                ]  # fmt: skip
                assert bad == [], where

            check("overview")
            search(page, "林望舒")
            check("panel")
            if scheme == "dark":
                continue
            page.fill("#search", "yunxi")
            page.locator("#results .option").first.wait_for()
            check("results")
            page.keyboard.press("Escape")
            for view in ("table", "timeline", "trees", "compare", "document"):
                press(page, f"#view-{view}")
                check(view)
            press(page, "#filter")
            check("filters")
            press(page, "#filter")
            page.click("#take")
            page.locator("#save-Turtle").wait_for()
            check("take away")


def test_without_webgl_the_other_views_still_serve(browser: Any, sample: Path, tmp_path: Path) -> None:
    page = browser.new_page(locale="en-GB")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(sample.as_uri())
    settle(page)
    assert "WebGL" in page.locator("#picture").inner_text()
    search(page, "林望舒")
    press(page, "#view-table")
    assert re.search("林望舒", page.locator("#other").inner_text())
    page.close()
