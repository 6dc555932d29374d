"""What the terminal shows: progress, tables, profiles. Text from documents is shown as text, never obeyed."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from kg.messages import Messages
from kg.record.vocabulary import PREFIXES, RDFS, ontology_path

if TYPE_CHECKING:
    from kg.archive.status import Status
    from kg.building import Step
    from kg.explain import Profile, Source
    from kg.load import Step as LoadStep
    from kg.model import Mention
    from kg.query import Question, Results
    from kg.record.validate import ValidationReport
    from kg.restore.files import RestoredFile

# Control characters would move the cursor or change colours; bidirectional ones would turn a line around.
_COMMANDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]")
_WIDE = 100_000


def plain(text: str) -> str:
    """Text in which no character commands a terminal.

    >>> plain("县\\x1b[31m委")
    '县\\ufffd[31m委'
    """
    return _COMMANDING.sub("\ufffd", text)


@contextmanager
def progress_bar(say: Messages) -> Iterator[Callable[[Step], None]]:
    """A bar on the standard error of a terminal, with the document and its stage; nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: None
        return
    rate, doing = (TextColumn(f"{{task.{part}}}", markup=False) for part in ("fields[rate]", "description"))
    columns = (BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn(), doing)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, rate="")
        begin = time.monotonic()

        def show(step: Step) -> None:
            doing = f"{say('stage.' + step.stage)} {plain(step.name)}"
            rate = f"{step.done / max(time.monotonic() - begin, 0.001):.1f}/s" if step.done < step.total else ""
            bar.update(task, completed=step.done, total=step.total, description=doing, rate=rate)

        yield show


@contextmanager
def load_bar() -> Iterator[Callable[[LoadStep], None]]:
    """A bar of the statements that a store has taken, on the standard error of a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: None
        return
    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda step: bar.update(task, completed=step.done, total=step.total)


def show_status(found: Status, say: Messages) -> None:
    """What an output folder holds."""
    table = Table(show_header=False, box=None)
    values = {
        "documents": f"{found.documents:,}",
        "files": f"{found.files:,}",
        "statements": f"{found.statements:,}",
        "entities": f"{found.entities:,}",
        "date": found.date,
        "changed": f"{found.changed:%Y-%m-%d %H:%M:%S}",
        "size": f"{found.size / 1e6:,.1f} MB",
    }
    for name, value in values.items():
        table.add_row(say(f"status.{name}"), plain(value))
    console = _console()
    console.print(table)
    if found.waiting:
        console.print(say("status.waiting", count=found.waiting))
    if found.writing:
        console.print(say("status.writing"))
    if not found.current:
        console.print(say("status.foreign"))


def show_questions(questions: Sequence[Question], say: Messages) -> None:
    """The ready-made questions with their parameters."""
    table = _table(say("query.name"), say("query.title"), say("query.parameters"))
    for question in questions:
        told = (f"{p.name}={question.defaults[p.name]}  {getattr(p, say.language)}" for p in question.parameters)
        table.add_row(question.name, getattr(question, say.language), "\n".join(told))
    _console().print(table)


def show_answer(results: Results, format: str, say: Messages, *, hidden: Sequence[str] = ()) -> None:
    """An answer in the form asked for; the table leaves out the columns ``hidden``."""
    from kg.query import serialized, table

    if format != "table":
        sys.stdout.buffer.write(serialized(results, format))
        sys.stdout.buffer.flush()
        return
    if isinstance(results, ox.QueryBoolean):
        _console().print(say("query.yes" if results else "query.no"))
        return
    columns, rows = table(results)
    shown = [index for index, column in enumerate(columns) if column not in hidden]
    grid = _table(*(columns[index] for index in shown))
    for row in rows:
        grid.add_row(*(Text(_shown(row[index])) for index in shown))
    console = _console()
    console.print(grid)
    console.print(say("query.rows", count=len(rows)))


def show_profiles(profiles: Sequence[Profile], name: str, say: Messages) -> None:
    """Profiles one after the other, each as a tree of facts and their sentences."""
    console = _console()
    words = _ontology_labels(say.language)
    if len(profiles) > 1:
        console.print(Text(say("explain.matches", count=len(profiles), name=plain(name))))
    for profile in profiles:
        console.print(_profile_tree(profile, words, say))


def show_validation(found: ValidationReport, say: Messages) -> None:
    """The results of a validation, worst first, and what they come to."""
    console = _console()
    heads = ("severity", "node", "path", "value", "message")
    table = _table(*(say(f"validate.{head}") for head in heads))
    for result in found.results:
        message = result.message_zh if say.language == "zh" else result.message_en
        cells = (result.severity, _short(result.focus), _short(result.path), result.value, message)
        table.add_row(*(Text(plain(cell)) for cell in cells))
    if found.results:
        console.print(table)
    broken = found.count("Violation")
    console.print(say("validate.broken", count=broken) if broken else say("validate.ok"))


def show_repairs(item: RestoredFile, say: Messages) -> None:
    """What restoring changed in a document, a line a repair: where, before → after, why, and how sure that is."""
    from kg.restore.report import changes

    console = _console()
    name = plain(item.document.path or item.document.id)
    console.print(Text(say("restore.changes", name=name, count=len(item.restored.repairs)), style="bold"))
    for change in changes(item.restored):
        repair = change.repair
        line = Text.assemble((f"{change.line:>5}  ", "dim"), plain(change.left))
        line.append(f"[-{_visible(repair.before)}-]", style="red strike")
        if repair.after:
            line.append(f"{{+{_visible(repair.after)}+}}", style="green")
        line.append(plain(change.right))
        line.append(f"  {say('repair.' + repair.kind)}", style="cyan")
        if repair.confidence < 1:
            line.append(f" {repair.confidence}", style="dim")
        console.print(line)
    if item.restored.hant is not None:
        console.print(Text(say("restore.simplified"), style="dim"))


def show_mentions(title: str, text: str, mentions: Sequence[Mention]) -> None:
    """A restored text with its names in the colours of their types."""
    from kg.recognise.show import coloured

    console = _console()
    console.print(Text(plain(title), style="bold"))
    safe = plain(text)  # one character for each, so that offsets stay
    console.print(coloured(safe, [replace(m, text=safe[m.start : m.end]) for m in mentions]))


def _visible(text: str) -> str:
    """A repair's text on one line, with what has no shape as its code; long ones by their ends."""
    text = text if len(text) <= 60 else f"{text[:28]} … {text[-28:]}"
    return "".join(c if c.isprintable() else {"\n": "⏎"}.get(c, f"<{ord(c):04X}>") for c in text)


