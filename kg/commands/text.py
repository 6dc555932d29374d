"""Looking at texts without building: recognise, restore."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.commands.parts import PATH, command, complain
from kg.errors import XianzhiError
from kg.messages import Messages
from kg.settings import Settings, settings_from


def recognise_command(say: Messages) -> click.Command:
    def run(files: tuple[Path, ...], html: bool, out: Path | None, config: Path | None) -> int:
        from kg.recognise import recognise_with
        from kg.recognise.choice import choose
        from kg.recognise.show import page
        from kg.restore.files import restore_files, write_text
        from kg.terminal import plain, show_mentions

        settings = settings_from({}, config)
        choice = choose(settings.recogniser, settings.recogniser_labels, settings.segmentation)
        if choice.warning:
            complain(say, choice.warning)
        seen, failed = [], False
        for item in restore_files(files, max_bytes=int(settings.max_file_mb * 1_000_000)):
            if isinstance(item, XianzhiError):
                complain(say, str(item))
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

    return command(
        "recognise",
        run,
        say,
        click.Argument(["files"], nargs=-1, required=True, type=PATH, metavar="FILE..."),
        click.Option(["--html"], is_flag=True, help=say("option.html")),
        click.Option(["-o", "--out"], type=PATH, metavar="OUT", help=say("option.html.out")),
        click.Option(["--config"], type=PATH, metavar="FILE", help=say("option.config")),
    )


def restore_command(say: Messages) -> click.Command:
    def run(files: tuple[Path, ...], out: Path | None, diff: bool, map: Path | None) -> int:
        from kg.restore.files import restore_files, write_text, write_texts
        from kg.restore.report import map_lines
        from kg.terminal import plain, show_repairs

        done, failed = [], False
        for item in restore_files(files, max_bytes=int(Settings().max_file_mb * 1_000_000)):
            if isinstance(item, XianzhiError):
                complain(say, str(item))
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

    return command(
        "restore",
        run,
        say,
        click.Argument(["files"], nargs=-1, required=True, type=PATH, metavar="FILE..."),
        click.Option(["-o", "--out"], type=PATH, metavar="OUT", help=say("option.restore.out")),
        click.Option(["--diff"], is_flag=True, help=say("option.diff")),
        click.Option(["--map"], type=PATH, metavar="FILE", help=say("option.map")),
    )
