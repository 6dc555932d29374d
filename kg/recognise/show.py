"""A text with its mentions, for people to look at: coloured in the terminal, or as a page by displaCy."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from rich.text import Text
from spacy import displacy

from kg.model import Mention

# One hue a type, dark enough for black text to be read on it and light text beside it.
COLOURS = {"Organisation": "#9ecae1", "Person": "#fdae6b", "Place": "#a1d99b", "Post": "#dadaeb", "Program": "#fbb4c9"}
_TERMINAL = {"Organisation": "blue", "Person": "yellow", "Place": "green", "Post": "cyan", "Program": "magenta"}


def coloured(text: str, mentions: Iterable[Mention]) -> Text:
    """The text with each mention underlined in the colour of its type, and the type behind it where it is no Post."""
    shown, at = Text(), 0
    for m in sorted(mentions):
        shown.append(text[at : m.start])
        shown.append(m.text, style=f"bold underline {_TERMINAL[m.type]}")
        shown.append(f"/{m.type}", style=f"dim {_TERMINAL[m.type]}")
        at = m.end
    shown.append(text[at:])
    return shown


def page(documents: Sequence[tuple[str, str, Sequence[Mention]]]) -> str:
    """A whole HTML page of documents: title, text, mentions. Titles and texts go in as text, never as markup.

    >>> "<script>" in page([("<script>", "县委<script>", [Mention(0, 2, "Organisation", "县委", "org:body")])])
    False
    """
    rows = [
        {
            "title": html.escape(title),  # displaCy escapes the text, not the title
            "text": text,
            "ents": [{"start": m.start, "end": m.end, "label": m.type} for m in sorted(mentions)],
            "settings": {"lang": "zh-Hans", "direction": "ltr"},
        }
        for title, text, mentions in documents
    ]
    return displacy.render(rows, style="ent", manual=True, page=True, options={"colors": COLOURS}, jupyter=False)
