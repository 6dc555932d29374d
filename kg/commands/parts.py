"""What the commands share: how one is made, its options, and how an error is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.messages import Messages
from kg.settings import LANGUAGES, option_name
from kg.translated import Command, shape

PATH = click.Path(path_type=Path)


def command(name: str, run: Any, say: Messages, *params: click.Parameter) -> click.Command:
    """The command ``name`` that calls ``run``; its help is the message of its name."""
    return Command(name, callback=run, params=[*params, language_option(say)], help=say(name), **shape(say))


def language_option(say: Messages) -> click.Option:
    """``--lang``, before the command or after it; ``main`` has read its value by the time that click does."""
    choice = click.Choice(LANGUAGES)
    return click.Option(["--lang"], type=choice, help=say("option.lang"), expose_value=False, is_eager=True)


def setting_option(row: Any, say: Messages) -> click.Option:
    """The option of a row of the settings."""
    return click.Option(
        [option_name(row)],
        type=type(row.default),
        default=None,
        metavar=None if isinstance(row.default, bool) else type(row.default).__name__.upper(),
        help=f"{row.metadata[say.language]} [{row.default}]",
    )


def complain(say: Messages, error: str) -> None:
    """An error or a warning as one line on the standard error, in the user's language."""
    from kg.terminal import plain

    click.echo(plain(say("error", error=say.told(error))), err=True)
