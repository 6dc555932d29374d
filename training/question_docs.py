"""Writes ``docs/questions.md``, the ready-made questions with their answers over ``seeds/``:
``python training/question_docs.py OUT``, where OUT is what ``kg build seeds`` wrote. A test fails when they differ.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.query import Question, ask, questions, table
from kg.record.store import open_store
from kg.record.vocabulary import PREFIXES

TARGET = Path(__file__).resolve().parents[1] / "docs" / "questions.md"
SHOWN = 5
"""Rows of each answer on the page."""


def render(store: ox.Store) -> str:
    """The page, as Markdown, for the graph of the sample articles in ``store``."""
    lines = [
        "# The ready-made questions, with their answers 现成的问题及其答案",
        "",
        "Made from `kg/data/queries/` and the graph of `seeds/` by `python training/question_docs.py out`; not to be",
        "edited. The answers are the same in every store ([publishing.md](publishing.md)). For other values see",
        "[querying.md](querying.md). The people and figures of `seeds/` are made up.",
        "",
    ]
    for question in questions():
        lines += _told(store, question)
    return "\n".join(lines)


def _told(store: ox.Store, question: Question) -> Iterator[str]:
    columns, rows = table(ask(store, question))
    hidden = {parameter.name for parameter in question.parameters}
    shown = [index for index, column in enumerate(columns) if column not in hidden]
    yield from (f"## {question.name}", "", f"{question.en}. {question.zh}。", "", "```sparql")
    yield from (line for line in question.sparql.splitlines() if not line.startswith(("#", "PREFIX")) and line)
    yield from ("```", "", f"{len(rows)} rows; the first {min(SHOWN, len(rows))}:", "")
    yield _row(columns[index] for index in shown)
    yield "|" + "---|" * len(shown)
    for row in rows[:SHOWN]:
        yield _row(_text(row[index]) for index in shown)
    yield ""


def _row(cells: Iterator[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _text(term: object) -> str:
    value = getattr(term, "value", "")
    for prefix, namespace in PREFIXES.items():
        if isinstance(term, ox.NamedNode) and value.startswith(namespace):
            return f"`{prefix}:{value[len(namespace) :]}`"
    return value


if __name__ == "__main__":
    page = render(open_store(Path(sys.argv[1])))
    aside = TARGET.with_suffix(".md.part")
    aside.write_text(page, encoding="utf-8")
    aside.replace(TARGET)
