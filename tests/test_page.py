"""The explorer in a real browser: how it opens, searches and reads; that nothing is fetched, that no text runs.

``check_page(browser, path, query, sentence)`` drives any page; ``test_end_to_end_page.py`` gives it a built one.
What is done with the map and its views is in ``test_explorer.py``.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import OutputError
from kg.record.vocabulary import KINDS, PREDICATE_PROPERTY
from kg.render import html as page_html
from kg.render.blocks import pinyin_keys
from kg.render.export import export
from kg.render.groups import grouped
from kg.render.html import embedded, write_page
from kg.render.layout import layout
from kg.render.page_data import read_page_data
from kg.render.rdf import nquads_of

BASE = "https://example.org/id/"
PREFIXES = """
@prefix xz: <https://w3id.org/xianzhi/ontology#> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix schema: <https://schema.org/> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix oa: <http://www.w3.org/ns/oa#> .
@prefix : <https://example.org/id/> . @prefix g: <https://example.org/id/graph/> .
"""
SENTENCE = "云溪县委书记林望舒到柳湾镇调研“三清三建”工作。"
SAMPLE = (
    PREFIXES
    + """
:doc1 {
  :doc1 a schema:NewsArticle ; dcterms:identifier "a-001" ; dcterms:title "云溪县推进人居环境整治" ;
    dcterms:date "2021-06-02" ; dcterms:source "云溪新闻网" .
  :lin a xz:Person, xz:Official ; skos:prefLabel "林望舒"@zh-Hans ; skos:altLabel "林書記"@zh-Hant .
  :committee a xz:Organisation, xz:PartyCommittee ; skos:prefLabel "中共云溪县委员会"@zh-Hans ;
    skos:altLabel "云溪县委"@zh-Hans, "雲溪縣委"@zh-Hant ; xz:jurisdiction :p990001 .
  :women a xz:Organisation, xz:MassOrganisation ; skos:prefLabel "云溪县妇联"@zh-Hans ; skos:altLabel "县妇联"@zh-Hans ;
    org:subOrganizationOf :committee ; xz:carriesOut :clean .
  :clean a xz:Program, xz:Campaign ; skos:prefLabel "三清三建"@zh-Hans .
  :p990001 a xz:Place, xz:County ; skos:prefLabel "云溪县"@zh-Hans ; xz:divisionCode "990001" .
  :p990001101 a xz:Place, xz:Township ; skos:prefLabel "柳湾镇"@zh-Hans ; xz:divisionCode "990001101" .
  :alone a xz:Place, xz:Village ; skos:prefLabel "独木村"@zh-Hans .
  :lin org:holds :post . :post a org:Post ; org:postIn :committee ; xz:title "书记" . :lin xz:visited :p990001101 .
  :c1 a xz:Claim, rdf:Statement ; rdf:subject :lin ; rdf:predicate org:holds ; rdf:object :post ;
    xz:confidence 0.93 ; prov:wasDerivedFrom :e1 .
  :c2 a xz:Claim, rdf:Statement ; rdf:subject :lin ; rdf:predicate xz:visited ; rdf:object :p990001101 ;
    xz:confidence 0.81 ; prov:wasDerivedFrom :e1 .
  :e1 a xz:Evidence ; dcterms:source :doc1 ; oa:exact "SENTENCE" ; xz:beginIndex 120 ; xz:endIndex 145 ;
    xz:rule "post" .
  :o1 a schema:Observation ; schema:observationAbout :women ; schema:name "走访农户" ; schema:value 25083 ;
    schema:unitText "户" ; xz:approximate true ; prov:wasDerivedFrom :e2 ; xz:confidence 0.9 .
  :o2 a schema:Observation ; schema:observationAbout :women ; schema:name "示范村" ; schema:value 9 ;
    schema:unitText "个" ; prov:wasDerivedFrom :e2 ; xz:confidence 0.9 ; schema:observationDate "2021" .
  :o3 a schema:Observation ; schema:observationAbout :women ; schema:name "示范村" ; schema:value 7 ;
    schema:unitText "个" ; prov:wasDerivedFrom :e2 ; xz:confidence 0.9 ; schema:observationDate "2019" .
  :e2 a xz:Evidence ; dcterms:source :doc1 ; oa:exact "县妇联走访农户25083户。" ; xz:beginIndex 200 ; xz:endIndex 213 ;
    xz:rule "figure" .
}
g:divisions {
  :p990001101 xz:locatedIn :p990001 . :p990001 xz:locatedIn :p99 .
  :p99 a xz:Place, xz:Province ; skos:prefLabel "云海省"@zh-Hans ; xz:divisionCode "99" .
  :p98 a xz:Place, xz:Province ; skos:prefLabel "无关省"@zh-Hans ; xz:divisionCode "98" .
}
""".replace("SENTENCE", SENTENCE)
)

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    """"quoted" 'single' & <b>bold</b> `tick` ${alert(3)}""",
    "\u202egnal si siht\u202c 县\u200f委",
    "长" * 10_000,
    "👩‍👩‍👧 喜🎉",
    "<!--<script>",
    "line\u2028end\u2029end\nnew",
]


def store_of(trig: str) -> ox.Store:
    store = ox.Store()
    store.load(trig.encode(), format=ox.RdfFormat.TRIG)
    return store


def hostile_store() -> ox.Store:
    """Every hostile text as a name, alias, post, sentence, title, source, unit, indicator and rule at once."""
    store = store_of(SAMPLE)
    graph = ox.NamedNode(BASE + "hostile")
    hub = ox.NamedNode(BASE + "women")

    def term(name: str) -> ox.NamedNode:
        prefix, local = name.split(":")
        found = {"xz": "https://w3id.org/xianzhi/ontology#", "org": "http://www.w3.org/ns/org#"}
        found |= {"schema": "https://schema.org/", "prov": "http://www.w3.org/ns/prov#", "": BASE}
        found |= {"dcterms": "http://purl.org/dc/terms/", "skos": "http://www.w3.org/2004/02/skos/core#"}
        found |= {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "oa": "http://www.w3.org/ns/oa#"}
        return ox.NamedNode(found[prefix] + local)

    def say(subject: ox.NamedNode, **facts: Any) -> None:
        for predicate, values in facts.items():
            for value in values if isinstance(values, list) else [values]:
                term_value = ox.Literal(value) if isinstance(value, str) else value
                store.add(ox.Quad(subject, term(predicate.replace("__", ":")), term_value, graph))

    say(graph, rdf__type=term("schema:NewsArticle"), dcterms__title=HOSTILE[0], dcterms__source=HOSTILE[1])
    for i, text in enumerate(HOSTILE):
        thing, post, claim, proof = (ox.NamedNode(f"{BASE}{kind}{i}") for kind in ("bad", "post", "claim", "proof"))
        say(thing, rdf__type=[term("xz:Person")], skos__prefLabel=text, skos__altLabel=f"别名{i}{text[:60]}")
        say(thing, org__holds=post)
        say(post, rdf__type=term("org:Post"), org__postIn=hub, xz__title=text[:200])
        say(claim, rdf__type=term("xz:Claim"), rdf__subject=thing, rdf__predicate=term("org:holds"), rdf__object=post)
        say(claim, prov__wasDerivedFrom=proof, xz__confidence=text[:30])
        say(proof, rdf__type=term("xz:Evidence"), dcterms__source=graph, oa__exact=f"证{i}：{text}", xz__rule=text[:99])
        figure = ox.NamedNode(f"{BASE}figure{i}")
        say(figure, rdf__type=term("schema:Observation"), schema__observationAbout=thing, schema__name=text)
        say(figure, schema__value=text[:50], schema__unitText=text[:50], prov__wasDerivedFrom=proof)
    return store


# ---- a browser --------------------------------------------------------------------------------------------

IDLE = "() => document.body.getAttribute('aria-busy') === 'false'"
#: What the driver of a machine without a graphics card says about our reading which node is under the pointer.
DRIVER = "GPU stall due to ReadPixels"


def _missing(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is needed under CI=true")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        _missing("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def opened(browser: Any, path: Path, fragment: str = "", **context: Any) -> Iterator[Any]:
    """The page at ``path``; on leaving, fails on any console error, dialog, or request that leaves the file."""
    settings = {"locale": "zh-CN", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}}
    session = browser.new_context(**(settings | context))
    page = session.new_page()
    page.set_default_timeout(15_000)
    troubles: list[str] = []

    def hear(message: Any) -> None:
        if message.type in ("error", "warning") and DRIVER not in message.text:
            troubles.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: asked.url.split(":")[0] in ("file", "data", "blob") or troubles.append(asked.url))

    def dialog(shown: Any) -> None:
        troubles.append(f"dialog: {shown.message}")
        shown.dismiss()

    page.on("dialog", dialog)
    page.goto(path.as_uri() + fragment)
    page.wait_for_function(IDLE)
    yield page
    page.wait_for_timeout(50)
    session.close()
    assert troubles == []


def settle(page: Any) -> None:
    page.wait_for_function(IDLE)


def search(page: Any, text: str) -> None:
    """Take the first result for ``text``."""
    page.fill("#search", text)
    page.press("#search", "Enter")
    page.wait_for_function("() => document.getElementById('results').hidden && location.hash.includes('at=')")
    settle(page)


def heading(page: Any) -> str:
    return page.locator("#content h2").inner_text()


def drawn(page: Any) -> set[str]:
    """The names of the things on the map."""
    names = "() => explorer.drawn().mapNodes((_, { name }) => name).filter(Boolean)"
    return set(page.evaluate(names))


def point_of(page: Any, name: str) -> tuple[float, float]:
    """Where the thing of that name is drawn, in pixels of the window."""
    box = page.locator("#picture").bounding_box()
    at = page.evaluate(
        """(name) => { const graph = explorer.drawn(); const node = graph.findNode((_, one) => one.name === name);
          return explorer.renderer().graphToViewport(graph.getNodeAttributes(node)); }""",
        name,
    )
    return box["x"] + at["x"], box["y"] + at["y"]


def click_node(page: Any, name: str) -> None:
    """Click where the thing of that name is drawn."""
    page.mouse.click(*point_of(page, name))
    settle(page)


def check_page(browser: Any, path: Path, query: str, sentence: str) -> None:
    """Search ``query``, take the first result by Enter, and read ``sentence``; then again by a click on its node."""
    with opened(browser, path) as page:
        search(page, query)
        name = heading(page)
        page.locator("#content blockquote", has_text=sentence).first.wait_for()
        page.click("#close")
        page.locator("#content blockquote").first.wait_for(state="detached")
        click_node(page, name)
        page.locator("#content blockquote", has_text=sentence).first.wait_for()
        assert heading(page) == name


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "graph.html"
    write_page(nquads_of(store_of(SAMPLE)), path, base=BASE)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "graph.html"
    write_page(nquads_of(hostile_store()), path, base=BASE)
    return path


# ---- what the file is -------------------------------------------------------------------------------------


def test_the_same_statements_give_the_same_bytes_in_any_order(tmp_path: Path, sample: Path) -> None:
    shuffled = ox.Store()
    for quad in sorted(store_of(SAMPLE), key=str, reverse=True):
        shuffled.add(quad)
    write_page(nquads_of(shuffled), tmp_path / "again.html", base=BASE)
    assert (tmp_path / "again.html").read_bytes() == sample.read_bytes()


def test_reference_places_stand_only_where_documents_lead_to_them() -> None:
    names = {thing.name for thing in read_page_data(nquads_of(store_of(SAMPLE)), base=BASE).things}
    assert "云海省" in names and "无关省" not in names


def test_a_folder_that_is_missing_is_said_in_one_line_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="graph.html"):
        write_page(nquads_of(store_of(SAMPLE)), tmp_path / "none" / "graph.html", base=BASE)
    (tmp_path / "graph.html").mkdir()
    with pytest.raises(OutputError):
        write_page(nquads_of(store_of(SAMPLE)), tmp_path / "graph.html", base=BASE)
    assert [path.name for path in tmp_path.iterdir()] == ["graph.html"]


def test_embedded_json_holds_nothing_that_html_reads() -> None:
    assert not set("<>&\u2028\u2029") & set(embedded(HOSTILE))


def test_every_class_and_relation_has_words_in_both_languages() -> None:
    words = page_html.words()
    for name in [*KINDS, *(kind for kinds in KINDS.values() for kind in kinds)]:
        assert set(words["classes"][name]) == {"zh", "en"}, name
    local = {"holdsPost"} | {p.value.split("#")[-1].split("/")[-1] for p in PREDICATE_PROPERTY.values()} - {"holds"}
    assert local <= set(words["relations"])


def test_every_phrase_that_the_page_says_is_in_both_languages_and_no_other_is_kept() -> None:
    said = page_html.joined() + page_html.file("explorer.html")
    phrases = page_html.words()["ui"]
    asked = set(re.findall(r'(?:word\("|data-(?:word|label)=")(\w+)"', said))
    assert asked <= set(phrases)
    assert all(set(one) == {"zh", "en"} for one in phrases.values())
    qualifiers = {"Share", "Increase", "Decrease", "Before", "After", "LowerBound", "UpperBound"}
    assert {name for name in phrases if not re.search(rf"\b{name}\b", said)} == qualifiers


def test_layout_is_repeatable_keeps_groups_apart_and_nodes_in_their_group() -> None:
    of = [0] * 40 + [1] * 30 + [2]
    edges = [(0, i) for i in range(1, 40)] + [(i, i + 1) for i in range(40, 69)] + [(0, 40)]
    placed = layout(of, 3, edges)
    assert placed == layout(of, 3, edges)
    assert len(set(placed.points)) == len(of)
    for (x, y), group in zip(placed.points, of, strict=True):
        circle = placed.circles[group]
        assert math.hypot(x - circle.x, y - circle.y) <= circle.radius
    for a, b in combinations(placed.circles, 2):
        assert math.hypot(a.x - b.x, a.y - b.y) >= a.radius + b.radius


def test_what_a_county_does_belongs_to_it_and_what_has_none_to_a_community() -> None:
    data = read_page_data(nquads_of(store_of(SAMPLE)), base=BASE)
    grouping = grouped(data)
    group = {thing.name: grouping.groups[of] for thing, of in zip(data.things, grouping.of, strict=True)}
    assert group["林望舒"] == group["三清三建"] == group["柳湾镇"] and group["林望舒"].name == "云溪县"
    assert group["独木村"].sort == "rest"
    strangers = read_page_data(nquads_of(many(200)), base=BASE)
    assert {one.sort for one in grouped(strangers).groups} == {"community"}


def test_no_part_of_the_map_is_named_by_a_bare_code_and_a_province_is_there_once(monkeypatch: Any) -> None:
    monkeypatch.setattr("kg.render.groups.MOST", 20)  # fewer than the counties, so that prefectures stand for them
    made = [(500000, "Province", "渝市"), (430000, "Province", "湘省"), (430101, "County", "湘一县")]
    made += [(500201 + n, "County", f"县{n}") for n in range(30)]
    said = ':p{0} a xz:Place, xz:{1} ; skos:prefLabel "{2}" ; xz:divisionCode "{0}" .'
    lines = [said.format(*one) for one in made]
    lines += [f':o{n} a xz:Organisation ; skos:prefLabel "省属{n}" ; xz:jurisdiction :p430000 .' for n in range(6)]
    data = read_page_data(nquads_of(store_of("\n".join([PREFIXES, ":doc {", *lines, "}"]))), base=BASE)
    assert sorted(group.name for group in grouped(data).groups) == ["渝市", "湘省"]


def test_pinyin_of_names_and_traditional_aliases_is_one_key() -> None:
    assert pinyin_keys(["雲溪縣委", "云溪县委", "X1"]) == "yun xi xian wei"


# ---- what a reader sees -----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["林望舒", "林書記", "望舒", "linwangshu", "lws", "Lin Wangshu"])
def test_a_name_alias_or_pinyin_leads_to_the_sentence(browser: Any, sample: Path, query: str) -> None:
    with opened(browser, sample) as page:
        search(page, query)
        assert heading(page) == "林望舒"
        page.locator("#content blockquote", has_text=SENTENCE).first.wait_for()


def test_a_click_on_what_was_found_leads_to_the_sentence(browser: Any, sample: Path) -> None:
    check_page(browser, sample, "林望舒", SENTENCE)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("云溪县委", "中共云溪县委员会"),
        ("雲溪縣委", "中共云溪县委员会"),
        ("柳灣鎮", "柳湾镇"),
        ("yxxw", "中共云溪县委员会"),
    ],
)
def test_short_and_traditional_forms_find_it(browser: Any, sample: Path, query: str, name: str) -> None:
    with opened(browser, sample) as page:
        search(page, query)
        assert heading(page) == name


def test_results_are_grouped_by_class_and_walked_by_arrows(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        page.keyboard.press("/")
        page.keyboard.type("云溪县")
        page.locator("#results .option").first.wait_for()
        groups = page.locator("#results [role=group]").evaluate_all("all => all.map((group) => group.ariaLabel)")
        assert sorted(groups) == sorted(["机构", "地方", "文档"])
        second = page.locator("#results .option").nth(1).locator("bdi").first.inner_text()
        page.keyboard.press("ArrowDown")
        page.wait_for_function("() => document.querySelectorAll('#results .option')[1].ariaSelected === 'true'")
        page.locator("#results .option").nth(1).click()
        settle(page)
        assert heading(page) == second
        assert page.locator("#results").is_hidden()


def test_the_panel_reads_both_directions_marks_names_and_cites(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "柳湾镇")
        text = page.locator("#content").inner_text()
        assert "到访者" in text and "林望舒" in text and "990001101" in text and "来自参考数据" in text
        assert "云溪县推进人居环境整治 · 2021-06-02 · 云溪新闻网" in text and "第 120–145 字" in text
        assert {"林望舒", "柳湾镇"} <= set(page.locator("#content mark").all_inner_texts())


def test_figures_are_a_table_that_sorts_with_unit_bar_chart_and_sentence(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "县妇联")
        table = page.locator("#content table").inner_text()
        assert "走访农户" in table and "约 25,083" in table and "户" in table and "县妇联走访农户25083户。" in table
        first = "#content table tbody tr:first-child th"
        page.click("#content th button >> text=数值")
        low = page.inner_text(first)
        page.click("#content th button >> text=数值")
        assert page.inner_text(first) != low
        assert page.get_attribute("#content th[aria-sort=descending]", "scope") == "col"
        chart = page.get_attribute("#content svg.chart", "aria-label")
        assert chart == "2019: 7; 2021: 9"


def test_short_forms_and_amounts_are_marked_where_they_tell_the_fact(browser: Any, tmp_path: Path) -> None:
    sentence = "县残联会同县妇联慰问残疾人1.25万余户，柳湾县残联另慰问1.25万户。"
    store = store_of(
        PREFIXES
        + f""":doc1 {{
      :doc1 a schema:NewsArticle ; dcterms:identifier "a-001" ; dcterms:title "慰问" .
      :p1 a xz:Place, xz:County ; skos:prefLabel "云溪县"@zh-Hans . :p2 a xz:Place ; skos:prefLabel "柳湾县"@zh-Hans .
      :body a xz:Organisation ; skos:prefLabel "云溪县残联"@zh-Hans .
      :women a xz:Organisation ; skos:prefLabel "云溪县妇联"@zh-Hans .
      :o1 a schema:Observation ; schema:observationAbout :body ; schema:name "慰问残疾人" ; schema:value 12500 ;
        schema:unitText "户" ; prov:wasDerivedFrom :e1 ; xz:confidence 0.9 .
      :e1 a xz:Evidence ; dcterms:source :doc1 ; oa:exact "{sentence}" ; xz:beginIndex 0 ; xz:endIndex 33 .
    }}"""
    )
    path = tmp_path / "graph.html"
    write_page(nquads_of(store), path, base=BASE)
    with opened(browser, path) as page:
        search(page, "云溪县残联")
        marks = page.locator("#content mark").all_inner_texts()
        assert marks == ["县残联", "慰问残疾人", "1.25万余户", "1.25万户"], "柳湾县残联 is another body"
        page.click("#content cite button >> nth=0")
        settle(page)
        mentions = page.locator(".reading .mention").all_inner_texts()
        assert mentions == ["县残联", "县妇联", "柳湾县"]


def test_a_click_on_a_line_shows_its_sentences(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "林望舒")
        ends = [point_of(page, name) for name in ("林望舒", "柳湾镇")]
        page.mouse.click(*(sum(axis) / 2 for axis in zip(*ends, strict=True)))
        page.wait_for_function("() => location.hash.includes('at=line')")
        settle(page)
        page.locator("#content blockquote", has_text=SENTENCE).wait_for()
        assert "林望舒" in heading(page) and "柳湾镇" in heading(page)
        assert page.locator("#content .post").count() == 0, "the post is another line's fact"


def test_legend_hides_a_class_and_a_name_without_relations_is_found(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        assert "独木村" not in drawn(page)
        page.locator("#legend button", has_text="人物").click()
        settle(page)
        assert "林望舒" not in drawn(page)
        search(page, "林望舒")
        assert "林望舒" in drawn(page), "what is looked for is shown again"
        search(page, "独木村")
        assert "独木村" in drawn(page)


def test_language_follows_the_browser_and_the_toggle(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        assert page.get_attribute("html", "lang") == "zh-Hans"
        search(page, "林望舒")
        assert "任职" in page.locator("#content").inner_text()
        page.click("#language")
        settle(page)
        assert page.get_attribute("html", "lang") == "en"
        assert "Holds post" in page.locator("#content").inner_text()
        assert "Organisation" in page.locator("#legend").inner_text()
    with opened(browser, sample, locale="en-GB") as page:
        assert "best connected" in page.locator("#content").inner_text()


def test_dark_and_light_differ_and_follow_the_system(browser: Any, sample: Path) -> None:
    colour = "() => getComputedStyle(document.body).backgroundColor"
    node = "() => explorer.drawn().getNodeAttribute(explorer.drawn().nodes()[0], 'color')"
    with opened(browser, sample, color_scheme="dark") as page:
        dark = page.evaluate(colour), page.evaluate(node)
        page.emulate_media(color_scheme="light")
        page.wait_for_function(f"(dark) => ({colour})() !== dark[0] && ({node})() !== dark[1]", arg=dark)


def test_a_phone_shows_the_panel_over_the_picture_and_lets_it_go(browser: Any, sample: Path) -> None:
    with opened(browser, sample, viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True) as page:
        assert page.locator("#panel").is_hidden()
        search(page, "林望舒")
        assert page.locator("#panel").is_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
        page.tap("#close")
        page.locator("#panel").wait_for(state="hidden")


# ---- hostile text -----------------------------------------------------------------------------------------


def test_on_a_phone_a_table_keeps_names_readable_and_headings_whole(browser: Any, sample: Path) -> None:
    with opened(browser, sample, viewport={"width": 390, "height": 844}) as page:
        search(page, "柳湾镇")
        inside = "(h) => h.querySelector('bdi').getBoundingClientRect().top - h.getBoundingClientRect().top"
        assert page.locator("#content h2").evaluate(inside) >= 0
        page.click("#close")
        page.click("#view-table")
        settle(page)
        height = page.locator("#other td >> text=中共云溪县委员会").first.bounding_box()["height"]
        assert height < 60, "no column of single characters"


def test_hostile_text_is_shown_as_text_in_every_view(browser: Any, hostile: Path) -> None:
    with opened(browser, hostile) as page:
        own = page.evaluate("() => document.querySelectorAll('script').length")
        for i, text in enumerate(HOSTILE):
            search(page, f"别名{i}")
            assert page.locator("#content h2").text_content() == text
            assert page.locator("#content blockquote").first.text_content() == f"证{i}：{text}"
        search(page, "县妇联")
        assert page.locator("#content .post").count() == len(HOSTILE)
        for view in ("table", "timeline", "trees", "compare", "document"):
            page.click(f"#view-{view}")
            settle(page)
            assert page.locator("#other").inner_text(), view
        page.locator("#other .link").first.click()
        page.locator(".reading h2").wait_for()
        page.click("#view-map")
        settle(page)
        for name in ("turtle", "jsonld", "csv", "sparql", "pictureSvg"):
            text = page.evaluate(f"() => explorer.{name}()")
            assert text, name
        assert page.evaluate("() => document.querySelectorAll('script').length") <= own
        assert page.evaluate("() => document.querySelectorAll('img, iframe, object, b').length") == 0


@pytest.mark.parametrize(
    "fragment", ["#at=thing~nobody", "#at=%E0%A4%A", "#view=nowhere&open=x.y&grown=a~b", "#<img src=x>"]
)
def test_an_address_that_makes_no_sense_opens_the_page_all_the_same(browser: Any, sample: Path, fragment: str) -> None:
    with opened(browser, sample, fragment) as page:
        assert page.locator("#content").inner_text()
        search(page, "林望舒")
        assert heading(page) == "林望舒"


def test_the_policy_refuses_a_script_that_was_slipped_in(browser: Any, sample: Path, tmp_path: Path) -> None:
    slipped = tmp_path / "slipped.html"
    text = sample.read_text(encoding="utf-8").replace("</body>", "<script>window.slipped = 1</script></body>")
    slipped.write_text(text, encoding="utf-8")
    page = browser.new_page()
    page.goto(slipped.as_uri())
    assert page.evaluate("() => window.slipped") is None
    page.close()


def test_the_pyvis_picture_draws_and_runs_nothing(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "graph.pyvis.html"
    export(hostile_store(), "pyvis", path)
    page = browser.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
    page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or troubles.append(asked.url))
    page.on("dialog", lambda shown: troubles.append(shown.message))
    page.goto(path.as_uri())
    page.wait_for_selector("canvas")
    labels = page.evaluate("() => picture.body.data.nodes.get().map((node) => node.label)")
    assert len(labels) > len(HOSTILE) and max(map(len, labels)) <= 24
    assert not any(mark in label for label in labels for mark in "\u202e\u200f\u2028\n")
    assert page.evaluate("() => document.querySelectorAll('img, iframe, select, h1').length") == 0
    page.close()
    assert troubles == []
    with pytest.raises(OutputError, match="graph.html"):
        export(many(3200), "pyvis", path)


# ---- size -------------------------------------------------------------------------------------------------


def many(count: int) -> ox.Store:
    """``count`` people, each in one of ``count / 20`` bodies, each body under one of twenty."""
    lines = [PREFIXES, ":many {"]
    bodies = count // 20
    for i in range(bodies):
        lines.append(f':b{i} a xz:Organisation ; skos:prefLabel "第{i}办事处" ; org:subOrganizationOf :b{i % 20} .')
    for i in range(count):
        two = f":b{i * 7 % bodies}, :b{i * 13 % bodies}"
        lines.append(f':n{i} a xz:Person ; skos:prefLabel "人物{i}" ; xz:contacts {two} .')
    return store_of("\n".join([*lines, "}"]))


def test_a_large_graph_opens_on_an_overview_and_finds_the_rest(browser: Any, tmp_path: Path) -> None:
    write_page(nquads_of(many(4000)), tmp_path / "graph.html", base=BASE)
    begun = time.perf_counter()
    with opened(browser, tmp_path / "graph.html") as page:
        page.wait_for_selector("#picture[data-ready]")
        assert time.perf_counter() - begun < 20, "seconds, with room for a busy machine"
        assert page.evaluate("() => explorer.drawn().order + explorer.first.groups.key.length") <= 2000
        assert page.evaluate("() => Object.keys(explorer.data)") == [], "nothing is unpacked before it is asked for"
        assert "4,200" in page.locator("#opened").inner_text()
        search(page, "人物3999")
        assert heading(page) == "人物3999" and "人物3999" in drawn(page)


def test_an_empty_graph_says_so(browser: Any, tmp_path: Path) -> None:
    write_page(nquads_of(ox.Store()), tmp_path / "graph.html", base=BASE)
    with opened(browser, tmp_path / "graph.html") as page:
        assert "图中没有实体。" in page.locator("#content").inner_text()
