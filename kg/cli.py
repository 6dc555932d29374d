"""The command line: thin, each command calls one public function.

Exit codes: 0 all well; 1 some input, document or check failed (the rest was done); 2 unusable arguments.
The commands are in ``kg.commands``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from kg.commands import archive, ask, publish, text
from kg.commands.parts import complain, language_option
from kg.errors import QueryError, SettingsError, XianzhiError
from kg.messages import Messages, language_of
from kg.settings import configured_language
from kg.translated import Group, shape

COMMANDS = (
    archive.build_command, archive.add_command, archive.update_command, archive.remove_command, archive.status_command,
    ask.query_command, ask.explain_command, ask.validate_command,
    publish.export_command, publish.load_command, publish.serve_command,
    text.recognise_command, text.restore_command,
)  # fmt: skip


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
        complain(say, error.format_message())
        sys.exit(2)
    except (SettingsError, QueryError) as error:
        complain(say, str(error))
        sys.exit(2)
    except XianzhiError as error:
        complain(say, str(error))
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output, like head, has seen enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code or 0)


def command_line(say: Messages) -> click.Group:
    """The commands, with their help in the language of ``say``."""
    group = Group("kg", help=say("kg"), no_args_is_help=True, **shape(say))
    group.params += [
        language_option(say),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            help=say("option.version"),
            callback=_show_version,
        ),
    ]
    for make in COMMANDS:
        group.add_command(make(say))
    return group


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


if __name__ == "__main__":
    main()
