"""Reading: every kind of file, every encoding, and one clear line for everything that cannot be read."""

from __future__ import annotations

import builtins
import datetime
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import Document
from kg.read import READERS, read_paths
from kg.read.dates import parse_date
from kg.read.source import Source
from kg.restore import restore

LIMIT = 1_000_000
PROSE = "石门县委召开会议，部署春耕生产工作。全县茶园面积达到18.5万亩，带动农户增收。\n"
TRADITIONAL = "石門縣委召開會議，部署春耕生產工作。全縣茶園面積達到18.5萬畝，帶動農戶增收。\n"


def read(*paths: Path, max_bytes: int = LIMIT) -> list[Document | InputError]:
    return list(read_paths(paths, max_bytes=max_bytes))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def one(path: Path, **options: int) -> Document:
    found = read(path, **options)
    assert len(found) == 1 and isinstance(found[0], Document), found
    return found[0]


def error(path: Path, **options: int) -> str:
    """The message of the only thing that reading ``path`` gives: one line that names the path and a remedy."""
    found = read(path, **options)
    assert len(found) == 1 and isinstance(found[0], InputError), found
    text = str(found[0])
    assert "\n" not in text and found[0].remedy and found[0].cause in text
    return text


# --- text and encodings


def test_a_text_file_keeps_its_text_and_takes_its_name_as_id(tmp_path: Path) -> None:
    document = one(write(tmp_path, "春耕 01.txt", PROSE))
    assert (document.id, document.text) == ("春耕 01", PROSE)
    assert document.path == str(tmp_path / "春耕 01.txt")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", PROSE),
        ("utf-8-sig", PROSE),
        ("gb18030", PROSE),
        ("gbk", TRADITIONAL),
        ("big5", TRADITIONAL),
        ("utf-16", PROSE),
        ("utf-16-le", PROSE),
        ("utf-16-be", PROSE),
        ("utf-32", PROSE),
        ("gb18030", "县妇联"),
        ("ascii", "plain words\n"),
        ("utf-16-le", "plain words\n"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, text: str) -> None:
    assert one(write(tmp_path, "a.txt", text.encode(encoding))).text == text


