"""Real triple stores, each started on a free port of this machine and stopped at the end.

Their programs are put in place by ``.ci/run``: Oxigraph by pip, Virtuoso by apt, the Java ones by Maven into the folder
``.stores/`` (``XIANZHI_STORES`` names another). What is not here skips its tests, unless CI=true: there all must run.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[1]
JARS = Path(os.environ.get("XIANZHI_STORES", ROOT / ".stores"))
STARTING = 90.0
"""Seconds that a store may take to answer; Java on a busy machine needs some."""


@dataclass(frozen=True)
class Server:
    """A store that runs: ``url`` is what ``kg load --to`` takes, ``query`` where SPARQL is asked."""

    type: str
    url: str
    query: str
    login: tuple[str, str] | None = None


@contextmanager
def oxigraph(folder: Path, *, read_only: bool = False) -> Iterator[Server]:
    program = shutil.which("oxigraph", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    port = _free_port()
    location = folder / "oxigraph"
    if read_only:
        made = [_there(program, "oxigraph"), "load", "-l", str(location), "-f", os.devnull, "--format", "nq"]
        subprocess.run(made, check=True, capture_output=True)
    command = [_there(program, "oxigraph"), "serve-read-only" if read_only else "serve"]
    url = f"http://127.0.0.1:{port}"
    with _running([*command, "-l", str(location), "-b", f"127.0.0.1:{port}"], folder, f"{url}/query"):
        yield Server("oxigraph", url, f"{url}/query")


@contextmanager
def fuseki(folder: Path, *, read_only: bool = False, passwords: Path | None = None) -> Iterator[Server]:
    port = _free_port()
    (folder / "empty.nt").touch()
    data = ["--file", str(folder / "empty.nt")] if read_only else ["--update", "--mem"]
    login = ["--passwd", str(passwords), "--auth=basic"] if passwords else []
    command = ["-jar", _jar("jena-fuseki-server"), "--localhost", "--port", str(port), *login, *data, "/graph"]
    url = f"http://127.0.0.1:{port}/graph"
    with _running([_java(), *command], folder, f"{url}/query"):
        yield Server("fuseki", url, f"{url}/query")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    program = _there(shutil.which("virtuoso-t"), "virtuoso")
    port, sql = _free_port(), _free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(folder=folder, port=port, sql=sql))
    url = f"http://127.0.0.1:{port}"
    command = [program, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with _running(command, folder, f"{url}/sparql"):
        yield Server("virtuoso", url, f"{url}/sparql", ("dba", "dba"))


@contextmanager
def rdf4j(folder: Path) -> Iterator[Server]:
    port = _free_port()
    root = f"http://127.0.0.1:{port}/rdf4j-server"
    command = [
        _java(), f"-Dorg.eclipse.rdf4j.appdata.basedir={folder}", "-jar", _jar("jetty-runner"),
        "--host", "127.0.0.1", "--port", str(port), "--path", "/rdf4j-server", _jar("rdf4j-http-server", "war"),
    ]  # fmt: skip
    with _running(command, folder, f"{root}/protocol"):
        made = httpx.put(f"{root}/repositories/graph", content=RDF4J, headers={"Content-Type": "text/turtle"})
        assert made.is_success, made.text
        url = f"{root}/repositories/graph"
        yield Server("rdf4j", url, url)


SERVERS: Mapping[str, Callable[..., object]] = {
    "oxigraph": oxigraph, "fuseki": fuseki, "virtuoso": virtuoso, "rdf4j": rdf4j
}  # fmt: skip

VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 5
[Client]
SQL_QUERY_TIMEOUT = 0
[SPARQL]
ResultSetMaxRows = 1000000
"""

RDF4J = """
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
[] a rep:Repository ; rep:repositoryID "graph" ; rdfs:label "graph" ;
   rep:repositoryImpl [ rep:repositoryType "openrdf:SailRepository" ;
     sr:sailImpl [ sail:sailType "openrdf:MemoryStore" ] ] .
"""


@contextmanager
def _running(command: list[str], folder: Path, probe: str) -> Iterator[None]:
    """A process that is stopped at the end; its words lie in ``folder`` and are shown where it does not answer."""
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _wait(process, probe, folder / "log.txt")
        yield
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], probe: str, log: Path) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(probe, timeout=5).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{process.args} does not answer: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _java() -> str:
    return _there(shutil.which("java"), "java")


def _jar(name: str, ending: str = "jar") -> str:
    found = sorted(JARS.glob(f"{name}-*.{ending}"))
    return _there(str(found[-1]) if found else None, f"{name} (in {JARS})")


def _there(program: str | None, name: str) -> str:
    if program is None:
        told = f"{name} is not installed; .ci/run installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    return program
