"""Archives, saved pages, books, web archives, tables, patterns and the standard input: what is read and what is not."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import Document
from kg.read import Reading, parse_columns, read_paths
from kg.read.paths import ARCHIVES, STDIN
from kg.read.sniff import ending_of

LIMIT = 1_000_000
PROSE = "石门县委召开会议，部署春耕生产工作。全县茶园面积达到18.5万亩，带动农户增收。\n"


def read(*paths: Path, max_bytes: int = LIMIT, **reading: object) -> list[Document | InputError]:
    return list(read_paths(paths, max_bytes=max_bytes, reading=Reading(**reading)))  # type: ignore[arg-type]


def texts(found: list[Document | InputError]) -> list[str]:
    return [item.text.strip() for item in found if isinstance(item, Document)]


def said(found: list[Document | InputError]) -> list[str]:
    errors = [str(item) for item in found if isinstance(item, InputError)]
    assert all("\n" not in error for error in errors)
    return errors


def zipped(members: dict[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return held.getvalue()


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


# --- archives


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz"])
def test_an_archive_gives_each_file_that_can_be_read(tmp_path: Path, name: str) -> None:
    members = {"新闻/春耕.txt": PROSE, "b.json": json.dumps({"text": "雨足。", "date": "2022-03-04"}), "c.jpg": "x"}
    held = {key: value.encode("utf-8") for key, value in {**members, ".hidden.txt": PROSE}.items()}
    content = zipped(held) if name == "a.zip" else tarred(held, "w" if name == "a.tar" else "w:gz")  # type: ignore[arg-type]
    found = read(write(tmp_path / name, content))
    assert [(d.id, d.text.strip()) for d in found if isinstance(d, Document)] == [
        ("春耕", PROSE.strip()),
        ("b", "雨足。"),
    ]
    first, second = found
    assert isinstance(first, Document) and first.path == f"{tmp_path / name}!新闻/春耕.txt"
    assert isinstance(second, Document) and second.meta.date == datetime.date(2022, 3, 4)


@pytest.mark.parametrize("name", ["../../outside.txt", "/outside.txt", "..\\outside.txt", "a/../../outside.txt"])
@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_name_that_leads_out_of_the_archive_is_only_a_label(tmp_path: Path, name: str, kind: str) -> None:
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    data = PROSE.encode()
    write(folder / f"a.{kind}", zipped({name: data}) if kind == "zip" else tarred({name: data}))
    assert texts(read(folder)) == [PROSE.strip()]
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [f"a.{kind}"]


def test_a_name_from_chinese_windows_is_read(tmp_path: Path) -> None:
    data = zipped({"AAAA.txt": PROSE}).replace(b"AAAA.txt", "春耕.txt".encode("gb18030"))
    assert [d.id for d in read(write(tmp_path / "a.zip", data)) if isinstance(d, Document)] == ["春耕"]


def test_links_in_archives_lead_nowhere(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.txt", "机密文件")
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for type_ in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            info = tarfile.TarInfo("link.txt")
            info.type, info.linkname = type_, str(secret)
            archive.addfile(info)
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zip_:
        zip_.writestr(link, str(secret))
    for name, data in (("a.tar.gz", held.getvalue()), ("a.zip", packed.getvalue())):
        found = read(write(tmp_path / name, data))
        assert not texts(found) and "no file that can be read" in said(found)[0]


def test_archives_in_archives_are_opened_so_deep_and_no_deeper(tmp_path: Path) -> None:
    data = zipped({"a.txt": PROSE})
    for depth in range(4):
        found = read(write(tmp_path / "a.zip", data))
        assert bool(texts(found)) == (depth <= 2), depth
        if depth > 2:
            assert "too deep" in said(found)[0]
        data = zipped({"b.zip": data, "c.tar.gz": tarred({"x.jpg": b"1"})} if depth < 0 else {"b.zip": data})


def test_a_bomb_of_zeros_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.read.limits.FREE", 1_000_000)
    zeros = bytes(600_000)
    bomb = zipped({f"{n}.txt": zeros for n in range(3)})
    assert "times its size" in said(read(write(tmp_path / "a.zip", bomb)))[-1]
    packed = gzip.compress(tarred({f"{n}.jpg": zeros for n in range(3)}, "w"))  # passed over, but unpacked to do so
    assert "times its size" in said(read(write(tmp_path / "a.tar.gz", packed)))[-1]


def test_a_file_in_an_archive_that_is_too_large_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", zipped({"big.txt": PROSE * 100, "small.txt": PROSE}))
    found = read(path, max_bytes=1_000)
    assert texts(found) == [PROSE.strip()]
    assert "a.zip!big.txt: unpacks to more than 0.001 MB" in said(found)[0]


def test_the_limits_of_an_archive_are_settings(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tar.gz", tarred({f"{n}.txt": os.urandom(99).hex().encode() for n in range(9)}))
    assert "holds more than 5 files" in said(read(path, max_members=5))[-1]
    assert "over the limit of 0.005 MB" in said(read(path, max_unpacked=5_000))[-1]
    assert len(texts(read(path))) == 9
    path = write(tmp_path / "a.zip", zipped({f"{n}.txt": PROSE for n in range(9)}))
    assert "holds more than 5 files" in said(read(path, max_members=5))[-1]


def test_a_table_of_contents_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": PROSE}))
    at = data.rfind(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<L", 4_000_000_000)
    assert "holds more than 100000 files" in said(read(write(tmp_path / "a.zip", bytes(data))))[0]


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_unpacks_without_a_bound_is_refused(tmp_path: Path, packing: int) -> None:
    found = read(write(tmp_path / "a.zip", zipped({"a.txt": PROSE}, packing)))
    assert "packed in a way that is not read" in said(found)[0]


def test_a_locked_file_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": PROSE}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    assert "password" in said(read(write(tmp_path / "a.zip", bytes(data))))[0]


def test_a_packed_file_is_read_by_the_ending_within(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"text": text}) for text in ("春耕。", "雨足。"))
    found = read(write(tmp_path / "all.jsonl.gz", gzip.compress(lines.encode())))
    assert [(d.id, d.text) for d in found if isinstance(d, Document)] == [("all-1", "春耕。"), ("all-2", "雨足。")]
    assert "of what is packed" in said(read(write(tmp_path / "a.gz", gzip.compress(b"x"))))[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(sorted(ARCHIVES)), cut=st.floats(0, 1), flip=st.integers(0, 255), at=st.floats(0, 1))
def test_a_damaged_archive_gives_one_line_and_what_is_whole(
    tmp_path: Path, kind: str, cut: float, flip: int, at: float
) -> None:
    members = {"a.txt": PROSE.encode(), "b.html": f"<p>{PROSE}</p>".encode()}
    whole = {
        ".zip": lambda: zipped(members),  # type: ignore[arg-type]
        ".tar": lambda: tarred(members, "w"),
        ".gz": lambda: gzip.compress(PROSE.encode()),
    }.get(kind, lambda: tarred(members))()
    data = bytearray(whole[: max(1, int(len(whole) * cut))])
    data[int((len(data) - 1) * at)] ^= flip
    said(read(write(tmp_path / f"a.txt{kind}", bytes(data))))


# --- pages, books, web archives, tables


MHT = """From: <Saved by Blink>
Snapshot-Content-Location: https://www.example.gov.cn/a/1.html
Subject: =?utf-8?Q?=E6=98=A5=E8=80=95?=
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--b"

