"""The web application: routes, pages, headers. It runs in any ASGI server; ``kg serve`` runs it in uvicorn."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2
from pyoxigraph import DefaultGraph
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.query import questions
from kg.record.store import open_store
from kg.record.vocabulary import DCAT, DEFAULT_BASE, PREFIXES, RDF
from kg.render.rdf import base_of
from kg.serve import protocol
from kg.serve.jobs import Describe, Look
from kg.serve.negotiate import GRAPHS, HTML, choose
from kg.serve.workers import Busy, JobDied, JobTimeout, Workers

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Our pages run our own files and ask nobody else. The explorer brings a policy of its own, of hashes."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a graph is served. ``hosts`` are the names by which the server may be called; none means any.

    ``cors`` lets scripts of other sites ask the endpoint.
    """

    limits: protocol.Limits = field(default_factory=protocol.Limits)
    workers: int = 2
    cors: bool = False
    hosts: tuple[str, ...] = LOOPBACK


def application(out: Path, options: Options | None = None) -> Starlette:
    """The application over the graph in the output folder ``out``. Raises ``QueryError`` where there is none."""
    options = options or Options()
    store = open_store(out)
    base = base_of(store) or DEFAULT_BASE
    datasets = [quad.subject.value for quad in store.quads_for_pattern(None, RDF.type, DCAT.Dataset, DefaultGraph())]
    site = _Site(out, base, datasets, Workers(out, count=options.workers, timeout=options.limits.seconds), options)
    hosts = [*options.hosts, urlsplit(base).hostname or "localhost"] if options.hosts else ["*"]
    middleware = [Middleware(_Headers), Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)]
    if options.cors:
        middleware.append(Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"]))
    routes = [
        Route("/", site.front),
        Route("/sparql", site.sparql, methods=["GET", "POST"]),
        Route("/questions.json", site.questions),
        Route("/explorer", site.explorer),
        Route("/resource", site.resource),
        Route("/.well-known/void", site.dataset),
        Mount("/static/vendor", StaticFiles(directory=_folder("vendor"))),
        Mount("/static", StaticFiles(directory=_folder("serve"))),
        Route(f"{path_of(base)}{{rest:path}}", site.thing),
    ]
    return Starlette(routes=routes, middleware=middleware, lifespan=site.lifespan)


def path_of(base: str) -> str:
    """The path at which the things under ``base`` are served.

    >>> path_of("https://data.example.org/id/"), path_of("urn:example:")
    ('/id/', '/id/')
    """
    parts = urlsplit(base)
    return parts.path if parts.scheme in ("http", "https") and not parts.fragment and "#" not in base else "/id/"


class _Site:
    """The handlers, with what they need."""

    def __init__(self, out: Path, base: str, datasets: list[str], workers: Workers, options: Options) -> None:
        self.out, self.base, self.datasets, self.workers, self.options = out, base, datasets, workers, options

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            self.workers.close()

    async def front(self, request: Request) -> Response:
        return self._page("query.html", explorer=(self.out / "graph.html").is_file(), questions=questions())

    async def sparql(self, request: Request) -> Response:
        if request.method != "POST" and not request.url.query and _wants_html(request):
            return RedirectResponse("/", 303)
        return await protocol.answer(request, self.workers, self.options.limits)

    async def questions(self, request: Request) -> Response:
        told = [{"name": q.name, "en": q.en, "zh": q.zh, "sparql": q.sparql} for q in questions()]
        return JSONResponse({"prefixes": dict(PREFIXES), "base": self.base, "questions": told})

    async def explorer(self, request: Request) -> Response:
        page = self.out / "graph.html"
        if not page.is_file():
            return protocol.told(404, "graph.html: does not exist; build it again")
        return FileResponse(page, media_type="text/html; charset=utf-8")

    async def dataset(self, request: Request) -> Response:
        """Where programs look for the description of the dataset."""
        if not self.datasets:
            return protocol.told(404, "VoID: nothing is known of it; check the address")
        return RedirectResponse(self._local(min(self.datasets)), 303)

    async def resource(self, request: Request) -> Response:
        return await self._about(request, request.query_params.get("iri", ""))

    async def thing(self, request: Request) -> Response:
        return await self._about(request, self.base + request.path_params["rest"])

    async def _about(self, request: Request, iri: str) -> Response:
        """A thing by its IRI: a page for people, RDF for programs."""
        chosen = choose(request.headers.get("accept"), (HTML, *GRAPHS))
        if chosen is None:
            return protocol.not_acceptable(iri, (HTML, *GRAPHS))
        try:
            if chosen == HTML:
                page = await self.workers.run(Look(iri))
                found = page is not None
            else:
                reply = await self.workers.run(Describe(iri, chosen.media))
                found = reply.outcome == "ok"
        except (Busy, JobTimeout, JobDied):
            return protocol.told(503, "SPARQL: is busy with other queries; ask again later", retry=True)
        if not found:
            if chosen == HTML:
                return self._page("missing.html", status=404, iri=iri)
            return protocol.told(404, f"{iri}: nothing is known of it; check the address")
        if chosen == HTML:
            return self._page("thing.html", thing=page)
        return protocol.found(reply)

    def _page(self, name: str, *, status: int = 200, **values: Any) -> Response:
        html = _templates().get_template(name).render(local=self._local, **values)
        return HTMLResponse(html, status, headers={"Vary": "Accept"})

    def _local(self, iri: str) -> str:
        """The address of an IRI's page on this server."""
        if iri.startswith(self.base) and iri != self.base:
            return path_of(self.base) + quote(iri.removeprefix(self.base))
        return f"/resource?iri={quote(iri, safe='')}"


class _Headers:
    """Adds the headers that keep a page to itself to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = scope["path"] == "/explorer"
                policy = "frame-ancestors 'none'" if own else POLICY
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", policy.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _wants_html(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _folder(name: str) -> Path:
    return Path(str(resources.files("kg.data").joinpath("web", name)))


@cache
def _templates() -> jinja2.Environment:
    """The templates; whatever goes into them is text, never markup."""
    loader = jinja2.FileSystemLoader(_folder("serve"))
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
