"""``kg serve``: the application in uvicorn, until it is told to stop."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from kg.errors import SettingsError
from kg.serve.app import LOOPBACK, Options, application
from kg.serve.protocol import Limits


def serve(
    out: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8030,
    timeout: float = 30.0,
    max_mb: float = 50.0,
    workers: int = 2,
    cors: bool = False,
    names: tuple[str, ...] = (),
    started: Callable[[str], object] = lambda url: None,
) -> None:
    """Serve the graph in ``out`` at ``host`` and ``port`` (0: a free one) and tell ``started`` the address.

    ``timeout`` is in seconds and ``max_mb`` in megabytes, for one query. ``names`` are further host names by which the
    server is called, as behind a proxy. Returns when it is interrupted. Raises ``QueryError`` for a folder without a
    graph and ``SettingsError`` where it cannot listen there.
    """
    for name, value in (("--timeout", timeout), ("--max-mb", max_mb), ("--workers", workers)):
        if value <= 0:
            raise SettingsError(name, "is not above zero", "give a value like 30")
    listener = _listener(host, port)
    hosts = () if _is_everywhere(host) and not names else (*LOOPBACK, host, *names)
    limits = Limits(timeout, int(max_mb * 1_000_000))
    app = application(out, Options(limits=limits, workers=workers, cors=cors, hosts=hosts))
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=3)
    shown = f"[{host}]" if ":" in host else host
    started(f"http://{shown}:{listener.getsockname()[1]}/")
    uvicorn.Server(config).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"{host}:{port}", f"cannot be listened at ({reason})", "choose another --port") from error


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
