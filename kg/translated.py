"""Commands of click whose help speaks the user's language in its headings as well."""

from __future__ import annotations

from typing import Any

import click

from kg.messages import Messages


class _Translated:
    """Help whose headings speak the chosen language; click's own are English."""

    say: Messages

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix=self.say("heading.usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]  # type: ignore[attr-defined]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(self.say("heading.options")):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        option.help = self.say("option.help")
        return option


class Command(_Translated, click.Command):
    """A command whose help speaks the language of ``say``."""

    def __init__(self, *args: Any, say: Messages, **rest: Any) -> None:
        self.say = say
        super().__init__(*args, **rest)


class Group(_Translated, click.Group):
    """A group of commands whose help speaks the language of ``say``."""

    def __init__(self, *args: Any, say: Messages, **rest: Any) -> None:
        self.say = say
        super().__init__(*args, **rest)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(self.say("heading.commands")):
            formatter.write_dl([(name, self.say(name).split("\n")[0]) for name in self.list_commands(ctx)])


def shape(say: Messages) -> dict[str, Any]:
    """What every command is made with."""
    return {"say": say, "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100}}
