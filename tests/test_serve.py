"""``kg serve``: the SPARQL 1.1 protocol as the W3C tests it, pages for people, and nothing for a stranger to misuse.

The cases of the W3C's protocol test suite (data-sparql11/protocol) that are about queries are named as there.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pytest
import rdflib
from conftest import ROOT, kg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from test_page import browser  # noqa: F401

from kg.building import build
from kg.query import questions
from kg.record.store import open_store
from kg.serve.app import Options, application, path_of
from kg.serve.protocol import Limits
from kg.settings import Settings

COUNTY = "https://w3id.org/xianzhi/id/place/431222"
COUNTY_PAGE = "/xianzhi/id/place/431222"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def client(read_only_out: Path) -> Iterator[TestClient]:
    with served(read_only_out) as client:
        yield client


def served(out: Path, **options: Any) -> TestClient:
    """A client of the application, which raises what the application raises."""
    limits = Limits(seconds=options.pop("seconds", 30), bytes=options.pop("bytes", 50_000_000))
    return TestClient(application(out, Options(limits=limits, **options)), base_url="http://localhost")


@pytest.fixture(scope="module")
def graphs(read_only_out: Path) -> list[str]:
    store = open_store(read_only_out)
    return sorted(graph.value for graph in store.named_graphs() if "document" in graph.value)


def truth(response: httpx.Response) -> bool:
    assert response.status_code == 200, response.text
    return response.json()["boolean"]


def post(client: TestClient, body: str | bytes, media: str, **params: Any) -> httpx.Response:
    return client.post("/sparql", content=body, headers={"Content-Type": media}, params=params)


def form(**values: Any) -> str:
    pairs = [(k, v) for k, value in values.items() for v in (value if isinstance(value, list) else [value])]
    return "&".join(f"{k.replace('_', '-')}={quote(v, safe='')}" for k, v in pairs)


# --- the W3C's cases ---------------------------------------------------------------------------------------


def test_query_get(client: TestClient) -> None:
    assert truth(client.get("/sparql", params={"query": "ASK {}"}))


def test_query_post_form(client: TestClient) -> None:
    assert truth(post(client, form(query="ASK {}"), FORM))
    assert truth(post(client, form(query="ASK {}"), f"{FORM}; charset=UTF-8"))


def test_query_post_direct(client: TestClient) -> None:
    assert truth(post(client, "ASK {}", DIRECT))


INSIDE = "ASK { ?c a <https://schema.org/NewsArticle> FILTER(?c = <%s>) }"


def test_query_dataset_default_graph_by_get_and_post(client: TestClient, graphs: list[str]) -> None:
    for own, other in ((graphs[0], graphs[1]), (graphs[1], graphs[0])):
        query = INSIDE % own
        assert truth(client.get("/sparql", params={"query": query, "default-graph-uri": own}))
        assert not truth(client.get("/sparql", params={"query": query, "default-graph-uri": other}))
        assert truth(post(client, form(query=query, default_graph_uri=own), FORM))
        assert not truth(post(client, query, DIRECT, **{"default-graph-uri": other}))


def test_query_dataset_default_graphs(client: TestClient, graphs: list[str]) -> None:
    query = f"ASK {{ <{graphs[0]}> a ?x . <{graphs[1]}> a ?y }}"
    assert truth(client.get("/sparql", params={"query": query, "default-graph-uri": graphs[:2]}))
    assert not truth(client.get("/sparql", params={"query": query, "default-graph-uri": graphs[:1]}))


def test_query_dataset_named_graphs(client: TestClient, graphs: list[str]) -> None:
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    for answer in (
        client.get("/sparql", params={"query": query, "named-graph-uri": graphs[:2]}),
        post(client, form(query=query, named_graph_uri=graphs[:2]), FORM),
    ):
        assert {row["g"]["value"] for row in answer.json()["results"]["bindings"]} == set(graphs[:2])
    assert not truth(client.get("/sparql", params={"query": "ASK { ?s ?p ?o }", "named-graph-uri": graphs[0]}))


def test_query_dataset_full(client: TestClient, graphs: list[str]) -> None:
    query = f"ASK {{ <{graphs[0]}> a ?x . GRAPH <{graphs[1]}> {{ <{graphs[1]}> a ?y }} }}"
    dataset = {"default-graph-uri": graphs[0], "named-graph-uri": graphs[1]}
    assert truth(post(client, query, DIRECT, **dataset))
    assert not truth(post(client, query, DIRECT, **{"default-graph-uri": graphs[0]}))


def test_query_multiple_dataset(client: TestClient, graphs: list[str]) -> None:
    """The dataset of the request counts, not the query's own."""
    query = f"ASK FROM <{graphs[1]}> {{ <{graphs[0]}> a ?x }}"
    assert truth(client.get("/sparql", params={"query": query, "default-graph-uri": graphs[0]}))
    assert not truth(client.get("/sparql", params={"query": query}))


