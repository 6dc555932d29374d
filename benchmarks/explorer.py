"""The explorer against pyvis and cytoscape.js on the same graphs: ``python benchmarks/explorer.py [--cytoscape FILE]``.

For each graph and drawing it prints the seconds until the first picture that no longer changes, the file's megabytes,
the page's JavaScript heap after a collection, the frames a second while zooming, and for the explorer the marks
that are visible and the seconds until a neighbourhood stands open, with the page's processor time for the first, which
other work on the machine does not lengthen. Chromium is headless and draws by software. ``FILE`` is cytoscape.min.js
of npm's ``cytoscape`` (its layout is given our positions, so that drawing alone is measured); pyvis is what its
``generate_html(cdn_resources="in_line")`` writes, with its own physics, as its users meet it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright
from pyvis.network import Network

from kg.render import html
from kg.render.groups import grouped
from kg.render.layout import layout
from kg.render.page_data import Article, Fact, Figure, PageData, Quote, Thing

BASE = "https://w3id.org/xianzhi/id/"
LIMIT = 90.0
"""Seconds after which a drawing is given up."""
STABLE = """() => { const watch = () => { let last = ""; let same = 0; const look = () => {
  const all = [...document.querySelectorAll("canvas")].map((one) => { try {
    const small = document.createElement("canvas");
    small.width = 64; small.height = 48; const pen = small.getContext("2d");
    pen.drawImage(one, 0, 0, 64, 48);
    return pen.getImageData(0, 0, 64, 48).data.join(); } catch { return ""; } }).join("|");
  same = all === last && /[1-9]/.test(all) ? same + 1 : 0; last = all;
  same >= 3 ? window.stands = true : setTimeout(look, 50); }; look(); }; watch(); }"""
FRAMES = """(zoom) => new Promise((done) => {
  const step = new Function("k", zoom); const begun = performance.now(); let n = 0;
  const turn = () => { n += 1; step(n); performance.now() - begun > 3000 ? done(n / 3) : requestAnimationFrame(turn); };
  turn(); })"""


def graph(things: int, facts: int) -> PageData:
    """A country of counties: each with places, bodies, officials and programs; half the facts stay in the county."""
    counties = max(4, things // 400)
    made: list[Thing] = []
    for i in range(things):
        county = i % counties
        code = f"{11 + county // 30 % 60:02}{1 + county // 3 % 10:02}{1 + county % 3 + county // 1800:02}"
        sort = ("Place", "Organisation", "Person", "Program")[0 if i < counties else 1 + (i // counties) % 3]
        name = f"第{county}县" if i < counties else f"{county}县{('机构', '人员', '工作')[(i // counties) % 3]}{i}"
        kinds = ("County",) if i < counties else ()
        made.append(Thing(f"{BASE}t/{i}", name, (), sort, kinds, code if i < counties else "", (i % 500,)))
    told = []
    for n in range(facts):
        a = counties + (n * 7919) % (things - counties)
        near = counties * (1 + (n * 31) % (things // counties - 1)) + a % counties
        b = a % counties if n % 5 == 0 else near if n % 5 < 4 else (n * 104729) % things
        b = b if b < things else a % counties
        if a != b:
            told.append(Fact(a, "locatedIn" if n % 5 == 0 else "cooperatesWith", b, "", "", "0.8", (n,), "x:p", ""))
    text = "全县各级各部门扎实推进人居环境整治工作，累计走访农户若干户，办理实事若干件。"
    quotes = tuple(Quote(f"{n}：{text}", n * 500 // facts, str(n), str(n + 40), "rule") for n in range(facts))
    articles = tuple(Article(f"a{n}", f"第{n}篇", "2021-06-02", "新闻网") for n in range(500))
    return PageData(tuple(made), tuple(told), tuple[Figure, ...](), quotes, articles)


def explorer_page(data: PageData) -> str:
    return html.render(data, base=BASE)


def pyvis_page(data: PageData) -> str:
    network = Network(directed=True, cdn_resources="in_line")
    network.add_nodes(range(len(data.things)), label=[thing.name for thing in data.things])
    network.edges = [{"from": fact.subject, "to": fact.object, "arrows": "to"} for fact in data.facts]
    return network.generate_html()


def cytoscape_page(data: PageData, library: str) -> str:
    grouping = grouped(data)
    placed = layout(grouping.of, len(grouping.groups), ((fact.subject, fact.object) for fact in data.facts))
    elements = [
        {"data": {"id": str(i), "label": thing.name}, "position": dict(zip("xy", placed.points[i], strict=True))}
        for i, thing in enumerate(data.things)
    ] + [{"data": {"source": str(fact.subject), "target": str(fact.object)}} for fact in data.facts]  # fmt: skip
    style = [{"selector": "node", "style": {"label": "data(label)"}}]
    options = json.dumps({"elements": elements, "style": style, "layout": {"name": "preset"}}, ensure_ascii=False)
    return (
        '<!doctype html><meta charset="utf-8"><style>html,body,#cy{height:100%;margin:0}</style><div id="cy"></div>'
        f"<script>{library}</script><script>var options = {options}; options.container = document.getElementById('cy');"
        "var cy = cytoscape(options);</script>"
    )


ZOOMS = {
    "explorer": "explorer.renderer().getCamera().setState({ ratio: 0.6 + 0.4 * Math.sin(k / 9) })",
    "pyvis": "network.moveTo({ scale: 0.3 + 0.2 * Math.sin(k / 9) })",
    "cytoscape": "cy.zoom(0.3 + 0.2 * Math.sin(k / 9))",
}
NEIGHBOURS = """async (thing) => { const begun = performance.now(); await explorer.needGraph();
  explorer.go({ chosen: { sort: "thing", of: ["t/" + thing] }, grown: { ["t/" + thing]: 1 } });
  while (document.body.getAttribute("aria-busy") === "true" || !explorer.drawn().hasNode("t" + thing))
    await new Promise(requestAnimationFrame);
  return (performance.now() - begun) / 1000; }"""


MARKS = """() => explorer.drawn().filterNodes((_, one) => !one.hidden).length + explorer.first.groups.key.length"""


def spent(session: CDPSession) -> float:
    """The processor seconds of the page's process so far, all threads together."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return metrics["ProcessTime"]


