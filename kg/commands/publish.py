"""Passing a built graph on: export, load, serve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.commands.parts import PATH, command
from kg.errors import SettingsError
from kg.messages import Messages

EXPORT_FORMATS = (
    "turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "graphml", "gexf", "neo4j-csv", "csv", "pyvis"
)  # fmt: skip
STORE_TYPES = ("fuseki", "oxigraph", "virtuoso", "graphdb", "rdf4j", "sparql")


def export_command(say: Messages) -> click.Command:
    def run(out: Path, format: str, file: Path | None) -> int:
        from kg.record.store import open_store
        from kg.render.export import SEVERAL_FILES, export, export_to, writers

        store = open_store(out)
        if file is not None:
            export(store, format, file, writers(out))
            return 0
        if format in SEVERAL_FILES and sys.stdout.isatty():
            raise SettingsError("kg export", f"{format} is several files", "give a folder or a .zip file with -o")
        export_to(store, format, sys.stdout.buffer, writers(out))
        sys.stdout.buffer.flush()
        return 0

    return command(
        "export",
        run,
        say,
        click.Argument(["out"], type=PATH, metavar="OUT"),
        click.Option(["--format"], type=click.Choice(EXPORT_FORMATS), required=True, help=say("option.export.format")),
        click.Option(["-o", "--out", "file"], type=PATH, metavar="FILE", help=say("option.export.out")),
    )


def load_command(say: Messages) -> click.Command:
    def run(out: Path, url: str, type: str, user: str | None, password_file: Path | None) -> int:
        from kg.load import load
        from kg.load.client import read_login
        from kg.terminal import load_bar, plain

        with load_bar() as progress:
            count = load(out, url, type, read_login(user, password_file), progress=progress)
        click.echo(plain(say("load.done", count=count, url=url)))
        return 0

    return command(
        "load",
        run,
        say,
        click.Argument(["out"], type=PATH, metavar="OUT"),
        click.Option(["--to", "url"], required=True, metavar="URL", help=say("option.to")),
        click.Option(["--type"], type=click.Choice(STORE_TYPES), default="sparql", help=say("option.type")),
        click.Option(["--user"], metavar="NAME", help=say("option.user")),
        click.Option(["--password-file"], type=PATH, metavar="FILE", help=say("option.password")),
    )


def serve_command(say: Messages) -> click.Command:
    def run(out: Path, names: tuple[str, ...], **options: Any) -> int:
        from kg.serve.server import serve

        serve(out, names=names, started=lambda url: click.echo(say("serve.started", url=url), err=True), **options)
        return 0

    return command(
        "serve",
        run,
        say,
        click.Argument(["out"], type=PATH, metavar="OUT"),
        click.Option(["--host"], default="127.0.0.1", show_default=True, metavar="HOST", help=say("option.host")),
        click.Option(["--port"], type=int, default=8030, show_default=True, metavar="PORT", help=say("option.port")),
        click.Option(["--timeout"], type=float, default=30.0, show_default=True, help=say("option.timeout")),
        click.Option(["--max-mb"], type=float, default=50.0, show_default=True, help=say("option.max-mb")),
        click.Option(["--workers"], type=int, default=2, show_default=True, help=say("option.workers")),
        click.Option(["--cors"], is_flag=True, help=say("option.cors")),
        click.Option(["--name", "names"], multiple=True, metavar="HOST", help=say("option.served-name")),
    )