def test_query_content_type_select(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT (1 AS ?value) {}"})
    assert media(answer) in ("application/sparql-results+json", "application/sparql-results+xml")


def test_query_content_type_ask(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}"})
    assert media(answer) in ("application/sparql-results+json", "application/sparql-results+xml")


@pytest.mark.parametrize("query", ["DESCRIBE <urn:x>", "CONSTRUCT { <urn:s> <urn:p> 1 } {}"])
def test_query_content_type_describe_and_construct(client: TestClient, query: str) -> None:
    assert media(client.get("/sparql", params={"query": query})) in ("text/turtle", "application/rdf+xml")


def media(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return response.headers["content-type"].partition(";")[0]


BAD = {
    "bad_query_method": ("PUT", "/sparql?query=ASK%20%7B%7D", None, b"", {405}),
    "bad_multiple_queries": ("GET", "/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D", None, b"", {400}),
    "bad_query_wrong_media_type": ("POST", "/sparql", "text/plain", b"ASK {}", {415}),
    "bad_query_missing_form_type": ("POST", "/sparql", None, b"query=ASK%20%7B%7D", {415}),
    "bad_query_missing_direct_type": ("POST", "/sparql", None, b"ASK {}", {415}),
    "bad_query_non_utf8": ("POST", "/sparql", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), {400}),
    "bad_query_syntax": ("GET", "/sparql?query=ASK%20%7B", None, b"", {400}),
    "bad_query_no_query": ("GET", "/sparql?quer=ASK%20%7B%7D", None, b"", {400}),
    "bad_query_empty_form": ("POST", "/sparql", FORM, b"", {400}),
    "bad_query_long": ("POST", "/sparql", DIRECT, b"#" * 1_000_001, {413}),
    "bad_escape": ("GET", "/sparql?query=%FF%FE", None, b"", {400}),
    "bad_graph": ("GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=no%20iri", None, b"", {400}),
    "update_direct": ("POST", "/sparql", "application/sparql-update", b"CLEAR ALL", {403}),
    "update_form": ("POST", "/sparql", FORM, b"update=CLEAR%20ALL", {403}),
    "update_as_query": ("POST", "/sparql", DIRECT, b"INSERT DATA { <urn:a> <urn:b> <urn:c> }", {400}),
    "load_as_query": ("POST", "/sparql", DIRECT, b"LOAD <http://127.0.0.1:9/x>", {400}),
    "service": ("POST", "/sparql", DIRECT, b"SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", {400}),
}


@pytest.mark.parametrize(("method", "path", "content_type", "body", "status"), BAD.values(), ids=BAD.keys())
def test_what_is_refused(
    client: TestClient, method: str, path: str, content_type: str | None, body: bytes, status: set[int]
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.request(method, path, content=body, headers=headers)
    assert answer.status_code in status, answer.text
    if method != "PUT":
        english, chinese = answer.text.strip().split("\n")
        assert english.isascii() and not chinese.isascii(), "told in both languages"


# --- what is asked for, and what it may cost ----------------------------------------------------------------


def test_every_form_of_answer_says_the_same(client: TestClient) -> None:
    query = f"SELECT ?n {{ <{COUNTY}> skos:prefLabel ?n }}"
    said = {}
    for accept in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv",
                   "text/tab-separated-values"):  # fmt: skip
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        assert media(answer) == accept
        said[accept] = answer.text
    assert json.loads(said["application/sparql-results+json"])["results"]["bindings"][0]["n"]["value"] == "沅陵县"
    assert "沅陵县" in [e.text for e in ElementTree.fromstring(said["application/sparql-results+xml"]).iter()]
    assert list(csv.reader(io.StringIO(said["text/csv"]))) == [["n"], ["沅陵县"]]
    assert said["text/tab-separated-values"].splitlines()[1].startswith('"沅陵县"@zh-')


@pytest.mark.parametrize(
    ("accept", "format"),
    [("text/turtle", "turtle"), ("application/ld+json", "json-ld"), ("application/n-triples", "nt"),
     ("application/rdf+xml", "xml")],
)  # fmt: skip
def test_every_form_of_graph_is_the_same(client: TestClient, accept: str, format: str) -> None:
    query = {"query": f"CONSTRUCT {{ <{COUNTY}> ?p ?o }} WHERE {{ <{COUNTY}> ?p ?o }}"}
    answer = client.get("/sparql", params=query, headers={"Accept": accept})
    assert media(answer) == accept
    graph = rdflib.Graph().parse(data=answer.content, format=format)
    plain = client.get("/sparql", params=query, headers={"Accept": "application/n-triples"})
    wanted = rdflib.Graph().parse(data=plain.content, format="nt")
    assert len(graph) > 4 and {t for t in graph} == {t for t in wanted}


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/sparql-results+json"),
        ("text/csv;q=0.1, application/sparql-results+xml;q=0.2", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, text/*", "text/csv"),
        ("application/json", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
    ],
)
def test_the_best_liked_form_is_sent(client: TestClient, accept: str, wanted: str) -> None:
    answer = client.get("/sparql", params={"query": "SELECT (1 AS ?x) {}"}, headers={"Accept": accept})
    assert media(answer) == wanted and answer.headers["vary"] == "Accept"


def test_a_form_that_there_is_not_is_406(client: TestClient) -> None:
    for query in ("SELECT (1 AS ?x) {}", "ASK {}", "DESCRIBE <urn:x>"):
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": "image/png"})
        assert answer.status_code == 406 and "application/" in answer.text


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_ready_made_question_has_the_store_s_answer(client: TestClient, question: Any, read_only_out: Path) -> None:
    answer = post(client, question.sparql, DIRECT).json()["results"]["bindings"]
    assert len(answer) == sum(1 for _ in open_store(read_only_out).query(question.sparql))


def test_a_slow_query_is_ended_and_the_server_goes_on(read_only_out: Path) -> None:
    with served(read_only_out, seconds=1.0, workers=1) as client:
        assert truth(client.get("/sparql", params={"query": "ASK {}"}))
        before = children()
        begin = time.monotonic()
        answer = client.get("/sparql", params={"query": SLOW})
        assert answer.status_code == 503 and "took longer than 1 seconds" in answer.text
        assert "用时超过 1 秒" in answer.text and time.monotonic() - begin < 5
        assert len(before - children()) == 1, "the process that was at it is gone"
        assert truth(client.get("/sparql", params={"query": "ASK {}"})), "another has taken its place"


def children() -> set[int]:
    """The processes that this one started and that live."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.add(int(stat.parent.name))
    return found


def test_who_finds_all_workers_busy_is_told_to_come_back(read_only_out: Path) -> None:
    with served(read_only_out, seconds=1.5, workers=1) as client, ThreadPoolExecutor(3) as pool:
        client.get("/sparql", params={"query": "ASK {}"})
        answers = list(pool.map(lambda _: client.get("/sparql", params={"query": SLOW}), range(3)))
        assert {answer.status_code for answer in answers} == {503}
        assert any(answer.headers.get("retry-after") and "busy" in answer.text for answer in answers)


def test_a_fast_query_does_not_wait_for_a_slow_one(read_only_out: Path) -> None:
    with served(read_only_out, seconds=4.0, workers=2) as client, ThreadPoolExecutor(1) as pool:
        for _ in range(2):
            client.get("/sparql", params={"query": "ASK {}"})
        slow = pool.submit(client.get, "/sparql", params={"query": SLOW})
        time.sleep(0.3)
        begin = time.monotonic()
        assert truth(client.get("/sparql", params={"query": "ASK {}"}))
        assert time.monotonic() - begin < 3 and not slow.done()


def test_an_answer_that_is_too_large_is_refused_and_not_cut(read_only_out: Path) -> None:
    with served(read_only_out, bytes=2_000) as client:
        for query in ("SELECT * { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"):
            answer = client.get("/sparql", params={"query": query})
            assert answer.status_code == 413 and "larger than the server sends" in answer.text
        assert truth(client.get("/sparql", params={"query": "ASK {}"}))


# --- pages -------------------------------------------------------------------------------------------------


def test_a_thing_has_a_page_under_its_iri(client: TestClient) -> None:
    page = client.get(COUNTY_PAGE, headers={"Accept": "text/html"})
    assert media(page) == "text/html"
    assert "<h1>沅陵县</h1>" in page.text and COUNTY in page.text
    assert "沅陵县委书记梨文山到麻溪铺镇调研。" in client.get(person(client), headers={"Accept": "text/html"}).text


def person(client: TestClient) -> str:
    """The path of the official's page, as a link of the county's network leads there."""
    query = 'SELECT ?p { ?p skos:prefLabel "梨文山"@zh-Hans }'
    (row,) = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return row["p"]["value"].removeprefix("https://w3id.org")


@pytest.mark.parametrize(("accept", "format"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")])
def test_programs_get_rdf_under_the_same_iri(client: TestClient, accept: str, format: str) -> None:
    answer = client.get(COUNTY_PAGE, headers={"Accept": accept})
    assert media(answer) == accept and answer.headers["vary"] == "Accept"
    graph = rdflib.Graph().parse(data=answer.content, format=format)
    assert str(graph.value(rdflib.URIRef(COUNTY), rdflib.SKOS.prefLabel)) == "沅陵县"
    assert (None, None, rdflib.URIRef(COUNTY)) in graph, "and what leads to it"


def test_every_link_of_a_page_leads_to_a_page(client: TestClient) -> None:
    seen, waiting = {"/"}, [COUNTY_PAGE]
    while waiting and len(seen) < 40:
        path = waiting.pop()
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200, path
        links = set(re.findall(r'href="(/[^"]*)"', page.text)) - seen
        seen |= links
        waiting += sorted(link.replace("&amp;", "&") for link in links if not link.startswith("/static"))


@pytest.mark.parametrize("path", ["/xianzhi/id/place/000000", "/resource", "/resource?iri=no%20iri", "/xianzhi/id/"])
def test_what_is_not_in_the_graph_is_404_to_all(client: TestClient, path: str) -> None:
    for accept in ("text/html", "text/turtle"):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == 404 and ("无" in answer.text)
    assert client.get(COUNTY_PAGE, headers={"Accept": "image/png"}).status_code == 406


def test_things_are_served_at_the_path_of_their_own_base(articles: Path, tmp_path: Path, fake_stages: None) -> None:
    build([articles], tmp_path / "out", Settings(base_iri="https://data.example.org/kg/"))
    with served(tmp_path / "out") as client:
        page = client.get("/kg/place/431222", headers={"Accept": "text/html", "Host": "data.example.org"})
        assert page.status_code == 200 and "沅陵县" in page.text
    assert path_of("https://data.example.org/") == "/" and path_of("https://e.org/a#") == "/id/"


def test_the_dataset_s_description_is_where_programs_look_for_it(client: TestClient) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=answer.content, format="turtle")
    assert len(answer.history) == 1
    assert [str(v) for v in graph.objects(None, rdflib.VOID.documents)] == ["3"]


def test_the_explorer_is_the_build_s_page(client: TestClient, read_only_out: Path) -> None:
    answer = client.get("/explorer")
    assert answer.content == (read_only_out / "graph.html").read_bytes() and media(answer) == "text/html"


def test_text_from_documents_is_never_markup(tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from conftest import made

    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"

    def extract(document: Any, *rest: Any) -> Any:
        extraction = made(document)
        return replace(extraction, entities=tuple(replace(e, name=evil) for e in extraction.entities)), {}

    monkeypatch.setattr("kg.archive.work.extract", extract)
    build([articles / "a.txt"], tmp_path / "out")
    with served(tmp_path / "out") as client:
        page = client.get(COUNTY_PAGE, headers={"Accept": "text/html"}).text
        assert "<script>alert" not in page and "<img" not in page and "&lt;script&gt;alert" in page
        missing = client.get("/resource", params={"iri": evil}, headers={"Accept": "text/html"})
        assert missing.status_code == 404 and "<script>alert" not in missing.text


# --- what a stranger may not -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", COUNTY_PAGE, "/sparql?query=ASK%20%7B%7D", "/static/query.js", "/nowhere"])
def test_every_response_keeps_to_itself(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff" and "access-control-allow-origin" not in headers


def test_other_sites_may_ask_only_where_that_is_wished(read_only_out: Path) -> None:
    query, origin = {"query": "ASK {}"}, {"Origin": "https://e.org"}
    with served(read_only_out, cors=True) as client:
        assert client.get("/sparql", params=query, headers=origin).headers["access-control-allow-origin"] == "*"
    with served(read_only_out) as client:
        assert "access-control-allow-origin" not in client.get("/sparql", params=query, headers=origin).headers


def test_a_name_that_is_not_ours_is_refused(client: TestClient, read_only_out: Path) -> None:
    """Else a site could take our address for its own name, and read a graph that is served to this machine alone."""
    assert client.get("/", headers={"Host": "evil.example.org"}).status_code == 400
    with served(read_only_out, hosts=()) as anywhere:
        assert anywhere.get("/", headers={"Host": "any.example.org"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/static/../page.html", "/static/%2e%2e/page.html", "/static/vendor/..%2f..%2fwords.json"]
)
def test_no_path_leads_out_of_the_static_files(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_graph_that_is_named_by_from_is_never_fetched(client: TestClient) -> None:
    """Nothing listens there: a server that fetched it would fail or wait."""
    answer = client.get("/sparql", params={"query": "SELECT * FROM <http://127.0.0.1:9/x.ttl> { ?s ?p ?o }"})
    assert answer.json()["results"]["bindings"] == []


words = st.text(max_size=60) | st.sampled_from(["ASK {}", "SELECT * {?s ?p ?o} LIMIT 1", "SERVICE", "%", "\x00"])
medias = st.sampled_from([FORM, DIRECT, "application/sparql-update", "text/plain", "*/*;q=x", ";;,", "text/html"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE"]),
    st.sampled_from(["/sparql", "/resource", COUNTY_PAGE, "/xianzhi/id/%00", "/", "/explorer", "/questions.json"]),
    st.dictionaries(st.sampled_from(["query", "update", "iri", "default-graph-uri"]), words, max_size=3),
    medias,
    medias,
    words | st.binary(max_size=80),
)
def test_no_request_makes_the_server_fail(
    client: TestClient, method: str, path: str, params: dict[str, str], sent: str, wanted: str, body: str | bytes
) -> None:
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    params = {name: value.encode("utf-8", "replace").decode() for name, value in params.items()}
    headers = {"Content-Type": sent, "Accept": wanted}
    answer = client.request(method, path, params=params, content=content, headers=headers)
    assert answer.status_code < 500, answer.text


