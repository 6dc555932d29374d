"""Asking a built graph: query, explain, validate."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.parts import PATH, command, complain
from kg.errors import QueryError
from kg.messages import Messages
from kg.settings import Settings

FORMATS = ("table", "csv", "json", "ttl")


def query_command(say: Messages) -> click.Command:
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

    return command(
        "query",
        run,
        say,
        click.Argument(["out"], type=PATH, metavar="OUT"),
        click.Argument(["sparql"], required=False, metavar="[SPARQL]"),
        click.Option(["--format"], type=click.Choice(FORMATS), default="table", help=say("option.format")),
        click.Option(["--list", "show_list"], is_flag=True, help=say("option.list")),
        click.Option(["--name"], metavar="NAME", help=say("option.name")),
        click.Option(["--param"], multiple=True, metavar="KEY=VALUE", help=say("option.param")),
    )


def explain_command(say: Messages) -> click.Command:
    def run(out: Path, name: str, min_confidence: float) -> int:
        from kg.explain import explain
        from kg.record.store import open_store
        from kg.terminal import show_profiles

        minimum = Settings(min_confidence=min_confidence).min_confidence  # which says what is wrong with a value
        profiles = explain(open_store(out), name, min_confidence=minimum)
        if not profiles:
            complain(say, say("explain.nothing", name=name))
            return 1
        show_profiles(profiles, name, say)
        return 0

    return command(
        "explain",
        run,
        say,
        click.Argument(["out"], type=PATH, metavar="OUT"),
        click.Argument(["name"], metavar="NAME"),
        click.Option(["--min-confidence"], type=float, default=0.0, metavar="FLOAT", help=say("option.min-confidence")),
    )


def validate_command(say: Messages) -> click.Command:
    def run(out: Path) -> int:
        from kg.record.store import open_store
        from kg.record.validate import validate
        from kg.terminal import show_validation

        found = validate(open_store(out))
        show_validation(found, say)
        return 0 if found.conforms else 1

    return command("validate", run, say, click.Argument(["out"], type=PATH, metavar="OUT"))
