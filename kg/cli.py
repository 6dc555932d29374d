"""The command line: thin, each command calls one public function.

Exit codes: 0 all well; 1 some input, document or check failed (the rest was done); 2 unusable arguments.
Heavy modules are imported inside the commands, so that ``kg --help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn

import click

from kg.errors import QueryError, SettingsError, XianzhiError
from kg.messages import Messages, language_of
from kg.settings import LANGUAGES, Settings, configured_language, option_name, settings_from
from kg.translated import Command, Group, shape

FORMATS = ("table", "csv", "json", "ttl")
EXPORT_FORMATS = (
    "turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "graphml", "gexf", "neo4j-csv", "csv", "pyvis"
)  # fmt: skip
STORE_TYPES = ("fuseki", "oxigraph", "virtuoso", "graphdb", "rdf4j", "sparql")
WARNINGS_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``kg`` with ``arguments`` (default: the process' own) and end the process with its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    config = _asked(words, "--config")
    configured = configured_language(Path(config) if config else None)
    say = Messages(language_of(_asked(words, "--lang"), configured=configured))
    try:
        code = command_line(say).main(words, prog_name="kg", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        _complain(say, error.format_message())
        sys.exit(2)
    except (SettingsError, QueryError) as error:
        _complain(say, str(error))
        sys.exit(2)
    except XianzhiError as error:
        _complain(say, str(error))
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output, like head, has seen enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code or 0)


def command_line(say: Messages) -> click.Group:
    """The commands, with their help in the language of ``say``."""
    group = Group("kg", help=say("kg"), no_args_is_help=True, **shape(say))
    group.params += [
        _language_option(say),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            help=say("option.version"),
            callback=_show_version,
        ),
    ]
    makers = (
        _build_command, _query_command, _explain_command, _validate_command, _export_command, _load_command,
        _serve_command, _recognise_command, _restore_command,
    )  # fmt: skip
    for command in (make(say) for make in makers):
        group.add_command(command)
    return group


# --- the commands ------------------------------------------------------------------------------------------


def _build_command(say: Messages) -> click.Command:
    def run(inputs: tuple[Path, ...], out: Path, config: Path | None, **values: Any) -> int:
        from kg.build import build
        from kg.terminal import progress_bar

        settings = settings_from({name: value for name, value in values.items() if value is not None}, config)
        with progress_bar(say) as progress:
            report = build(inputs, out, settings, progress=progress)
        return _tell(say, report, out)

    return _command(
        "build",
        run,
        say,
        click.Argument(["inputs"], nargs=-1, required=True, type=_path, metavar="INPUT..."),
        click.Option(["-o", "--out"], required=True, type=_path, metavar="OUT", help=say("option.out")),
        click.Option(["--config"], type=_path, metavar="FILE", help=say("option.config")),
        *(_setting_option(row, say) for row in fields(Settings) if row.name != "language"),
    )


def _query_command(say: Messages) -> click.Command:
    def run(
        out: Path, sparql: str | None, format: str, show_list: bool, name: str | None, param: tuple[str, ...]
    ) -> int:
        from kg import query, terminal
        from kg.record.store import open_store

        if sum((sparql is not None, show_list, name is not None)) != 1:
            raise QueryError("kg query", "gives none or several of SPARQL, --list and --name", "give one of them")
        if show_list:
            terminal.show_questions(query.questions(), say)
            return 0
        question = query.question(name) if name is not None else query.Question.of_text(sparql or "")
        results = query.ask(open_store(out), question, query.parse_parameters(param))
        terminal.show_answer(results, format, say, hidden=[parameter.name for parameter in question.parameters])
        return 0

    return _command(
        "query",
        run,
        say,
        click.Argument(["out"], type=_path, metavar="OUT"),
        click.Argument(["sparql"], required=False, metavar="[SPARQL]"),
        click.Option(["--format"], type=click.Choice(FORMATS), default="table", help=say("option.format")),
        click.Option(["--list", "show_list"], is_flag=True, help=say("option.list")),
        click.Option(["--name"], metavar="NAME", help=say("option.name")),
        click.Option(["--param"], multiple=True, metavar="KEY=VALUE", help=say("option.param")),
    )


def _explain_command(say: Messages) -> click.Command:
    def run(out: Path, name: str, min_confidence: float) -> int:
        from kg.explain import explain
        from kg.record.store import open_store
        from kg.terminal import show_profiles

        minimum = Settings(min_confidence=min_confidence).min_confidence  # which says what is wrong with a value
        profiles = explain(open_store(out), name, min_confidence=minimum)
        if not profiles:
            _complain(say, say("explain.nothing", name=name))
            return 1
        show_profiles(profiles, name, say)
        return 0

    return _command(
        "explain",
        run,
        say,
        click.Argument(["out"], type=_path, metavar="OUT"),
        click.Argument(["name"], metavar="NAME"),
        click.Option(["--min-confidence"], type=float, default=0.0, metavar="FLOAT", help=say("option.min-confidence")),
    )


def _validate_command(say: Messages) -> click.Command:
    def run(out: Path) -> int:
        from kg.record.store import open_store
        from kg.record.validate import validate
        from kg.terminal import show_validation

        found = validate(open_store(out))
        show_validation(found, say)
        return 0 if found.conforms else 1

    return _command("validate", run, say, click.Argument(["out"], type=_path, metavar="OUT"))


def _recognise_command(say: Messages) -> click.Command:
    def run(files: tuple[Path, ...], html: bool, out: Path | None, config: Path | None) -> int:
        from kg.recognise import recognise_with
        from kg.recognise.choice import choose
        from kg.recognise.show import page
        from kg.restore.files import restore_files, write_text
        from kg.terminal import plain, show_mentions

        settings = settings_from({}, config)
        choice = choose(settings.recogniser, settings.recogniser_labels, settings.segmentation)
        if choice.warning:
            _complain(say, choice.warning)
        seen, failed = [], False
        for item in restore_files(files, max_bytes=int(settings.max_file_mb * 1_000_000)):
            if isinstance(item, XianzhiError):
                _complain(say, str(item))
                failed = True
                continue
            mentions = recognise_with(choice.nlp, item.restored).mentions
            seen.append((item.document.id, item.restored.text, mentions))
            if not html:
                show_mentions(*seen[-1])
        if html and seen:
            if out is None:
                click.echo(page(seen))
            else:
                write_text(out, page(seen))
                click.echo(plain(say("restore.written", path=out)), err=True)
        return 1 if failed or not seen else 0

    return _command(
        "recognise",
        run,
        say,
        click.Argument(["files"], nargs=-1, required=True, type=_path, metavar="FILE..."),
        click.Option(["--html"], is_flag=True, help=say("option.html")),
        click.Option(["-o", "--out"], type=_path, metavar="OUT", help=say("option.html.out")),
        click.Option(["--config"], type=_path, metavar="FILE", help=say("option.config")),
    )


def _export_command(say: Messages) -> click.Command:
    def run(out: Path, format: str, file: Path | None) -> int:
        from kg.record.store import open_store
        from kg.render.export import SEVERAL_FILES, export, export_to

        store = open_store(out)
        if file is not None:
            export(store, format, file)
            return 0
        if format in SEVERAL_FILES and sys.stdout.isatty():
            raise SettingsError("kg export", f"{format} is several files", "give a folder or a .zip file with -o")
        export_to(store, format, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return 0

    return _command(
        "export",
        run,
        say,
        click.Argument(["out"], type=_path, metavar="OUT"),
        click.Option(["--format"], type=click.Choice(EXPORT_FORMATS), required=True, help=say("option.export.format")),
        click.Option(["-o", "--out", "file"], type=_path, metavar="FILE", help=say("option.export.out")),
    )


def _load_command(say: Messages) -> click.Command:
    def run(out: Path, url: str, type: str, user: str | None, password_file: Path | None) -> int:
        from kg.load import load
        from kg.load.client import read_login
        from kg.terminal import load_bar, plain

        with load_bar() as progress:
            count = load(out, url, type, read_login(user, password_file), progress=progress)
        click.echo(plain(say("load.done", count=count, url=url)))
        return 0

    return _command(
        "load",
        run,
        say,
        click.Argument(["out"], type=_path, metavar="OUT"),
        click.Option(["--to", "url"], required=True, metavar="URL", help=say("option.to")),
        click.Option(["--type"], type=click.Choice(STORE_TYPES), default="sparql", help=say("option.type")),
        click.Option(["--user"], metavar="NAME", help=say("option.user")),
        click.Option(["--password-file"], type=_path, metavar="FILE", help=say("option.password")),
    )


def _serve_command(say: Messages) -> click.Command:
    def run(out: Path, names: tuple[str, ...], **options: Any) -> int:
        from kg.serve.server import serve

        serve(out, names=names, started=lambda url: click.echo(say("serve.started", url=url), err=True), **options)
        return 0

    return _command(
        "serve",
        run,
        say,
        click.Argument(["out"], type=_path, metavar="OUT"),
        click.Option(["--host"], default="127.0.0.1", show_default=True, metavar="HOST", help=say("option.host")),
        click.Option(["--port"], type=int, default=8030, show_default=True, metavar="PORT", help=say("option.port")),
        click.Option(["--timeout"], type=float, default=30.0, show_default=True, help=say("option.timeout")),
        click.Option(["--max-mb"], type=float, default=50.0, show_default=True, help=say("option.max-mb")),
        click.Option(["--workers"], type=int, default=2, show_default=True, help=say("option.workers")),
        click.Option(["--cors"], is_flag=True, help=say("option.cors")),
        click.Option(["--name", "names"], multiple=True, metavar="HOST", help=say("option.served-name")),
    )


def _restore_command(say: Messages) -> click.Command:
    def run(files: tuple[Path, ...], out: Path | None, diff: bool, map: Path | None) -> int:
        from kg.restore.files import restore_files, write_text, write_texts
        from kg.restore.report import map_lines
        from kg.terminal import plain, show_repairs

        done, failed = [], False
        for item in restore_files(files, max_bytes=int(Settings().max_file_mb * 1_000_000)):
            if isinstance(item, XianzhiError):
                _complain(say, str(item))
                failed = True
                continue
            done.append(item)
            if diff:
                show_repairs(item, say)
            elif out is None:
                click.echo(plain(item.restored.text) if sys.stdout.isatty() else item.restored.text)
        if out is not None and done:
            for path in write_texts(done, out):
                click.echo(plain(say("restore.written", path=path)), err=True)
        if map is not None:
            write_text(map, "".join(f"{line}\n" for item in done for line in map_lines(item)))
        return 1 if failed or not done else 0

    return _command(
        "restore",
        run,
        say,
        click.Argument(["files"], nargs=-1, required=True, type=_path, metavar="FILE..."),
        click.Option(["-o", "--out"], type=_path, metavar="OUT", help=say("option.restore.out")),
        click.Option(["--diff"], is_flag=True, help=say("option.diff")),
        click.Option(["--map"], type=_path, metavar="FILE", help=say("option.map")),
    )


# --- parts of them -----------------------------------------------------------------------------------------


_path = click.Path(path_type=Path)


def _command(name: str, run: Any, say: Messages, *params: click.Parameter) -> click.Command:
    return Command(name, callback=run, params=[*params, _language_option(say)], help=say(name), **shape(say))


def _language_option(say: Messages) -> click.Option:
    """``--lang``, before the command or after it; ``main`` has read its value by the time that click does."""
    choice = click.Choice(LANGUAGES)
    return click.Option(["--lang"], type=choice, help=say("option.lang"), expose_value=False, is_eager=True)


def _setting_option(row: Any, say: Messages) -> click.Option:
    return click.Option(
        [option_name(row)],
        type=type(row.default),
        default=None,
        metavar=None if isinstance(row.default, bool) else type(row.default).__name__.upper(),
        help=f"{row.metadata[say.language]} [{row.default}]",
    )


def _asked(words: Sequence[str], option: str) -> str | None:
    """What ``option`` says, the last time it is given: for what is needed before click parses, as the help is."""
    value = None
    for word, following in zip(words, (*words[1:], None), strict=True):
        if word == "--":
            break
        if word == option:
            value = following
        elif word.startswith(f"{option}="):
            value = word.removeprefix(f"{option}=")
    return value


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from kg.report import version

        click.echo(f"kg {version()}")
        ctx.exit()


def _tell(say: Messages, report: Any, out: Path) -> int:
    """The lines at the end of a build, and its exit code."""
    from kg.terminal import plain

    for line in report.warnings:
        _complain(say, line)
    warnings = [(document.path or document.id, what) for document in report.documents for what in document.warnings]
    for where, what in warnings[:WARNINGS_SHOWN]:
        click.echo(plain(say("build.warning", where=where, what=say.told(what))), err=True)
    if len(warnings) > WARNINGS_SHOWN:
        click.echo(say("build.warnings", count=len(warnings) - WARNINGS_SHOWN), err=True)
    for line in report.failures:
        _complain(say, line)
    if not report.totals["documents"]:
        click.echo(say("build.nothing"), err=True)
        if out.exists():
            click.echo(say("build.kept"), err=True)
        return 1
    if report.failures:
        click.echo(say("build.failed", count=len(report.failures)), err=True)
    if not report.validation["conforms"]:
        count = report.validation["counts"].get("Violation", 0)
        click.echo(say("build.invalid", count=count, out=out), err=True)
    click.echo(say("build.done", **report.totals, out=out))
    if report.contradictions:
        certain = sum(contradiction.certain for contradiction in report.contradictions)
        click.echo(say("build.contradictions", count=len(report.contradictions), certain=certain), err=True)
    return 0 if report.ok else 1


def _complain(say: Messages, error: str) -> None:
    from kg.terminal import plain

    click.echo(plain(say("error", error=say.told(error))), err=True)


if __name__ == "__main__":
    main()
