"""How much is taken in: what a user allows, and the count of what an archive has unpacked to so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from kg.errors import InputError
from kg.read.source import Columns, Source
from kg.settings import Settings

RATIO, FREE = 200, 50_000_000
"""An archive that unpacks to more than ``FREE`` bytes and ``RATIO`` times its size is a bomb: text packs 3- to 20-fold,
pages of one template 50-fold, zeros a thousandfold."""
NESTING = 2
"""Archives inside an archive that are opened: a parcel of parcels, and no deeper."""

_MARK = re.compile(r"\s*[,，;；]\s*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a user says of the inputs: ``columns`` which column or field holds what, ``max_unpacked`` the bytes and
    ``max_members`` the files that one archive may hold."""

    columns: Columns = ()
    max_unpacked: int = 2_000_000_000
    max_members: int = 100_000

    @classmethod
    def of(cls, settings: Settings) -> Reading:
        """What the settings say of it."""
        return cls(parse_columns(settings.columns), int(settings.max_unpacked_mb * 1e6), settings.max_members)


ANYTHING = Reading()
"""The defaults."""


def parse_columns(said: str) -> Columns:
    """The columns that a setting names, as (field, name) pairs.

    >>> parse_columns("text=zw, title = bt")
    (('text', 'zw'), ('title', 'bt'))
    """
    pairs = (part.partition("=") for part in _MARK.split(said.strip()) if part)
    return tuple((field.strip(), name.strip()) for field, _, name in pairs)


class Spent(Exception):
    """A limit of a whole archive is reached: nothing more of it is read. ``error`` says so to people."""

    def __init__(self, error: InputError) -> None:
        super().__init__(str(error))
        self.error = error


class Budget:
    """What one archive, with all archives inside it, may still unpack to. The one thing here that counts."""

    def __init__(self, source: Source, packed: int, max_bytes: int, reading: Reading) -> None:
        """``packed`` is the archive's own size, ``max_bytes`` the largest file that is read out of it."""
        self._source, self._packed, self._reading = source, packed, reading
        self.max_bytes = max_bytes
        self._unpacked = self._members = 0

    def take(self, size: int) -> None:
        """Count ``size`` more unpacked bytes. Raises ``Spent``."""
        self._unpacked += size
        if self._unpacked > self._reading.max_unpacked:
            limit = f"over the limit of {self._reading.max_unpacked / 1e6:g} MB"
            raise Spent(
                self._source.error(
                    f"unpacks to more than fits: {limit}", "split it, or raise the setting max_unpacked_mb"
                )
            )
        if self._unpacked > max(FREE, RATIO * self._packed):
            raise Spent(
                self._source.error(
                    f"unpacks to more than {RATIO} times its size", "leave it out: it is made to fill disks"
                )
            )

    def member(self) -> None:
        """Count one more file. Raises ``Spent``."""
        self._members += 1
        self.contents(self._members)

    def contents(self, least: int) -> None:
        """Refuse an archive that announces ``least`` files or more where fewer are allowed. Raises ``Spent``."""
        if least > self._reading.max_members:
            raise Spent(
                self._source.error(
                    f"holds more than {self._reading.max_members} files", "split it, or raise the setting max_members"
                )
            )

    def whole(self, stream: Readable, source: Source, *, counted: bool = False) -> bytes:
        """Everything in ``stream``, which ``source`` names; ``counted`` where reading it counts by itself.

        Raises ``InputError`` where it is longer than a file may be, and ``Spent``.
        """
        pieces, size = [], 0
        while size <= self.max_bytes and (piece := stream.read(1 << 16)):
            if not counted:
                self.take(len(piece))
            pieces.append(piece)
            size += len(piece)
        if size > self.max_bytes:
            cause = f"unpacks to more than {self.max_bytes / 1e6:g} MB"
            raise source.error(cause, "split it, or raise the setting max_file_mb")
        return b"".join(pieces)


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to ``size`` bytes; b"" at the end."""


class Counted:
    """A stream whose every byte, read or passed over, counts against a budget."""

    def __init__(self, stream: Readable, budget: Budget) -> None:
        self._stream, self._budget, self._at = stream, budget, 0

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes. Raises ``Spent``."""
        data = self._stream.read(size if 0 <= size < 1 << 20 else 1 << 20)
        self._at += len(data)
        self._budget.take(len(data))
        return data

    def tell(self) -> int:
        """How many bytes are read."""
        return self._at

    def close(self) -> None:
        """Nothing: who opened the stream closes it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file out of an archive. ``name`` is a label for people, never a path: nothing is written anywhere.

    ``kind`` is the ending of its reader, ``url`` where it was fetched from, if that is known.
    """

    name: str
    kind: str
    data: bytes
    url: str | None = None


KindOf = Callable[[str], str]
"""A file's name → the ending of what reads it; "" where nothing does."""
Unpacker = Callable[[BinaryIO, Source, Budget, KindOf], Iterator[Member | InputError]]
"""An archive, open → its files and what cannot be read of them. Raises ``InputError`` and ``Spent``."""
