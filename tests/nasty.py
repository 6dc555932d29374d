"""Two hundred files that a hostile or broken world may hand over: ``python tests/nasty.py FOLDER`` makes them.

Each kind of truncation, of lying about encodings, of nesting, of size, NULs, direction marks, lines without end, tags
without number. The same each time. The largest are of the size at which a fault would show, not more: a text goes
through all stages at some ten thousand characters a second, so a line of 5 MB belongs into a benchmark.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

LINE = "石门县委书记张建军到壶瓶山镇调研春耕生产。全县茶园面积达到18.5万亩。\n"
PAGE = f"<html><head><meta charset='gb2312'><title>春耕</title></head><body><p>{LINE}</p></body></html>"
LONG = 20_000  # characters of the lines without an end
_CODES = ("utf-8", "gb18030", "big5hkscs", "utf-16", "utf-32", "utf-7", "shift_jis", "euc-kr", "cp1252", "hz")
_SIGNS = "、，。；：“”‘’《》（）【】()[]{}<>|/\\\"'?!·—…-=+*&%$#@~`^_"


def files() -> Iterator[tuple[str, bytes]]:
    """Name and content of each."""
    yield from _truncated()
    yield from _lying()
    yield from _nested()
    yield from _endless()
    yield from _unseen()
    yield from _broken_records()
    yield from _broken_archives()


def _truncated() -> Iterator[tuple[str, bytes]]:
    record = json.dumps({"text": LINE, "date": "2022-03-04"}).encode()
    whole = {"txt": LINE.encode(), "gbk.txt": LINE.encode("gb18030"), "html": PAGE.encode(), "json": record}
    whole |= {"zip": zipped({"a.txt": LINE.encode()}), "tar.gz": tarred({"a.txt": LINE.encode()}), "pdf": b"%PDF-1.4\n"}
    whole |= {"docx": zipped({"word/document.xml": b"<w:document/>"}), "epub": zipped({"mimetype": b"x"})}
    for kind, data in whole.items():
        for share in (1, 3, 7, 9):
            yield f"cut{share}.{kind}", data[: max(1, len(data) * share // 10) - 1]
        yield f"empty.{kind}", b""


def _lying() -> Iterator[tuple[str, bytes]]:
    for code in _CODES:
        for declared in ("utf-8", "gb2312", "utf-16"):
            text = PAGE.replace("gb2312", declared)
            yield f"says-{declared}-is-{code}.html", text.encode(code, "replace")
        yield f"bom-{code}.txt", b"\xff\xfe" + LINE.encode(code, "replace")
    yield "mixed.txt", LINE.encode() + LINE.encode("gb18030") * 3
    yield "random.txt", bytes((n * n * 31 + n) % 256 for n in range(5000))


def _nested() -> Iterator[tuple[str, bytes]]:
    yield "deep.html", b"<div>" * 20_000 + LINE.encode() + b"</div>" * 20_000
    yield "tags.html", b"<p>" * 100_000
    yield "spans.html", "".join(f"<span>{c}" for c in LINE * 30).encode()
    yield "unclosed.html", ("<table><tr><td>" * 500 + LINE).encode()
    yield "spanning.html", f"<table>{'<tr><td colspan=99 rowspan=99>1</td></tr>' * 40}</table>".encode()
    yield "quotes.html", f'<p title="{"x" * LONG}>{LINE}</p>'.encode()
    yield "deep.json", b"[" * 100_000
    yield "deep-object.json", b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    yield "number.json", b'{"text": ' + b"9" * 50_000 + b"}"
    yield "entities.html", b"<!DOCTYPE x [<!ENTITY a 'aaaa'>" + b"<!ENTITY b '&a;&a;'>" * 99 + b"]><p>&a;&b;</p>"
    yield "outside.html", f"<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>&x;{LINE}</p>".encode()
    data = zipped({"a.txt": LINE.encode()})
    for depth in range(5):
        data = zipped({"b.zip": data})
        yield f"zip-in-zip-{depth}.zip", data


def _endless() -> Iterator[tuple[str, bytes]]:
    for number, sign in enumerate(_SIGNS):
        yield f"sign{number:02}.txt", (LINE + sign * 2_000).encode()
    for name, unit in {
        "one-line": LINE.strip(), "digits": "1234567890", "numerals": "一二三四五十百千万", "names": "张建军、李卫国、",
        "places": "省市县区镇乡村", "titles": "县委书记", "notes": "新(xīn)", "books": "《意见》", "cells": "1|",
    }.items():  # fmt: skip
        yield f"endless-{name}.txt", (unit * LONG)[: LONG // 4].encode()
    yield "lines.txt", ("县\n" * LONG).encode()
    yield "blank.txt", b"\n" * LONG
    yield "wide.csv", (",".join(f"c{n}" for n in range(5_000)) + ",text\n" + "," * 5_000 + LINE).encode()


def _unseen() -> Iterator[tuple[str, bytes]]:
    for code in (
        0x00,
        0x01,
        0x07,
        0x1B,
        0x7F,
        0x85,
        0xAD,
        0x200B,
        0x202E,
        0x2028,
        0x2066,
        0xE003,
        0xFEFF,
        0xFFFE,
        0xE0041,
    ):
        yield f"unseen-{code:x}.txt", "".join(c + chr(code) for c in LINE).encode()
    yield "surrogates.txt", LINE.encode() + b"\xed\xa0\x80" * 3
    yield "surrogates.json", b'{"text": "\\ud800\\udc00\\ud800 ' + "县委".encode() + b'", "title": "\\udfff"}'
    yield "combining.txt", (LINE + "a" + "\u0301" * 2_000).encode()
    yield "nul.txt", b"\x00" * 5_000
    yield "bad\nname\u202e.txt", LINE.encode()
    yield "<script>alert(1)</script>".replace("/", "\u2215") + ".txt", b"<script>alert(1)</script>" + LINE.encode()
    yield "; rm -rf .txt", LINE.encode()


def _broken_records() -> Iterator[tuple[str, bytes]]:
    for number, record in enumerate(
        ({}, {"text": None}, {"text": 5}, {"text": [1, [2]]}, {"text": {"text": "x"}}, 1, "x", [])
    ):
        yield f"record{number}.json", json.dumps(record).encode()
    yield "lines.jsonl", b'{"text": "x"}\n{"text": \nnull\n[]\n{"text": "' + "春耕。".encode() + b'"}\n'
    yield "no-column.csv", b"a,b\n1,2\n"
    yield "quote.csv", b'text\n"open quote\n' + LINE.encode() * 3
    yield "nul.csv", b"text\n\x00\n"
    yield "ragged.tsv", f"id\ttext\n1\n2\t{LINE}3\t4\t5\t6\n".encode()
    yield "bad.parquet", b"PAR1" + b"\x15" * 500 + b"PAR1"
    yield "bad.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n--x\n" * 20
    yield "bad.warc", b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n"
    yield "bad.warc.gz", gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n")[:-5]


def _broken_archives() -> Iterator[tuple[str, bytes]]:
    yield "escape.zip", zipped({"../../escaped.txt": LINE.encode(), "/escaped.txt": LINE.encode()})
    yield "escape.tar.gz", tarred({"../../escaped.txt": LINE.encode()})
    yield "bomb.zip", zipped({f"{n}.txt": bytes(2_000_000) for n in range(3)})
    yield "bomb.txt.gz", gzip.compress(bytes(30_000_000))
    yield "not.zip", LINE.encode()
    yield "not.pdf", LINE.encode()
    yield "not.docx", LINE.encode()
    yield "picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(200)


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP archive of these files, the same each time."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    """A packed tar archive of these files."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return held.getvalue()


def make(folder: Path) -> int:
    """Write the files, with a link that loops and one that leads nowhere; their number."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 2
    for name, content in files():
        (folder / name).write_bytes(content)
        count += 1
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to(folder / "gone.txt")
    return count


if __name__ == "__main__":
    print(make(Path(sys.argv[1])), "files")