----b
Content-Type: text/html
Content-Transfer-Encoding: base64
Content-Location: https://www.example.gov.cn/a/1.html

{page}

----b
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=

----b--
"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_that_a_browser_saved_in_one_file(tmp_path: Path, encoding: str) -> None:
    import base64

    page = base64.encodebytes(f"<html><body><p>{PROSE}</p></body></html>".encode(encoding)).decode()
    (document,) = read(write(tmp_path / "a.mht", MHT.replace("{page}", page)))
    assert isinstance(document, Document) and document.text.strip().endswith(PROSE.strip())
    assert document.meta.title == "春耕" and document.meta.url == "https://www.example.gov.cn/a/1.html"
    assert "no page" in said(read(write(tmp_path / "b.mht", "MIME-Version: 1.0\nContent-Type: image/png\n\nx")))[0]


CONTAINER = '<container><rootfiles><rootfile full-path="O/c.opf"/></rootfiles></container>'
OPF = """<?xml version="1.0"?><!DOCTYPE package [<!ENTITY x SYSTEM "file://{secret}">]>
<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>石门文史&x;</dc:title><dc:creator>李四</dc:creator><dc:date>2022-03-04</dc:date></metadata>
<manifest><item id="a" href="t/%E4%B8%80.xhtml" media-type="application/xhtml+xml"/>
<item id="b" href="../../b.xhtml" media-type="application/xhtml+xml"/>
<item id="p" href="p.png" media-type="image/png"/></manifest>
<spine><itemref idref="a"/><itemref idref="a"/><itemref idref="p"/><itemref idref="b"/></spine></package>"""


