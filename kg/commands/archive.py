"""Making and keeping a graph: build, add, update, remove, status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.parts import PATH, command, complain, setting_option
from kg.logs import LEVELS, logging_to
from kg.memory import settle
from kg.messages import Messages
from kg.settings import Settings, settings_from

if TYPE_CHECKING:
    from kg.report import Report

OF_A_RUN = ("max_file_mb", "workers", "document_seconds")
"""The settings that count when a built graph is changed."""

WARNINGS_SHOWN = 20


def build_command(say: Messages) -> click.Command:
    def run(inputs: tuple[Path, ...], **rest: Any) -> int:
        from kg.building import build

        return _run(say, build, inputs, **rest)

    out = click.Option(["-o", "--out"], required=True, type=PATH, metavar="OUT", help=say("option.out"))
    names = [row.name for row in fields(Settings) if row.name != "language"]
    return command("build", run, say, _inputs(), out, *_run_options(say, names))


def add_command(say: Messages) -> click.Command:
    def run(inputs: tuple[Path, ...], **rest: Any) -> int:
        from kg.archive.change import add

        return _run(say, add, inputs, **rest)

    return command("add", run, say, _out(), _inputs(), *_run_options(say, OF_A_RUN))


def update_command(say: Messages) -> click.Command:
    def run(inputs: tuple[Path, ...], **rest: Any) -> int:
        from kg.archive.change import update

        return _run(say, update, inputs, **rest)

    return command("update", run, say, _out(), _inputs(), *_run_options(say, OF_A_RUN))


def remove_command(say: Messages) -> click.Command:
    def run(names: tuple[str, ...], **rest: Any) -> int:
        from kg.archive.change import remove

        return _run(say, remove, names, **rest)

    names = click.Argument(["names"], nargs=-1, required=True, metavar="DOC...")
    return command("remove", run, say, _out(), names, *_run_options(say, ()))


def status_command(say: Messages) -> click.Command:
    def run(out: Path) -> int:
        from kg.archive.status import status
        from kg.terminal import show_status

        show_status(status(out), say)
        return 0

    return command("status", run, say, _out())


# --- parts of them -----------------------------------------------------------------------------------------


def _inputs() -> click.Argument:
    return click.Argument(["inputs"], nargs=-1, required=True, type=PATH, metavar="INPUT...")


def _out() -> click.Argument:
    return click.Argument(["out"], type=PATH, metavar="OUT")


def _run_options(say: Messages, settings: Sequence[str]) -> list[click.Option]:
    return [
        click.Option(["--config"], type=PATH, metavar="FILE", help=say("option.config")),
        *(setting_option(row, say) for row in fields(Settings) if row.name in settings),
        click.Option(["--log-level"], type=click.Choice(LEVELS), help=say("option.log-level")),
        click.Option(["--log-json"], type=PATH, metavar="FILE", help=say("option.log-json")),
    ]


def _run(
    say: Messages,
    work: Any,
    what: Sequence[Any],
    out: Path,
    config: Path | None,
    log_level: str | None,
    log_json: Path | None,
    **values: Any,
) -> int:
    from kg.terminal import progress_bar

    settings = settings_from({name: value for name, value in values.items() if value is not None}, config)
    settle()
    with logging_to(log_level, log_json), progress_bar(say) as progress:
        report = work(what, out, settings, progress=progress)
    return _tell(say, report, out)


def _tell(say: Messages, report: Report, out: Path) -> int:
    """The lines at the end of a build or a change, and its exit code."""
    from kg.terminal import plain

    for line in report.warnings:
        complain(say, line)
    warnings = [(document.path or document.id, what) for document in report.documents for what in document.warnings]
    for where, what in warnings[:WARNINGS_SHOWN]:
        click.echo(plain(say("build.warning", where=where, what=say.told(what))), err=True)
    if len(warnings) > WARNINGS_SHOWN:
        click.echo(say("build.warnings", count=len(warnings) - WARNINGS_SHOWN), err=True)
    failures = report.failures
    for line in failures:
        complain(say, line)
    if not report.totals["documents"] and not report.validation["checked"]:
        click.echo(say("build.nothing"), err=True)
        if out.exists():
            click.echo(say("build.kept"), err=True)
        return 1
    if failures:
        click.echo(say("build.failed", count=len(failures)), err=True)
    if not report.validation["conforms"]:
        count = report.validation["counts"].get("Violation", 0)
        click.echo(say("build.invalid", count=count, out=out), err=True)
    if report.changes.get("removed") or report.changes.get("added", 0) < report.totals["documents"]:
        click.echo(say("build.changed", **report.changes))
    click.echo(say("build.done", **report.totals, out=out))
    if report.contradictions:
        certain = sum(contradiction.certain for contradiction in report.contradictions)
        click.echo(say("build.contradictions", count=len(report.contradictions), certain=certain), err=True)
    return 0 if not failures and report.validation["conforms"] else 1
