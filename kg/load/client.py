"""Talking to a store: the Graph Store Protocol and counting queries, with patience, and errors that a person can mend.

Nothing here writes a password anywhere: it is in no address, message or log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox

from kg.errors import LoadError, SettingsError
from kg.load.stores import STORES

TRIES: Final = 6
"""How often a request is made: with pauses of 0.5, 1, 2, 4 and 8 seconds a store has a quarter of a minute."""
PAUSE: Final = 0.5
PASSING: Final = frozenset({429, 502, 503, 504})
"""What a store answers that is busy or starting."""
TIMEOUT: Final = httpx.Timeout(300.0, connect=10.0)
GRAPHS_ASKED: Final = 100
"""Named graphs counted by one query, so that no store's limit of rows or length is met."""

N_TRIPLES = "application/n-triples"
_DEFAULT = ""
Answer = TypeVar("Answer")


class Client:
    """One store at one address. ``graph`` is always the IRI of a named graph, or "" for the default graph."""

    def __init__(
        self,
        url: str,
        type: str,
        login: tuple[str, str] | None = None,
        *,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.url, self.type = checked_url(url), STORES[type]
        self._sleep = sleep
        auth = (httpx.DigestAuth if self.type.digest else httpx.BasicAuth)(*login) if login else None
        self._http = httpx.Client(auth=auth, timeout=TIMEOUT, follow_redirects=False)
        logging.getLogger("httpx").setLevel(logging.WARNING)  # one line a request is too much

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def replace(self, graph: str, triples: bytes) -> None:
        """Make the N-Triples ``triples`` all that ``graph`` holds."""
        self._patiently("PUT", graph, triples)

    def add(self, graph: str, triples: bytes) -> None:
        """Put ``triples`` into ``graph``; those that it holds change nothing."""
        self._patiently("POST", graph, triples)

    def check(self) -> None:
        """Raise ``LoadError`` where nothing answers at the address, or something that is no such store."""
        try:
            if self.type.query is None:
                # Of a graph that nobody has a store of this protocol says 404, and anything else might too.
                self._graph("GET", "urn:xianzhi:nothing")
            else:
                self._count_query("SELECT (COUNT(*) AS ?n) WHERE { ?s a <urn:xianzhi:nothing> }")
        except httpx.HTTPError as error:  # at the first try: nobody waits for an address that is wrong
            raise self._told(error) from error

    def counts(self, graphs: Iterable[str]) -> Iterator[tuple[str, int]]:
        """How many statements each of these named graphs holds."""
        waiting = list(graphs)
        if self.type.query is None:
            yield from ((graph, self._held(graph)) for graph in waiting)
            return
        for start in range(0, len(waiting), GRAPHS_ASKED):
            some = waiting[start : start + GRAPHS_ASKED]
            values = " ".join(f"<{graph}>" for graph in some)
            pattern = f"VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }}"
            sparql = f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?g"
            found = dict(self._asked(partial(self._count_query, sparql)))
            yield from ((graph, found.get(graph, 0)) for graph in some)

    def default_count(self) -> int:
        """How many statements the default graph holds."""
        if self.type.query is None:
            return self._held(_DEFAULT)
        return self._asked(lambda: self._count_query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"))[0][1]

    def _count_query(self, sparql: str) -> list[tuple[str, int]]:
        accept = {"Accept": "application/sparql-results+json"}
        answer = self._http.post(self.url + self.type.query, data={"query": sparql}, headers=accept)
        answer.raise_for_status()
        try:
            rows = answer.json()["results"]["bindings"]
            return [(row.get("g", {}).get("value", ""), int(row["n"]["value"])) for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LoadError(self.url, *NO_STORE) from error

    def _held(self, graph: str) -> int:
        """The statements of a graph, counted as they come, from a store whose query endpoint is not known."""

        def fetched() -> int:
            answer = self._graph("GET", graph)
            return len({quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)})

        try:
            return self._asked(fetched)
        except SyntaxError as error:
            raise LoadError(self.url, *NO_STORE) from error

    def _patiently(self, method: str, graph: str, triples: bytes) -> None:
        self._asked(partial(self._graph, method, graph, triples))

    def _graph(self, method: str, graph: str, triples: bytes | None = None) -> httpx.Response:
        """One request of the Graph Store Protocol; a graph that does not exist yet is read as an empty one."""
        params = {"graph": graph} if graph else {"default": ""}
        headers = {"Accept": N_TRIPLES} if triples is None else {"Content-Type": N_TRIPLES}
        url = self.url + self.type.graphs
        answer = self._http.request(method, url, params=params, content=triples, headers=headers)
        if method == "GET" and answer.status_code == httpx.codes.NOT_FOUND:
            return httpx.Response(200, content=b"")
        answer.raise_for_status()
        return answer

    def _asked(self, request: Callable[[], Answer]) -> Answer:
        """What ``request`` gives, asked again after a pause where its failure may pass."""
        for pause in (*(PAUSE * 2**n for n in range(TRIES - 1)), None):
            try:
                return request()
            except httpx.HTTPError as error:
                if pause is None or not _may_pass(error):
                    raise self._told(error) from error
                self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _told(self, error: httpx.HTTPError) -> LoadError:
        if isinstance(error, httpx.HTTPStatusError):
            return LoadError(self.url, *_refusal(error.response))
        if isinstance(error, httpx.ConnectError):
            return LoadError(self.url, "nothing answers at this address", "start the store, or check host and port")
        if isinstance(error, httpx.TimeoutException):
            return LoadError(self.url, "the store does not answer in time", "run the same command again to go on")
        reason = " ".join(str(error).split()) or type(error).__name__
        return LoadError(self.url, f"the connection broke ({reason})", "run the same command again to go on")


def checked_url(url: str) -> str:
    """``url`` without a slash at its end. Raises ``SettingsError`` for what is no HTTP address or holds a password.

    >>> checked_url("http://localhost:3030/graph/")
    'http://localhost:3030/graph'
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and url.isprintable()
    except ValueError:
        usable = False
    if not usable or " " in url:
        raise SettingsError("--to", "is no address of a store", "give one like http://localhost:3030/dataset")
    if parts.query or parts.fragment:
        raise SettingsError("--to", "holds a query or fragment", "give one like http://localhost:3030/dataset")
    if parts.password is not None or parts.username is not None:
        raise SettingsError("--to", "holds a user or password", "give them with --user and --password-file")
    return url.rstrip("/")


def read_login(user: str | None, password_file: Path | None) -> tuple[str, str] | None:
    """User and password, the latter the first line of a file; None where none is given."""
    if user is None and password_file is None:
        return None
    if user is None or password_file is None:
        raise SettingsError("kg load", "gives one of --user and --password-file", "give both or none")
    try:
        lines = password_file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(password_file, f"cannot be read ({error.strerror})", "check the path") from error
    except UnicodeDecodeError as error:
        raise SettingsError(password_file, "is not UTF-8", "save it as UTF-8") from error
    if not lines or not lines[0]:
        raise SettingsError(password_file, "holds no password", "write it on the first line")
    return user, lines[0]


NO_STORE: Final = (
    "what answers there is no store of this type",
    "check the path of the address and --type (see docs/publishing.md)",
)
_LOGIN: Final = ("the store does not accept the user or password", "check --user and --password-file")
_NO_LOGIN: Final = ("the store wants a user and password", "give --user and --password-file")
_READ_ONLY: Final = (
    "the store does not let this user write",
    "allow it there, or start the store so that it can be written to",
)


def _refusal(answer: httpx.Response) -> tuple[str, str]:
    code = answer.status_code
    given = answer.request.headers.get("Authorization") is not None
    if code == httpx.codes.UNAUTHORIZED:
        return _LOGIN if given else _NO_LOGIN
    if code == httpx.codes.FORBIDDEN or (code == httpx.codes.METHOD_NOT_ALLOWED and answer.request.method != "GET"):
        return _READ_ONLY
    if code in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED) or answer.is_redirect:
        return NO_STORE
    said = " ".join(answer.text.split())[:200]
    return f"the store answers {code} ({said})", "see the store's own log"


def _may_pass(error: httpx.HTTPError) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in PASSING
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)