# --- the program and the browser ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def running(read_only_out: Path) -> Iterator[str]:
    """``kg serve`` as a process of its own; its address."""
    command = [sys.executable, "-m", "kg", "serve", str(read_only_out), "--port", "0", "--lang", "en"]
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=path, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found, said
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(15) in (0, 130)
        finally:
            process.kill()
            process.stderr.close()


def test_the_command_serves_until_it_is_interrupted(running: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            answer = httpx.get(f"{running}sparql", params={"query": "ASK { ?s a xz:County }"}, trust_env=False)
            break
        except httpx.TransportError:
            assert time.monotonic() < end
            time.sleep(0.1)
    assert truth(answer)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "holds no built graph"),
        (["{out}", "--timeout", "0"], "not above zero"),
        (["{out}", "--host", "256.0.0.1"], "cannot be listened at"),
        (["{out}", "--port", "99999"], "cannot be listened at"),
    ],
)
def test_what_cannot_be_served_is_one_line(words: list[str], told: str, read_only_out: Path, tmp_path: Path) -> None:
    done = kg("serve", *(word.format(out=read_only_out) for word in words), cwd=tmp_path)
    assert done.returncode == 2 and told in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_person_asks_in_the_browser(running: str, browser: Any) -> None:  # noqa: F811
    """The page works under its policy, offline: the editor, a ready-made question, a link, the explorer."""
    page = browser.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(running)
    page.wait_for_selector("#answer tbody tr")
    page.select_option("#questions", "visits")
    page.wait_for_selector("#answer td:has-text('梨文山')")
    assert "rows" in page.inner_text("#status")
    assert page.locator(".CodeMirror .cm-keyword").count() > 3, "the editor colours"
    query = "SELECT ?s { ?s a xz:County } LIMIT 1"
    page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
    page.click("#run")
    page.click("#answer td a")
    assert page.inner_text("h1") == "沅陵县"
    page.click("text=图谱 Explorer")
    page.wait_for_selector("canvas")
    assert complaints == []
    assert [url for url in asked if not url.startswith((running, "data:"))] == []
    page.close()