def test_a_book_gives_its_chapters_and_fetches_nothing(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.bin", "机密")
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "O/c.opf": OPF.replace("{secret}", str(secret)),
        "O/t/一.xhtml": f"<html><body><h1>第一章</h1><p>{PROSE}</p></body></html>",
    }
    (document,) = read(write(tmp_path / "a.epub", zipped(members)))  # type: ignore[arg-type]
    assert isinstance(document, Document) and document.id == "a-1" and PROSE.strip() in document.text
    assert document.meta.authors == ("李四",) and document.meta.date == datetime.date(2022, 3, 4)
    assert "机密" not in repr(document)
    assert "damaged EPUB" in said(read(write(tmp_path / "b.epub", b"PK\x03\x04")))[0]


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive_gives_the_pages_that_were_fetched(tmp_path: Path, packed: bool) -> None:
    pytest.importorskip("warcio")
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    held = io.BytesIO()
    writer = WARCWriter(held, gzip=packed)
    rows = [
        ("200 OK", "text/html", f"<p>{PROSE}</p>"),
        ("404 Not Found", "text/html", "无"),
        ("200 OK", "image/x", "x"),
    ]
    for n, (status, media, body) in enumerate(rows):
        headers = StatusAndHeaders(status, [("Content-Type", media)], protocol="HTTP/1.0")
        url = f"http://www.example.gov.cn/xw/t2022_{n}.html"
        payload = io.BytesIO(body.encode())
        writer.write_record(writer.create_warc_record(url, "response", payload=payload, http_headers=headers))
    name = "a.warc.gz" if packed else "a.warc"
    (document,) = read(write(tmp_path / name, held.getvalue()))
    assert isinstance(document, Document) and document.text.strip() == PROSE.strip()
    assert document.meta.url == "http://www.example.gov.cn/xw/t2022_0.html" and document.id == "t2022_0"
    cut = read(write(tmp_path / "cut.warc.gz", held.getvalue()[:-30])) if packed else []
    assert len(texts(cut)) == int(packed) and len(said(cut)) == int(packed)


def test_a_parquet_table_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow
    from pyarrow import parquet

    day = datetime.date(2022, 3, 4)
    table = pyarrow.table({"zw": [PROSE, None], "标题": ["春耕", "空"], "日期": [day, day], "n": [1, 2]})
    parquet.write_table(table, tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", columns=(("text", "ZW"),))
    assert texts(found) == [f"春耕\n{PROSE.strip()}"] and "holds no text" in said(found)[0]
    assert isinstance(found[0], Document) and found[0].meta.date == day and found[0].meta.title == "春耕"
    assert "no column for the text" in said(read(tmp_path / "a.parquet"))[0]
    assert "damaged Parquet" in said(read(write(tmp_path / "b.parquet", b"PAR1 nothing PAR1")))[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "bt,zw,text\n春耕,第一行。,别的\n"),
        ("a.json", json.dumps({"bt": "春耕", "zw": "第一行。", "text": "别的"})),
        ("a.jsonl", json.dumps({"bt": "春耕", "zw": "第一行。", "text": "别的"})),
    ],
)
def test_columns_are_those_that_the_user_names(tmp_path: Path, name: str, content: str) -> None:
    path = write(tmp_path / name, content)
    named = read(path, columns=parse_columns("text = zw，title=bt"))
    assert texts(named) == ["春耕\n第一行。"]
    assert texts(read(path)) == ["别的"]
    assert "the text is in zzz" in said(read(path, columns=parse_columns("text=zzz")))[0]


# --- patterns and the standard input


def test_a_pattern_stands_for_what_it_matches(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/1.txt", "b/2.html", "3.txt", "[4].txt"):
        write(tmp_path / name, PROSE)
    assert [d.id for d in read(tmp_path / "**" / "*.txt") if isinstance(d, Document)] == ["3", "[4]", "1"]
    assert [d.id for d in read(tmp_path / "[4].txt") if isinstance(d, Document)] == ["[4]"]
    assert "matches no file" in said(read(tmp_path / "*.csv"))[0]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PROSE.encode(), ".txt"),
        (PROSE.encode("gb18030"), ".txt"),
        (b'\xef\xbb\xbf  [{"text": "x"}]', ".json"),
        (b'{\n"text": "x"}', ".json"),
        (b"<!DOCTYPE html><p>x", ".html"),
        ("<春耕>正忙。".encode(), ".txt"),
        (zipped({"a.txt": "x"}), ".zip"),
        (tarred({"a.txt": b"x"}), ".tar.gz"),
        (tarred({"a.txt": b"x"}, "w"), ".tar"),
        (MHT.encode(), ".mht"),
        (b"", ".txt"),
    ],
)
def test_what_comes_without_a_name_is_known_by_its_content(data: bytes, kind: str) -> None:
    assert ending_of(data) == kind


def test_the_standard_input_is_read_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for data, said_of_it in ((PROSE.encode(), ""), (b"", "stdin: is empty"), (b"x" * 2_000, "stdin: is longer than")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        found = read(STDIN, STDIN, max_bytes=1_000)
        assert len(found) == 1 and (said_of_it in said(found)[0] if said_of_it else texts(found) == [PROSE.strip()])


def test_build_reads_the_standard_input_and_an_archive(tmp_path: Path) -> None:
    archive = write(tmp_path / "a.zip", zipped({"../a.txt": PROSE}))
    record = json.dumps({"zw": "沅陵县委书记梨文山到麻溪铺镇调研。"})
    command = ("build", "-", archive, "-o", tmp_path / "out", "--columns", "text=zw")
    words = [sys.executable, "-m", "kg", *map(str, command)]
    done = subprocess.run(words, input=record, capture_output=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    graph = (tmp_path / "out" / "graph.nq").read_text("utf-8")
    assert "梨文山" in graph and "石门县" in graph
