"""A gzip stream that gives all it holds up to where it is cut off: crawls and downloads break off in the middle."""

from __future__ import annotations

import zlib

from kg.read.limits import Readable

_GZIP = 31  # zlib's word for: with a gzip header, the largest window
_PIECE = 1 << 16


class Gunzip:
    """The unpacked bytes of ``file``, which may hold several packed streams; ``cut`` once the last one proves short.

    >>> import gzip, io
    >>> stream = Gunzip(io.BytesIO(gzip.compress(b"a") + gzip.compress(b"b" * 99)[:-9]))
    >>> stream.read(9), stream.read(9), stream.cut
    (b'a', b'bbbbbbbbb', False)
    >>> while stream.read(): pass
    >>> stream.cut
    True
    """

    def __init__(self, file: Readable) -> None:
        self._file, self._inflate, self._rest = file, zlib.decompressobj(_GZIP), b""
        self._fresh, self.cut = True, False

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, sometimes fewer; b"" at the end. Raises ``zlib.error`` where the packing is broken."""
        while True:
            self._rest = self._rest or self._file.read(_PIECE)
            if not self._rest:
                self.cut = self.cut or not self._fresh
                return b""
            out = self._inflate.decompress(self._rest, size if 0 < size < 1 << 20 else 1 << 20)
            self._fresh, self._rest = False, self._inflate.unconsumed_tail
            if self._inflate.eof:
                self._rest = self._inflate.unused_data.lstrip(b"\x00")
                self._inflate, self._fresh = zlib.decompressobj(_GZIP), True
            if out:
                return out