def measured(page: Page, path: Path, name: str) -> Iterator[tuple[str, Any]]:
    page.set_default_timeout(LIMIT * 1000)
    begun = time.perf_counter()
    page.goto(path.as_uri(), timeout=LIMIT * 1000)
    page.evaluate(STABLE)
    page.wait_for_function("() => window.stands", timeout=LIMIT * 1000)
    yield "seconds to a picture", round(time.perf_counter() - begun, 2)
    yield "MB of the file", round(path.stat().st_size / 1e6, 2)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    yield "MB of heap", round(session.send("Runtime.getHeapUsage")["usedSize"] / 1e6, 1)
    yield "frames a second", round(page.evaluate(FRAMES, ZOOMS[name]), 1)
    if name == "explorer":
        yield "marks", page.evaluate(MARKS)
        session.send("Performance.enable")
        before = spent(session)
        took = [page.evaluate(NEIGHBOURS, 900)]
        yield "processor seconds for a first neighbourhood", round(spent(session) - before, 2)
        took += [page.evaluate(NEIGHBOURS, thing) for thing in (1200, 1500, 10, 1800)]
        yield "seconds to a first neighbourhood", round(took[0], 2)
        yield "seconds to another", round(statistics.median(took[1:]), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cytoscape", type=Path, help="cytoscape.min.js of npm's package cytoscape")
    parser.add_argument("--things", type=int, nargs="*", default=[2_000, 10_000, 100_000])
    parser.add_argument("--drawings", nargs="*", default=["explorer", "pyvis", "cytoscape"], help="which to measure")
    asked = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        for things in asked.things:
            data = graph(things, 3 * things)
            makers: dict[str, Any] = {"explorer": explorer_page}
            if things <= 10_000:
                makers["pyvis"] = pyvis_page
                if asked.cytoscape:
                    library = asked.cytoscape.read_text(encoding="utf-8")
                    makers["cytoscape"] = lambda data, library=library: cytoscape_page(data, library)
            for name, make in ((name, make) for name, make in makers.items() if name in asked.drawings):
                path = Path(folder) / f"{name}.html"
                begun = time.perf_counter()
                path.write_text(make(data), encoding="utf-8")
                print(f"{things} things, {name}: written in {time.perf_counter() - begun:.1f} s", flush=True)
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True).new_page()
                try:
                    for what, value in measured(page, path, name):
                        print(f"    {what}: {value}", flush=True)
                except Exception as error:  # given up: that is the measure
                    print(f"    no picture in {LIMIT:.0f} s ({type(error).__name__})", flush=True)
                browser.close()


if __name__ == "__main__":
    main()
