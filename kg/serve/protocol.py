"""The SPARQL 1.1 Protocol for queries: a request becomes a query with its dataset, what comes of it a response.

Updates, and with them LOAD, are refused: a served graph is only read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg.errors import QueryError
from kg.messages import Messages
from kg.serve.jobs import Ask, Reply
from kg.serve.negotiate import Format
from kg.serve.workers import Busy, JobDied, JobTimeout, Workers

MAX_QUERY: Final = 1_000_000
"""Bytes that a request's body may have."""

_FORM, _DIRECT, _UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)


class Refused(Exception):
    """A request that gets no answer: the status of the response and a line that says why and what to do."""

    def __init__(self, status: int, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.status = status
        self.line = str(QueryError("SPARQL", cause, remedy))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take: ``seconds`` of time, ``bytes`` of answer."""

    seconds: float = 30.0
    bytes: int = 50_000_000


async def answer(request: Request, workers: Workers, limits: Limits) -> Response:
    """The response to a request at the SPARQL endpoint; one that is refused says why in both languages."""
    try:
        job = await _asked(request, limits)
        reply = await workers.run(job)
        return _response(reply)
    except Refused as refusal:
        return told(refusal.status, refusal.line)
    except Busy:
        return told(503, _line("is busy with other queries", "ask again later"), retry=True)
    except JobTimeout:
        return told(503, _line(f"took longer than {limits.seconds:g} seconds", "narrow the query, or add a LIMIT"))
    except JobDied:
        return told(503, _line("needed more memory than a query may", "narrow the query, or add a LIMIT"))


def told(status: int, line: str, *, retry: bool = False) -> Response:
    """An error as text, in English and in Chinese."""
    headers = {"Retry-After": "5"} if retry else {}
    return PlainTextResponse(f"{line}\n{Messages('zh').told(line)}\n", status, headers)


def found(reply: Reply) -> Response:
    """A reply that is "ok", as its media type."""
    return Response(reply.body, media_type=reply.media, headers={"Vary": "Accept"})


def not_acceptable(what: str, formats: Iterable[Format]) -> Response:
    """The error for an Accept header that names none of ``formats``."""
    media = ", ".join(format.media for format in formats)
    return told(406, f"{what}: has no answer of the type that Accept asks for, only {media}; ask for one of them")


def _line(cause: str, remedy: str) -> str:
    return str(QueryError("SPARQL", cause, remedy))


def _response(reply: Reply) -> Response:
    if reply.outcome == "ok":
        return found(reply)
    if reply.outcome == "bad query":
        return told(400, reply.body.decode("utf-8", "replace"))
    if reply.outcome == "too large":
        raise Refused(413, "has an answer that is larger than the server sends", "narrow the query, or add a LIMIT")
    return not_acceptable("SPARQL", reply.formats)


async def _asked(request: Request, limits: Limits) -> Ask:
    """The query of a request, by whichever of the protocol's three ways it came."""
    parameters = _pairs(request.url.query)
    if request.method == "POST":
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media == _FORM:
            parameters = _pairs(await _body(request))  # the protocol has all of them in the body
        elif media == _DIRECT:
            parameters.append(("query", await _body(request)))
        elif media == _UPDATE:
            raise Refused(403, "asks for an update", "this graph is only read")
        else:
            raise Refused(415, "comes as a type that is not understood", f"send it as {_FORM} or {_DIRECT}")
    if any(name == "update" for name, _ in parameters):
        raise Refused(403, "asks for an update", "this graph is only read")
    queries = [value for name, value in parameters if name == "query"]
    if len(queries) != 1:
        raise Refused(400, "gives none or several queries", "give one, as the parameter query")
    return Ask(
        queries[0],
        request.headers.get("accept"),
        tuple(value for name, value in parameters if name == "default-graph-uri"),
        tuple(value for name, value in parameters if name == "named-graph-uri"),
        limits.bytes,
    )


async def _body(request: Request) -> str:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_QUERY:
            raise Refused(413, "is too long", "send a shorter one")
        parts.append(part)
    try:
        return b"".join(parts).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "is not UTF-8", "send it as UTF-8") from None


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError):
        raise Refused(400, "is not UTF-8", "send it as UTF-8") from None