def _profile_tree(profile: Profile, words: dict[str, str], say: Messages) -> Tree:
    classes = ", ".join(words.get(iri, _short(iri)) for iri in profile.classes)
    tree = Tree(Text.assemble((plain(profile.name), "bold"), "  ", (classes, "cyan")))
    tree.add(Text(profile.iri, style="dim"))
    if profile.aliases:
        tree.add(Text(f"{say('explain.aliases')}: {plain('、'.join(profile.aliases))}"))
    if profile.code:
        tree.add(Text(f"{say('explain.code')}: {profile.code}"))
    for (relation, forward), facts in groupby(profile.facts, key=lambda fact: (fact.relation, fact.forward)):
        branch = tree.add(Text(f"{'→' if forward else '←'} {words.get(relation, _short(relation))}", style="green"))
        for fact in facts:
            sure = f"  {fact.confidence}" if fact.confidence else f"  ({say('explain.reference')})"
            dated = f"  {fact.date}" if fact.date else ""
            _with_sources(branch, f"{fact.other} {fact.post}".strip() + dated + sure, fact.sources)
    if profile.figures:
        branch = tree.add(Text(say("explain.figures"), style="green"))
        for figure in profile.figures:
            value = f"{'≈' if figure.approximate else ''}{figure.value}{figure.unit}"
            kind = f" ({say('figure.' + figure.qualifier)})" if figure.qualifier else ""
            dated = f"  {figure.date}" if figure.date else ""
            _with_sources(branch, f"{figure.indicator}: {value}{kind}{dated}  {figure.confidence}", figure.sources)
    return tree


def _with_sources(branch: Tree, line: str, sources: Sequence[Source]) -> None:
    leaf = branch.add(Text(plain(line)))
    for source in sources:
        where = " ".join(filter(None, (source.document, source.title, source.date)))
        line = f"“{source.sentence}”  [{where}, {source.begin}-{source.end}, {source.rule}]"
        leaf.add(Text(plain(line), style="dim"))


def _ontology_labels(language: str) -> dict[str, str]:
    wanted = {"zh": "zh-hans", "en": "en"}[language]
    labels = {}
    for quad in ox.parse(path=str(ontology_path("xianzhi.ttl")), format=ox.RdfFormat.TURTLE):
        if quad.predicate == RDFS.label and quad.object.language in (wanted, language):
            labels[quad.subject.value] = quad.object.value
    return labels


def _console() -> Console:
    """Lines are folded on a terminal only: what goes into a file or pipe keeps each row on one line."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDE)


def _table(*columns: str) -> Table:
    table = Table()
    for column in columns:
        table.add_column(Text(plain(column)), overflow="fold")
    return table


def _shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return _short(term.value)
    return plain(term.value if isinstance(term, ox.Literal) else str(term))


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return plain(iri)
