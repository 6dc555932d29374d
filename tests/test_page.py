"""The page graph.html in a real browser: what a reader sees, that nothing is fetched, that no text runs.

``check_page(browser, path, query, sentence)`` drives any page; ``test_end_to_end_page.py`` gives it a built one.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest

from kg.errors import OutputError
from kg.record.vocabulary import KINDS, PREDICATE_PROPERTY
from kg.render import html as page_html
from kg.render.html import embedded, write_page
from kg.render.layout import positions
from kg.render.page_data import read_page_data

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
def opened(browser: Any, path: Path, **context: Any) -> Iterator[Any]:
    """The page at ``path``; on leaving, fails on any console error, dialog, or request that leaves the file."""
    settings = {"locale": "zh-CN", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}}
    session = browser.new_context(**(settings | context))
    page = session.new_page()
    page.set_default_timeout(15_000)
    troubles: list[str] = []
    page.on("console", lambda message: message.type in ("error", "warning") and troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: asked.url.split(":")[0] in ("file", "data", "blob") or troubles.append(asked.url))

    def dialog(shown: Any) -> None:
        troubles.append(f"dialog: {shown.message}")
        shown.dismiss()

    page.on("dialog", dialog)
    page.goto(path.as_uri())
    page.wait_for_selector("#legend button")
    yield page
    page.wait_for_timeout(50)
    session.close()
    assert troubles == []


def search(page: Any, text: str) -> None:
    page.fill("#search", text)
    page.press("#search", "Enter")


def point_of(page: Any, x: float, y: float) -> tuple[float, float]:
    box = page.locator("#picture").bounding_box()
    dom = page.evaluate("([x, y]) => picture.canvasToDOM({ x, y })", [x, y])
    return box["x"] + dom["x"], box["y"] + dom["y"]


def click_node(page: Any, name: str) -> None:
    """Click where the node of that name is drawn."""
    node = page.evaluate("(name) => data.network.nodes[things.findIndex((t) => t.name === name)]", name)
    page.mouse.click(*point_of(page, node["x"], node["y"]))


def check_page(browser: Any, path: Path, query: str, sentence: str) -> None:
    """Search ``query``, take the first result by Enter, and read ``sentence``; then again by a click on its node."""
    with opened(browser, path) as page:
        search(page, query)
        name = page.locator("#content h2").inner_text()
        page.locator("#content blockquote", has_text=sentence).first.wait_for()
        page.click("#close")
        assert page.locator("#content blockquote").count() == 0
        click_node(page, name)
        page.locator("#content blockquote", has_text=sentence).first.wait_for()
        assert page.locator("#content h2").inner_text() == name


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "graph.html"
    write_page(store_of(SAMPLE), path, base=BASE)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "graph.html"
    write_page(hostile_store(), path, base=BASE)
    return path


# ---- what the file is -------------------------------------------------------------------------------------


def test_the_same_statements_give_the_same_bytes_in_any_order(tmp_path: Path, sample: Path) -> None:
    shuffled = ox.Store()
    for quad in sorted(store_of(SAMPLE), key=str, reverse=True):
        shuffled.add(quad)
    write_page(shuffled, tmp_path / "again.html", base=BASE)
    assert (tmp_path / "again.html").read_bytes() == sample.read_bytes()


def test_reference_places_stand_only_where_documents_lead_to_them() -> None:
    names = {thing.name for thing in read_page_data(store_of(SAMPLE), base=BASE).things}
    assert "云海省" in names and "无关省" not in names


def test_a_folder_that_is_missing_is_said_in_one_line_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="graph.html"):
        write_page(store_of(SAMPLE), tmp_path / "none" / "graph.html", base=BASE)
    (tmp_path / "graph.html").mkdir()
    with pytest.raises(OutputError):
        write_page(store_of(SAMPLE), tmp_path / "graph.html", base=BASE)
    assert [path.name for path in tmp_path.iterdir()] == ["graph.html"]


def test_embedded_json_holds_nothing_that_html_reads() -> None:
    assert not set("<>&\u2028\u2029") & set(embedded(HOSTILE))


def test_every_class_and_relation_has_words_in_both_languages() -> None:
    words = page_html.words()
    for name in [*KINDS, *(kind for kinds in KINDS.values() for kind in kinds)]:
        assert set(words["classes"][name]) == {"zh", "en"}, name
    local = {"holdsPost"} | {p.value.split("#")[-1].split("/")[-1] for p in PREDICATE_PROPERTY.values()} - {"holds"}
    assert local <= set(words["relations"])


def test_layout_is_repeatable_and_keeps_nodes_apart() -> None:
    graph = nx.disjoint_union(nx.star_graph(30), nx.path_graph(4))
    places = positions(graph)
    assert places == positions(graph)
    assert len(set(places.values())) == len(graph)


# ---- what a reader sees -----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["林望舒", "林書記", "望舒"])
def test_a_name_or_alias_leads_to_the_sentence(browser: Any, sample: Path, query: str) -> None:
    check_page(browser, sample, query, SENTENCE)


@pytest.mark.parametrize("query", ["雲溪縣委", "云溪县委"])
def test_a_body_is_found_by_its_short_and_traditional_form(browser: Any, sample: Path, query: str) -> None:
    with opened(browser, sample) as page:
        search(page, query)
        assert page.locator("#content h2").inner_text() == "中共云溪县委员会"


def test_results_are_grouped_by_class_and_walked_by_arrows(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        page.keyboard.press("/")
        page.keyboard.type("云")
        groups = page.locator("#results [role=group]").evaluate_all("all => all.map((group) => group.ariaLabel)")
        assert sorted(groups) == sorted(["机构", "地方"])
        second = page.locator("#results .option").nth(1).locator("bdi").first.inner_text()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert page.locator("#content h2").inner_text() == second
        assert page.locator("#results").is_hidden()


def test_the_panel_reads_both_directions_marks_names_and_cites(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "柳湾镇")
        text = page.locator("#content").inner_text()
        assert "到访者" in text and "林望舒" in text and "990001101" in text and "来自参考数据" in text
        assert "云溪县推进人居环境整治 · 2021-06-02 · 云溪新闻网" in text and "第 120–145 字" in text
        assert {"林望舒", "柳湾镇"} <= set(page.locator("#content mark").all_inner_texts())


def test_figures_are_a_table_with_unit_and_sentence(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "县妇联")
        table = page.locator("#content table").inner_text()
        assert "走访农户" in table and "约 25,083 户" in table and "县妇联走访农户25083户。" in table


def test_a_click_on_a_line_shows_its_sentences(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        ends = page.evaluate(
            "(names) => names.map((name) => data.network.nodes[things.findIndex((t) => t.name === name)])",
            ["林望舒", "柳湾镇"],
        )
        page.mouse.click(*point_of(page, *(sum(end[axis] for end in ends) / 2 for axis in "xy")))
        page.locator("#content blockquote", has_text=SENTENCE).wait_for()
        title = page.locator("#content h2").inner_text()
        assert "林望舒" in title and "柳湾镇" in title
        assert page.locator("#content .post").count() == 0, "the post is another line's fact"


def test_legend_hides_a_class_and_a_name_without_relations_is_found(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        drawn = "() => nodes.getIds().map((id) => things[id].name)"
        assert "独木村" not in page.evaluate(drawn)
        page.locator("#legend button", has_text="人物").click()
        assert "林望舒" not in page.evaluate(drawn)
        search(page, "林望舒")
        assert "林望舒" in page.evaluate(drawn), "what is looked for is shown again"
        search(page, "独木村")
        assert "独木村" in page.evaluate(drawn)


def test_language_follows_the_browser_and_the_toggle(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        assert page.get_attribute("html", "lang") == "zh-Hans"
        search(page, "林望舒")
        assert "任职" in page.locator("#content").inner_text()
        page.click("#language")
        assert page.get_attribute("html", "lang") == "en"
        assert "Holds post" in page.locator("#content").inner_text()
        assert "Organisation" in page.locator("#legend").inner_text()
    with opened(browser, sample, locale="en-GB") as page:
        assert "Best connected" in page.locator("#content").inner_text()


def test_dark_and_light_differ_and_follow_the_system(browser: Any, sample: Path) -> None:
    colour = "() => getComputedStyle(document.body).backgroundColor"
    with opened(browser, sample, color_scheme="dark") as page:
        dark = page.evaluate(colour)
        page.emulate_media(color_scheme="light")
        assert page.evaluate(colour) != dark


def test_a_phone_shows_the_panel_over_the_picture_and_lets_it_go(browser: Any, sample: Path) -> None:
    with opened(browser, sample, viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True) as page:
        assert page.locator("#panel").is_hidden()
        search(page, "林望舒")
        assert page.locator("#panel").is_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
        page.tap("#close")
        assert page.locator("#panel").is_hidden()


def test_the_keyboard_reaches_search_legend_and_panel_with_focus_seen(browser: Any, sample: Path) -> None:
    with opened(browser, sample) as page:
        search(page, "林望舒")
        reached = set()
        focused = """() => { const at = document.activeElement;
          return [at.closest("[id]")?.id, at.tagName, getComputedStyle(at).outlineStyle]; }"""
        for _ in range(30):
            page.keyboard.press("Tab")
            place, tag, outline = page.evaluate(focused)
            reached.add(place)
            assert tag != "BUTTON" or outline != "none", f"focus is not seen on {place}"
        assert {"language", "legend", "fit", "close", "content", "picture"} <= reached
        unnamed = """() => [...document.querySelectorAll("button, input")]
          .filter((one) => !(one.ariaLabel || one.textContent.trim())).length"""
        assert page.evaluate(unnamed) == 0


# ---- hostile text -----------------------------------------------------------------------------------------


def test_hostile_text_is_shown_as_text(browser: Any, hostile: Path) -> None:
    with opened(browser, hostile) as page:
        own = page.evaluate("() => document.querySelectorAll('script').length")
        for i, text in enumerate(HOSTILE):
            search(page, f"别名{i}")
            assert page.locator("#content h2").text_content() == text
            assert page.locator("#content blockquote").first.text_content() == f"证{i}：{text}"
        search(page, "县妇联")
        assert page.locator("#content .post").count() == len(HOSTILE)
        assert page.evaluate("() => document.querySelectorAll('script').length") == own
        assert page.evaluate("() => document.querySelectorAll('img, iframe, object, b').length") == 0
        labels = page.evaluate("() => data.network.nodes.map((node) => node.label)")
        assert max(map(len, labels)) <= page_html.LABEL_LENGTH
        assert not any(mark in label for label in labels for mark in "\u202e\u200f\u2028\n")


def test_the_policy_refuses_a_script_that_was_slipped_in(browser: Any, sample: Path, tmp_path: Path) -> None:
    slipped = tmp_path / "slipped.html"
    text = sample.read_text(encoding="utf-8").replace("</body>", "<script>window.slipped = 1</script></body>")
    slipped.write_text(text, encoding="utf-8")
    page = browser.new_page()
    page.goto(slipped.as_uri())
    assert page.evaluate("() => window.slipped") is None
    page.close()


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


def test_a_large_graph_opens_soon_says_what_it_leaves_out_and_finds_it(browser: Any, tmp_path: Path) -> None:
    write_page(many(6000), tmp_path / "graph.html", base=BASE)
    begun = time.perf_counter()
    with opened(browser, tmp_path / "graph.html") as page:
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert time.perf_counter() - begun < 20, "seconds, with room for a busy machine"
        assert "3,000" in page.locator("#notice").inner_text() and "6,300" in page.locator("#notice").inner_text()
        assert page.evaluate("() => nodes.length") == page_html.FIRST_VIEW
        search(page, "人物5999")
        assert page.locator("#content h2").inner_text() == "人物5999"
        assert page.evaluate("() => nodes.getIds().some((id) => things[id].name === '人物5999')")


def test_an_empty_graph_says_so(browser: Any, tmp_path: Path) -> None:
    write_page(ox.Store(), tmp_path / "graph.html", base=BASE)
    with opened(browser, tmp_path / "graph.html") as page:
        assert "图中没有实体。" in page.locator("#content").inner_text()
