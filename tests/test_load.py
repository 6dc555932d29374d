"""``kg load`` into real stores, where the ready-made questions have the embedded one's answers; and its troubles."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pyoxigraph as ox
import pytest
from conftest import kg
from servers import SERVERS, Server, fuseki, oxigraph

from kg.commands.publish import STORE_TYPES
from kg.errors import LoadError, SettingsError
from kg.load import STORES, load
from kg.load.client import TRIES, Client, checked_url
from kg.query import Question, questions
from kg.record.store import open_store

Rows = Counter[tuple[str | None, ...]]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, which are not made."""
    made: list[float] = []
    monkeypatch.setattr(Client.__init__, "__kwdefaults__", {"sleep": made.append})
    return made


# --- real stores -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=SERVERS)
def loaded(
    request: pytest.FixtureRequest, seeds_out: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A real store into which the sample articles' graph was loaded twice, by the command."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch, SERVERS[request.param](folder) as server:  # type: ignore[attr-defined]
        patch.setenv("NO_PROXY", "127.0.0.1")
        for _ in range(2):
            done = kg("load", seeds_out, "--to", server.url, "--type", server.type, *login(server, folder))
            assert done.returncode == 0, done.stderr
            assert f"{named(open_store(seeds_out))} statements" in done.stdout
        yield server


def login(server: Server, folder: Path) -> list[str | Path]:
    if server.login is None:
        return []
    (folder / "password").write_text(server.login[1] + "\n")
    return ["--user", server.login[0], "--password-file", folder / "password"]


def named(store: ox.Store) -> int:
    return sum(1 for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph))


def rows(server: Server, sparql: str) -> Rows:
    accept = {"Accept": "application/sparql-results+json"}
    answer = httpx.post(server.query, data={"query": sparql}, headers=accept, timeout=60)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    names = found["head"]["vars"]
    return Counter(tuple(row.get(name, {}).get("value") for name in names) for row in found["results"]["bindings"])


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_question_has_the_same_answer_as_in_the_embedded_store(
    question: Question, loaded: Server, seeds_out: Path
) -> None:
    """Asked again, too: a store has been seen to tell rows twice once it was warm."""
    ours = open_store(seeds_out).query(question.sparql)
    wanted = Counter(tuple(cell and cell.value for cell in row) for row in ours)  # type: ignore[union-attr]
    assert wanted
    for _ in range(4):
        assert rows(loaded, question.sparql) == wanted


def test_loading_twice_left_each_statement_once(loaded: Server, seeds_out: Path) -> None:
    inside = "GRAPH ?g { ?s ?p ?o } ?g a <https://schema.org/NewsArticle>"
    (found,) = rows(loaded, f"SELECT (COUNT(*) AS ?n) WHERE {{ {inside} }}")
    articles = ox.NamedNode("https://schema.org/NewsArticle")
    store = open_store(seeds_out)
    graphs = {quad.subject for quad in store.quads_for_pattern(None, None, articles, ox.DefaultGraph())}
    wanted = sum(1 for quad in store if quad.graph_name in graphs)
    assert found == (str(wanted),)


def test_a_code_of_digits_is_still_text(loaded: Server) -> None:
    """Stores have been seen to make numbers of such strings."""
    code = "<https://w3id.org/xianzhi/ontology#divisionCode>"
    query = f'SELECT DISTINCT (STRLEN(?c) AS ?n) WHERE {{ ?p {code} ?c FILTER(STRSTARTS(?c, "430523")) }}'
    assert set(rows(loaded, query)) == {("6",), ("9",), ("12",)}