@pytest.mark.parametrize("declared", ["gb2312", "big5", "utf-8", "iso-8859-1", "utf-16", "no-such-code", "base64"])
@pytest.mark.parametrize(("encoding", "text"), [("utf-8", PROSE), ("gb18030", PROSE), ("big5", TRADITIONAL)])
def test_a_wrong_declaration_does_no_harm(tmp_path: Path, declared: str, encoding: str, text: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{text}</p></body></html>'
    assert one(write(tmp_path, "a.html", page.encode(encoding))).text.strip() == text.strip()


def test_a_declaration_decides_where_the_bytes_alone_do_not(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Le maire a été réélu à Besançon.</p></body></html>'
    assert one(write(tmp_path, "a.html", page.encode("latin-1"))).text == "Le maire a été réélu à Besançon."


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_character_cut_off_at_the_end_is_dropped(tmp_path: Path, encoding: str) -> None:
    text = (PROSE * 3).strip() + "县"
    assert one(write(tmp_path, "a.txt", text.encode(encoding)[:-1])).text == text[:-1]


def test_a_few_broken_bytes_stay_visible_and_do_not_cost_the_document(tmp_path: Path) -> None:
    data = (PROSE * 5).encode() + b"\xff" + PROSE.encode()
    assert one(write(tmp_path, "a.txt", data)).text == PROSE * 5 + "\ufffd" + PROSE


def test_line_ends_and_control_characters_cannot_harm_an_export(tmp_path: Path) -> None:
    document = one(write(tmp_path, "a.txt", PROSE + "一二\r\n三四\r五六\x0b七八\x00九十"))
    assert document.text == PROSE + "一二\n三四\n五六 七八 九十"


# --- pages

PAGE = """<!DOCTYPE html><html><head><title>春茶开采_石门县人民政府</title>
<meta name="ArticleTitle" content="春茶开采"><meta name="PubDate" content="2022-03-04 10:22">
<meta name="ContentSource" content="常德日报"><script>var a = "脚本";</script></head><body>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li></ul><h1>春茶开采</h1>
<div class="info">发布时间：2022-03-04 来源：常德日报 作者：李四</div>
<div id="zoom"><p>今年以来，石门县大力实施“茶叶富民”工程，全县茶园面积达到18.5万亩，带动农户3.2万户增收。</p>
<figure><img src="x.jpg"><figcaption>茶农在采茶。张三 摄</figcaption></figure>
<p>石门县委要求各乡镇做好春茶生产，确保茶农增收，并组织干部到茶园帮助农户采茶、制茶、卖茶。</p>
<table><tr><th>乡镇</th><th>亩</th></tr><tr><td>壶瓶山镇</td><td>21000</td></tr></table></div>
<div class="share">分享到：微信 微博</div><div class="footer">版权所有：石门县人民政府 湘ICP备12345678号</div>
</body></html>"""


def test_a_page_gives_its_article_and_not_its_furniture(tmp_path: Path) -> None:
    document = one(write(tmp_path, "page.html", PAGE))
    lines = document.text.split("\n")
    assert lines[0] == "春茶开采"
    assert "发布时间：2022-03-04 来源：常德日报 作者：李四" in lines
    assert "茶农在采茶。张三 摄" in lines
    assert "壶瓶山镇 | 21000" in lines
    assert not any(word in document.text for word in ("脚本", "政务公开", "微博", "ICP", "<", "---"))
    assert (document.meta.title, document.meta.source) == ("春茶开采", "常德日报")
    assert document.meta.date == datetime.date(2022, 3, 4)


def test_a_year_alone_is_no_day(tmp_path: Path) -> None:
    page = f"<html><body><h1>石门县开会</h1><p>2021年11月3日</p><p>{PROSE}</p><p>{PROSE}</p></body></html>"
    document = one(write(tmp_path, "page.html", page))
    assert str(document.meta.or_else(restore(document.text).meta).date) == "2021-11-03"


def test_a_page_that_is_hardly_a_page_still_gives_its_words(tmp_path: Path) -> None:
    assert one(write(tmp_path, "a.htm", "<b>县妇联</b><br>开展活动")).text == "县妇联\n开展活动"


def test_a_page_without_words_is_reported(tmp_path: Path) -> None:
    assert "no text" in error(write(tmp_path, "a.html", "<html><body><script>x()</script></body></html>"))


def test_a_page_with_an_xml_declaration_and_an_entity_fetches_nothing(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.bin", "机密")
    page = f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>
    <html><body><p>{PROSE}&x;</p></body></html>"""
    document = one(write(tmp_path, "a.html", page))
    assert PROSE.strip() in document.text and "机密" not in document.text


# --- records


def test_a_lone_json_record_is_named_after_its_file(tmp_path: Path) -> None:
    record = {"Title": "春耕", "content": PROSE, "date": "2022年3月4日", "来源": "常德日报", "author": "李四，王五"}
    document = one(write(tmp_path, "a.json", json.dumps(record)))
    assert (document.id, document.text) == ("a", f"春耕\n{PROSE}")
    assert document.meta.date == datetime.date(2022, 3, 4)
    assert (document.meta.title, document.meta.source) == ("春耕", "常德日报")
    assert document.meta.authors == ("李四", "王五")


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"total": 2, "articles": rows}])
def test_a_list_of_json_records_gives_a_document_each(tmp_path: Path, wrap) -> None:
    rows = [{"id": "x\u0000\n7", "text": PROSE}, {"text": ["第一段。", "第二段。"]}]
    found = read(write(tmp_path, "a.json", json.dumps(wrap(rows))))
    assert [(d.id, d.text) for d in found] == [("x7", PROSE), ("a-2", "第一段。\n第二段。")]


def test_a_broken_line_is_told_by_its_number_and_the_others_go_on(tmp_path: Path) -> None:
    good = json.dumps({"text": PROSE})
    hostile = ["[" * 100_000, '{"text": %s}' % ("9" * 5000)]
    lines = [good, '{"text": ', "", '{"text": 5}', "[1]", '{"n": 1}', *hostile, good]
    found = read(write(tmp_path, "a.jsonl", "\n".join(lines)))
    assert [d.id for d in found if isinstance(d, Document)] == ["a-1", "a-9"]
    where = [e.where.rsplit(":", 1)[1] for e in found if isinstance(e, InputError)]
    assert where == ["2", "4", "5", "6", "7", "8"]


def test_half_a_surrogate_in_json_does_not_reach_the_text(tmp_path: Path) -> None:
    document = one(write(tmp_path, "a.json", '{"id": "x\\ud800", "text": "县委\\ud83d会议", "title": "\\udc00标题"}'))
    (document.id + document.text + (document.meta.title or "")).encode("utf-8")


def test_markup_in_a_record_becomes_text(tmp_path: Path) -> None:
    document = one(write(tmp_path, "a.json", json.dumps({"content": "<p>春耕<b>正</b>忙。</p><p>雨&amp;足。</p>"})))
    assert document.text == "春耕正忙。\n雨&足。"


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t")])
def test_a_table_is_read_by_the_names_of_its_columns(tmp_path: Path, name: str, mark: str) -> None:
    first, second = ["2022-03-04", "1", '"第一行，\n第二行。"', "甲"], ["", "2", PROSE.strip(), ""]
    rows = [["日期", "n", "正文", "ID"], first, second]
    found = read(write(tmp_path, name, "\n".join(mark.join(row) for row in rows)))
    assert [(d.id, d.text) for d in found] == [("甲", "第一行，\n第二行。"), ("a-2", PROSE.strip())]
    assert found[0].meta.date == datetime.date(2022, 3, 4)


def test_a_gb18030_table_from_a_spreadsheet(tmp_path: Path) -> None:
    table = f"标题,内容\r\n春耕,{PROSE.strip()}\r\n"
    assert one(write(tmp_path, "a.csv", table.encode("gb18030"))).meta.title == "春耕"


def test_a_row_without_text_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    found = read(write(tmp_path, "a.csv", f"id,text\n1,\n2,{PROSE}"))
    assert [type(item) for item in found] == [InputError, Document]
    assert found[0].where.endswith("a.csv:2")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", '{"n": 1}', "no field for the text"),
        ("a.json", "[]", "empty list"),
        ("a.json", '{"text": "x"', "not JSON"),
        ("a.json", "   \n", "no text"),
        ("a.jsonl", "\n\n", "no text"),
        ("a.csv", "n,m\n1,2\n", "no column for the text"),
        ("a.csv", "id,text\n", "no row"),
    ],
)
def test_a_file_of_records_without_any_says_what_is_wrong(tmp_path: Path, name: str, content: str, says: str) -> None:
    assert says in error(write(tmp_path, name, content))


# --- PDF and Word


def pdf_of(text: str) -> bytes:
    """A PDF of one page with a line of ASCII text, written by hand."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    tail = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    return bytes(out) + b"xref\n0 5\n0000000000 65535 f \n" + xref + tail


def test_a_pdf_gives_its_text_layer(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    assert one(write(tmp_path, "a.pdf", pdf_of("Shimen county"))).text.strip() == "Shimen county"


def test_a_pdf_without_text_asks_for_ocr(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    assert "OCR" in error(write(tmp_path, "a.pdf", pdf_of("")))


def test_a_word_file_gives_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("石门县委召开会议。")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "壶瓶山镇", "21000"
    document.add_paragraph("会议结束。")
    document.save(tmp_path / "a.docx")
    assert one(tmp_path / "a.docx").text == "石门县委召开会议。\n壶瓶山镇 | 21000\n会议结束。"


def test_a_word_file_that_unpacks_to_a_bomb_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as parts:
        with parts.open("word/document.xml", "w") as part:
            for _ in range(201):
                part.write(bytes(1_000_000))
    assert "unpacks to 201 MB" in error(write(tmp_path, "a.docx", held.getvalue()))


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_a_damaged_file_is_told(tmp_path: Path, name: str) -> None:
    pytest.importorskip("pypdf")
    pytest.importorskip("docx")
    assert "damaged" in error(write(tmp_path, name, b"%PDF-1.4 PK\x03\x04 nothing"))


@pytest.mark.parametrize(("name", "package"), [("a.pdf", "pypdf"), ("a.docx", "docx")])
def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str) -> None:
    real = builtins.__import__

    def without(wanted: str, *args: object, **kwargs: object) -> object:
        if wanted.split(".")[0] == package:
            raise ImportError(wanted)
        return real(wanted, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    assert f"pip install 'xianzhi[{Path(name).suffix[1:]}]'" in error(write(tmp_path, name, b"x"))


# --- what cannot be read


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t\r\n", "no text"),
        ("a.txt", b"\xef\xbb\xbf", "no text"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(40), "binary"),
        ("a.txt", bytes(range(256)) * 20, "decode"),
        ("a.txt", bytes(5000), "binary"),
        ("a.txt", b"\x01\x02\x03\x04" * 100, "binary"),
        ("a.txt", b"\xff\xfe\xfd\xfc\x80\x81" * 200, "decode"),
        ("a.html", b"PK\x03\x04" + bytes(100), "Word"),
        ("a.csv", b"%PDF-1.4\n1 0 obj", "PDF"),
        ("a.xyz", b"some text", "kind that cannot be read"),
        ("noending", b"some text", "kind that cannot be read"),
    ],
)
def test_each_bad_file_gets_one_line(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    message = error(write(tmp_path, name, content))
    assert says in message and message.startswith(str(tmp_path / name))


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", "字" * 1000)
    monkeypatch.setattr(Path, "open", lambda *args, **kwargs: pytest.fail("it was opened"))
    assert "over the limit" in error(path, max_bytes=2999)


def test_a_file_of_just_the_limit_is_read(tmp_path: Path) -> None:
    assert one(write(tmp_path, "a.txt", "字" * 1000), max_bytes=3000).text == "字" * 1000


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert "does not exist" in error(tmp_path / "none.txt")
    assert "does not exist" in error(Path("a\0b.txt"))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", PROSE)

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # permission bits do not stop root, which runs the tests in containers
    assert "permission" in error(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "not a regular file" in error(tmp_path / "a.txt")


# --- folders


def test_a_folder_is_read_by_name_without_hidden_and_unknown_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.TXT", "a/y.txt", ".hidden.txt", ".git/x.txt", "photo.jpg", "README"):
        write(tmp_path, name, PROSE)
    assert [d.id for d in read(tmp_path)] == ["y", "z", "b"]


@pytest.mark.parametrize("files", [[], ["photo.jpg"], [".hidden.txt"]])
def test_a_folder_without_text_is_told(tmp_path: Path, files: list[str]) -> None:
    for name in files:
        write(tmp_path, name, PROSE)
    assert "no file that can be read" in error(tmp_path)


def test_links_that_loop_end_and_a_file_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "in/a.txt", PROSE)
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "again.txt").symlink_to(tmp_path / "in" / "a.txt")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    found = read(tmp_path, tmp_path / "in" / "a.txt", tmp_path)
    assert [d.id for d in found if isinstance(d, Document)] == ["a"]
    assert sorted(Path(e.where).name for e in found if isinstance(e, InputError)) == ["gone.txt", "self.txt"]


def test_the_order_of_the_arguments_does_not_matter(tmp_path: Path) -> None:
    paths = [write(tmp_path, name, PROSE) for name in ("b.txt", "c/a.txt", "a.txt")]
    forth, back = read(*paths), read(*reversed(paths))
    assert list(map(str, forth)) == list(map(str, back))


def test_a_name_that_is_not_utf8_is_shown_as_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "春耕.txt".encode("gb18030")))
    try:
        path.write_text(PROSE, encoding="utf-8")
    except OSError:
        pytest.skip("this file system holds UTF-8 names only")
    document = one(path)
    assert document.id == "春耕" and document.path.endswith("/春耕.txt")


# --- any input


@given(name=st.sampled_from(sorted(READERS)), data=st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_documents_or_errors(name: str, data: bytes) -> None:
    assert_safe(name, data)


TEXTS = st.text(st.characters(exclude_categories=()), max_size=120)
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | TEXTS, st.lists, max_leaves=4)
NAMES = st.sampled_from(["id", "title", "text", "date", "source", "url", "authors", "other"])
TAGS = st.lists(st.sampled_from("p div table tr td h1 meta script figcaption".split()), max_size=8)


@given(record=st.dictionaries(NAMES, VALUES))
@settings(max_examples=200, deadline=None)
def test_any_record_gives_a_document_or_an_error(record: dict) -> None:
    assert_safe(".json", json.dumps(record).encode("utf-8"))


@given(text=TEXTS, tags=TAGS, encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@settings(max_examples=200, deadline=None)
def test_any_text_in_any_markup_gives_a_document_or_an_error(text: str, tags: list[str], encoding: str) -> None:
    page = "".join(f"<{tag}>{text}" for tag in tags) + "".join(f"</{tag}>" for tag in tags[::2])
    assert_safe(".html", page.encode(encoding, "replace"))


def assert_safe(kind: str, data: bytes) -> None:
    for item in collected(kind, data):
        if isinstance(item, InputError):
            assert "\n" not in str(item)
            continue
        assert item.id and item.text.strip()
        shown = [item.id, item.text, item.meta.title, item.meta.source, item.meta.url, *item.meta.authors]
        for text in filter(None, shown):
            text.encode("utf-8")
            assert not any(ord(c) < 32 and c not in "\t\n" for c in text)


def collected(kind: str, data: bytes) -> Iterator[Document | InputError]:
    try:
        yield from READERS[kind](data, Source("a" + kind, "a"))
    except InputError as error:
        yield error


@given(value=st.text(max_size=40) | st.integers() | st.floats() | st.none() | st.booleans() | st.lists(st.integers()))
def test_any_value_is_a_date_or_none(value: object) -> None:
    day = parse_date(value)
    assert day is None or 1900 <= day.year <= 2100


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2021-11-05", (2021, 11, 5)),
        ("2021-11-05T23:59:00+08:00", (2021, 11, 5)),
        ("2021/1/5 08:00", (2021, 1, 5)),
        ("2021.1.5", (2021, 1, 5)),
        ("时间：2021年1月5日", (2021, 1, 5)),
        ("20211105", (2021, 11, 5)),
        ("20211105083000", (2021, 11, 5)),
        (20211105, (2021, 11, 5)),
        (1636070400000, (2021, 11, 5)),
        ("1636070400", (2021, 11, 5)),
        ("Thu, 04 Nov 2021 20:00:00 GMT", (2021, 11, 4)),
    ],
)
def test_dates_as_sites_write_them(value: object, day: tuple[int, int, int]) -> None:
    assert parse_date(value) == datetime.date(*day)


@pytest.mark.parametrize("value", ["昨天", "2021", "2021-13-01", "3月5日", "12021-11-05", "07361234567", True, "", [1]])
def test_what_is_no_date_is_none(value: object) -> None:
    assert parse_date(value) is None
