"""What every reader shares: where the bytes came from, and how text, names and ids from outside are made safe."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.model import Document, Metadata

Columns = tuple[tuple[str, str], ...]
"""Pairs of a field of ``kg.read.records.FIELDS`` and the name that it has in a file."""
NO_TEXT = ("holds no text", "leave it out, or fetch the article again")

_LONGEST_LABEL = 1_000  # characters of a name in an archive that are shown
_NEWLINES = re.compile(r"\r\n?")
_LINE_END = str.maketrans({"\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
# Unicode categories of what a name does not show: controls, direction marks, surrogates, line separators.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Control characters other than tab and newline become spaces, and what no Unicode text may hold becomes U+FFFD:
# XML, and so RDF/XML and GraphML, cannot hold either. One character stays one character, so offsets stay.
_UNSAFE = str.maketrans(
    {chr(c): " " for c in range(0x20) if chr(c) not in "\t\n"}
    | {chr(c): "\ufffd" for c in (0xFFFE, 0xFFFF)}
    | {chr(c): "\ufffd" for c in range(0xD800, 0xE000)}
)


@dataclass(frozen=True, slots=True)
class Source:
    """The file being read: ``path`` as it is shown to people, ``stem`` as the id of its only document, ``columns`` what
    a user says of which column or field holds what."""

    path: str
    stem: str
    columns: Columns = ()

    @classmethod
    def of(cls, path: Path, columns: Columns = ()) -> Source:
        """The file at ``path``; ``columns`` names its columns or fields where a user has said which they are."""
        return cls(shown(path), _stem(path.name), columns)

    def inside(self, name: str) -> Source:
        """A file in this archive; ``name`` is a label from outside, and no path."""
        label = shown(name.replace("\\", "/"))[:_LONGEST_LABEL]
        return Source(f"{self.path}!{label}", _stem(label.rpartition("/")[2]), self.columns)

    def error(self, cause: str, remedy: str, *, line: int | None = None) -> InputError:
        """An error about this file, or about one line or record of it."""
        return InputError(self.path if line is None else f"{self.path}:{line}", cause, remedy)

    def document(self, text: str, meta: Metadata | None = None, *, id: str | None = None) -> Document:
        """The document that holds ``text``; raises ``InputError`` where nothing but white space is in it."""
        text = tidy(text)
        if not text.strip():
            raise self.error(*NO_TEXT)
        return Document(id=id or self.stem, text=text, path=self.path, meta=meta or Metadata())


Reader = Callable[[bytes, Source], Iterator[Document | InputError]]
"""Bytes of one file → its documents and its broken records; raises ``InputError`` where the whole file is unusable."""


def shown(path: Path | str) -> str:
    """A path as one printable line of valid Unicode.

    A name that is not UTF-8 (archives packed on Windows hold GBK names) is shown as GB18030 where it is that.

    >>> shown(Path("a\\nb.txt"))
    'a\ufffdb.txt'
    """
    name = str(path)
    try:
        raw = name.encode("utf-8", "surrogateescape")  # the bytes of the name, as Path keeps them
        text = raw.decode("gb18030" if any("\udc80" <= c <= "\udcff" for c in name) else "utf-8")
    except UnicodeError:
        text = name
    return "".join("\ufffd" if unicodedata.category(c) in _UNSEEN else c for c in text)


def _stem(name: str) -> str:
    """The id of a file's only document: its name without ending, or with both of .json.gz and the like left out."""
    stem, ending = os.path.splitext(name)
    return safe_id(shown(os.path.splitext(stem)[0] if ending.lower() == ".gz" else stem)) or "document"


def safe_id(value: object) -> str:
    """A record's id or a file's stem without control, format and surrogate characters; "" where nothing is left.

    >>> safe_id(" a\\x00b\\n"), safe_id(17), safe_id(None), safe_id(True), safe_id([1])
    ('ab', '17', '', '', '')
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    try:
        text = str(value)
    except ValueError:  # an integer of more digits than Python prints
        return ""
    kept = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN and c != "\ufffd")
    return " ".join(kept.split())


def tidy(text: str) -> str:
    """Text with ``\\n`` line ends (as Python's text mode reads them) and no character that an export cannot hold.

    >>> tidy("一\\r\\n二\\x00三")
    '一\\n二 三'
    """
    return _NEWLINES.sub("\n", text).translate(_LINE_END).translate(_UNSAFE)


def fold(text: str) -> str:
    """Text without white space, for comparing lines.

    >>> fold(" 石 泉 \\n县")
    '石泉县'
    """
    return "".join(text.split())


def with_headline(title: str | None, body: str) -> str:
    """The body under its headline, as a reader sees it on the page; unchanged where its first lines hold it.

    >>> with_headline("春耕", "正文。"), with_headline("春 耕", "春耕\\n正文。")
    ('春耕\\n正文。', '春耕\\n正文。')
    """
    if not title or not body.strip():
        return body
    headline, first = fold(title), [fold(line) for line in body.lstrip().split("\n", 5)[:5]]
    # A short title (春耕) also begins sentences; a long one may stand in one line with its kicker or subtitle.
    if headline in first or len(headline) >= 8 and any(headline in line for line in first):
        return body
    return f"{' '.join(title.split())}\n{body}"