def test_what_the_store_holds_beside_stays(seeds_out: Path, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as server:
        for where in ({"default": ""}, {"graph": "https://e.org/mine"}):
            mine = httpx.post(
                f"{server.url}/store", params=where, content="<urn:a> <urn:b> <urn:c> .",
                headers={"Content-Type": "application/n-triples"},
            )  # fmt: skip
            assert mine.is_success
        load(seeds_out, server.url, "oxigraph")
        assert rows(server, "SELECT ?c { <urn:a> <urn:b> ?c }") == Counter([("urn:c",)])
        assert rows(server, "SELECT ?c { GRAPH <https://e.org/mine> { <urn:a> <urn:b> ?c } }") == Counter([("urn:c",)])


def test_any_store_of_the_protocol_will_do(read_only_out: Path, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as server:
        done = kg("load", read_only_out, "--to", f"{server.url}/store")
        assert done.returncode == 0, done.stderr
        (held,) = rows(server, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
        assert held == (str(named(open_store(read_only_out))),)


def refused(out: Path, *words: object) -> str:
    done = kg("load", out, "--to", *words)
    assert done.returncode == 1 and done.stdout == "" and len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_a_store_that_only_reads_is_told_so(read_only_out: Path, tmp_path: Path) -> None:
    with oxigraph(tmp_path, read_only=True) as server:
        assert "does not let this user write" in refused(read_only_out, server.url, "--type", "oxigraph")
    with fuseki(tmp_path, read_only=True) as server:
        assert "does not let this user write" in refused(read_only_out, server.url, "--type", "fuseki")


def test_wrong_credentials_and_a_wrong_path_are_told_so(read_only_out: Path, tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("alice: right-word\n")
    (tmp_path / "wrong").write_text("wrong-word\n")
    (tmp_path / "right").write_text("right-word\nsecond line\n")
    with fuseki(tmp_path, passwords=tmp_path / "passwords") as server:
        to = (server.url, "--type", "fuseki")
        assert "wants a user and password" in refused(read_only_out, *to)
        told = refused(read_only_out, *to, "--user", "alice", "--password-file", tmp_path / "wrong")
        assert "does not accept" in told and "wrong-word" not in told
        right = ("--user", "alice", "--password-file", tmp_path / "right")
        assert "no store of this type" in refused(read_only_out, f"{server.url}-x", "--type", "fuseki", *right)
        done = kg("load", read_only_out, "--to", *to, *right)
        assert done.returncode == 0 and "right-word" not in done.stdout + done.stderr


# --- troubles ----------------------------------------------------------------------------------------------


class Fake(ThreadingHTTPServer):
    """A Graph Store Protocol server whose graphs are sets of lines; ``answers`` are given before it does its work."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.graphs: dict[str, set[bytes]] = {}
        self.answers: list[int | None] = []
        self.asked: list[tuple[str, str]] = []
        self.forgets = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/data"


class _Handler(BaseHTTPRequestHandler):
    server: Fake
    protocol_version = "HTTP/1.1"

    def _work(self) -> None:
        graph = parse_qs(urlsplit(self.path).query).get("graph", [""])[0]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, graph))
        answer = self.server.answers.pop(0) if self.server.answers and self.command != "GET" else 200
        if answer is None:  # the connection breaks
            self.connection.close()
            self.close_connection = True
            return
        held = self.server.graphs.setdefault(graph, set())
        if answer == 200 and self.command != "GET" and not self.server.forgets:
            if self.command == "PUT":
                held.clear()
            held.update(body.splitlines())
        said = b"\n".join(sorted(held)) if self.command == "GET" else b""
        self.send_response(answer)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_PUT = do_POST = _work

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving(Fake()) as server:
        yield server


@contextmanager
def serving(server: Fake) -> Iterator[Fake]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def whole(fake: Fake, out: Path) -> bool:
    store = open_store(out)
    sizes = Counter(quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else "" for quad in store)
    return {graph: len(lines) for graph, lines in fake.graphs.items() if lines} == sizes


def test_what_passes_is_waited_for_longer_each_time(fake: Fake, out: Path, pauses: list[float]) -> None:
    fake.answers = [503, 429, 503]
    load(out, fake.url)
    assert pauses == [0.5, 1, 2] and whole(fake, out)


def test_a_broken_connection_is_tried_again(fake: Fake, out: Path, pauses: list[float]) -> None:
    fake.answers = [200, None, None]
    load(out, fake.url)
    assert len(pauses) == 2 and whole(fake, out)


def test_patience_has_an_end(fake: Fake, out: Path, pauses: list[float]) -> None:
    fake.answers = [503] * 50
    with pytest.raises(LoadError, match="503"):
        load(out, fake.url)
    assert len(pauses) == TRIES - 1


def test_a_load_that_was_broken_off_goes_on_where_it_was(fake: Fake, out: Path) -> None:
    fake.answers = [200] * 5 + [400]
    with pytest.raises(LoadError, match="400"):
        load(out, fake.url, chunk=10)
    sent, fake.asked = [each for each in fake.asked if each[0] != "GET"], []
    load(out, fake.url, chunk=10)
    again = [each for each in fake.asked if each[0] != "GET"]
    assert whole(fake, out)
    assert again[0] == sent[-1], "it begins with what failed"
    whole_way = len(again) + len(sent) - 1
    fake.asked = []
    load(out, fake.url, chunk=10)
    assert len([each for each in fake.asked if each[0] != "GET"]) == whole_way, "one that was whole begins anew"
    assert whole(fake, out)


def test_another_build_does_not_go_on_with_the_former_load(fake: Fake, out: Path, articles: Path) -> None:
    from kg.building import build

    fake.answers = [200] * 5 + [400]
    with pytest.raises(LoadError):
        load(out, fake.url, chunk=10)
    build([articles / "a.txt"], out)
    fake.graphs.clear()
    load(out, fake.url, chunk=10)
    assert whole(fake, out)


def test_a_build_without_its_nquads_file_is_loaded_too(fake: Fake, out: Path) -> None:
    (out / "graph.nq").unlink()
    for _ in range(2):
        fake.answers = [200] * 3 + [400]
        with pytest.raises(LoadError, match="400"):
            load(out, fake.url, chunk=10)
    fake.answers = []
    load(out, fake.url, chunk=10)
    assert whole(fake, out)


def test_a_store_that_loses_statements_is_found_out(fake: Fake, out: Path) -> None:
    fake.forgets = True
    with pytest.raises(LoadError, match="holds 0 statements and not"):
        load(out, fake.url)
    fake.forgets = False
    load(out, fake.url)
    assert whole(fake, out), "after that everything is sent again"


def test_progress_goes_up_to_the_whole(fake: Fake, out: Path) -> None:
    steps = []
    load(out, fake.url, chunk=10, progress=steps.append)
    done = [step.done for step in steps]
    assert done == sorted(done) and done[-1] == steps[-1].total == sum(len(lines) for lines in fake.graphs.values())


def test_nothing_at_the_address_is_told_at_once(read_only_out: Path, pauses: list[float]) -> None:
    assert "nothing answers at this address" in refused(read_only_out, "http://127.0.0.1:9/x")
    assert pauses == []


@pytest.mark.parametrize(
    "url",
    ["", "localhost", "ftp://e.org/", "http://", "http://e.org:x/", "http://[/", "http://e.org/a b", "file:///etc"],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="no address"):
        checked_url(url)


def test_a_password_in_the_address_is_refused_and_not_repeated(read_only_out: Path) -> None:
    done = kg("load", read_only_out, "--to", "http://alice:pass-word@127.0.0.1:9/")
    assert done.returncode == 2 and "pass-word" not in done.stderr and "--password-file" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--user", "a"], "one of --user and --password-file"),
        (["--password-file", "empty"], "one of --user and --password-file"),
        (["--user", "a", "--password-file", "missing"], "cannot be read"),
        (["--user", "a", "--password-file", "empty"], "holds no password"),
    ],
)
def test_a_login_that_makes_no_sense(words: list[str], told: str, read_only_out: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    done = kg("load", read_only_out, "--to", "http://127.0.0.1:9/", *words, cwd=tmp_path)
    assert done.returncode == 2 and told in done.stderr


def test_the_types_of_the_command_are_those_that_are_known() -> None:
    assert set(STORE_TYPES) == set(STORES)
