"""Archives: .zip, .tar, .tar.gz and single files packed as .gz. Their files are read one by one in memory, within
limits (``kg.read.limits``), and nothing is ever written to the disk: a name like ../../x is a label and no path."""

from __future__ import annotations

import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

from kg.errors import InputError
from kg.read.gunzip import Gunzip
from kg.read.limits import Budget, Counted, KindOf, Member
from kg.read.source import Source

_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError, struct.error, KeyError, IndexError, OverflowError, MemoryError,
)  # fmt: skip
_END = b"PK\x05\x06"
_A_ROW = 1_000  # bytes of a ZIP's table of contents for each file that it may hold: long names and extras
_WORDY = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip
_LONGEST_HEADER = 1_000_000  # bytes of a tar's own long names and notes


def unzip(file: BinaryIO, source: Source, budget: Budget, kind_of: KindOf) -> Iterator[Member | InputError]:
    """The files of a ZIP archive, in its own order. Names packed on Chinese Windows are read as GB 18030."""
    try:
        _check_contents(file, budget)
        archive = zipfile.ZipFile(file)
    except _DAMAGED:
        raise _damaged(source) from None
    with archive:
        for info in archive.infolist():
            budget.member()
            name = _name(info)
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            if info.is_dir() or is_link or not (kind := kind_of(name)):
                continue
            inner = source.inside(name)
            try:
                yield Member(name, kind, _member_of(archive, info, inner, budget))
            except InputError as error:
                yield error
            except _DAMAGED:
                yield _damaged(inner)


def _member_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo, inner: Source, budget: Budget) -> bytes:
    if info.flag_bits & 1:
        raise inner.error("is locked with a password", "save a copy without the password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack without a bound
        raise inner.error("is packed in a way that is not read", "pack it again as a plain ZIP file")
    with archive.open(info) as stream:
        return budget.whole(stream, inner)


def _check_contents(file: BinaryIO, budget: Budget) -> None:
    """Refuse a table of contents too long for the files that are allowed, which zipfile would read whole."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(_END)
    length = struct.unpack("<L", tail[at + 12 : at + 16])[0] if at >= 0 else 0
    if length == 0xFFFFFFFF:  # ZIP64 says it 40 bytes into a record of its own
        wide = tail.rfind(b"PK\x06\x06", 0, at)
        length = struct.unpack("<Q", tail[wide + 40 : wide + 48])[0] if wide >= 0 else size
    budget.contents(length // _A_ROW)
    file.seek(0)


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x800:  # says that it is UTF-8
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


class _Header(tarfile.TarInfo):
    """A tar's header; one that announces a name of megabytes is no header."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> tarfile.TarInfo:
        """As tarfile reads it, which takes names and notes into memory whole."""
        header = super().frombuf(buf, encoding, errors)
        if header.type in _WORDY and header.size > _LONGEST_HEADER:
            raise tarfile.ReadError("a header of megabytes")
        return header


def untar(
    file: BinaryIO, source: Source, budget: Budget, kind_of: KindOf, *, packed: bool
) -> Iterator[Member | InputError]:
    """The regular files of a tar archive, in its own order; links and devices are passed over."""
    stream = Counted(Gunzip(file) if packed else file, budget)
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:  # type: ignore[call-overload]
            for info in archive:
                budget.member()
                archive.members = []  # type: ignore[attr-defined]  # which would hold every header until the end
                name = info.name
                if not info.isreg() or not (kind := kind_of(name)):
                    continue
                inner = source.inside(name)
                try:
                    yield Member(name, kind, budget.whole(archive.extractfile(info), inner, counted=True))  # type: ignore
                except InputError as error:
                    yield error
    except _DAMAGED:
        yield _damaged(source)


def ungzip(file: BinaryIO, source: Source, budget: Budget, kind_of: KindOf) -> Iterator[Member | InputError]:
    """The one file in a .gz; its kind is told by the name without that ending."""
    name = source.path.rpartition("/")[2].rpartition(".")[0]
    if not (kind := kind_of(name)):
        raise source.error("is of a kind that cannot be read", "give it the ending of what is packed, like .json.gz")
    stream = Gunzip(file)
    try:
        yield Member(name, kind, budget.whole(stream, source))
    except _DAMAGED:
        raise _damaged(source) from None
    if stream.cut:
        raise _damaged(source)


untar_plain, untar_gzip = partial(untar, packed=False), partial(untar, packed=True)


def _damaged(source: Source) -> InputError:
    return source.error("is a damaged archive", "pack it again, or fetch it again")
