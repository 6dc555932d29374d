"""Hostile input through the whole program: nothing is raised, nothing grows faster than its text."""

from __future__ import annotations

import gc
import time
from datetime import date
from pathlib import Path

import nasty
import pytest
from conftest import kg_process
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Document
from kg.pipeline import STAGES, Work, extract
from kg.read.encoding import decode, plausibility
from kg.read.html import fragment_text
from kg.read.limits import parse_columns
from kg.read.sniff import ending_of
from kg.read.source import Source, safe_id, shown, tidy
from kg.recognise.figures import find_figures, quantity
from kg.recognise.sentences import sentences
from kg.relate.times import find_times
from kg.restore import restore

# Words that rules look for, put together without sense: most of random text matches nothing.
WORDS = (
    "县委书记 王小明 石泉县 喜河镇 新桥村 县妇联 三送 三进三解 工程 活动 调研 捐赠 与 和 向 在 由 至 "
    "3月5日 去年 截至 百分之八十 1.2万余件 二〇二一年 3至5个 增长 （chuàng） xīn 锟斤拷 縣委 來源： "
    "记者 新华社北京3月5日电 | 、 ， 。 “ ” 《 》 （ ） \n \u3000 \u202e \ue003 ? & <p> 0 九 个 名"
).split(" ")
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=60).map("".join)


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_any_text_is_restored_with_a_way_back(text: str) -> None:
    found = restore(text)
    assert found.raw == text and len(found.origins) == len(found.text) + 1
    assert list(found.origins) == sorted(found.origins) and found.origins[-1] <= len(text)


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_any_text_gives_an_extraction_whose_spans_hold(text: str) -> None:
    found, _ = extract(Document("a", tidy(text)))
    written = found.restored.text
    for entity in found.entities:
        assert all(written[m.start : m.end] == m.text for m in entity.mentions)
    keys = {entity.key for entity in found.entities}
    for claim in found.claims:
        assert {claim.subject, claim.object} <= keys
        assert all(written[e.start : e.end] == e.sentence for e in claim.evidence)
    for told in found.observations:
        assert told.about in keys and all(written[e.start : e.end] == e.sentence for e in told.evidence)


@given(TEXTS, st.dates() | st.none())
@settings(max_examples=100, deadline=None)
def test_any_text_gives_figures_times_and_sentences_that_stand_in_it(text: str, day: date | None) -> None:
    for found in (*find_figures(text), *find_times(text, day)):
        assert text[found.start : found.end] == found.text
    parts = sentences(text)
    assert all(a.end <= b.start for a, b in zip(parts, parts[1:], strict=False))
    assert quantity(text) is None or text.strip()


@given(TEXTS, st.sampled_from(["utf-8", "gb18030", "big5hkscs", "utf-16", "utf-32"]), st.binary(max_size=9))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_decoded_or_told(text: str, code: str, noise: bytes) -> None:
    from kg.errors import InputError

    data = text.encode(code, "replace") + noise
    assert ending_of(data).startswith((".", "")) and -2.01 <= plausibility(text) <= 1
    try:
        assert isinstance(decode(data, Source("a.txt", "a")), str)
    except InputError as error:
        assert "\n" not in str(error)


@given(st.text(st.characters(exclude_categories=()), max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_name_is_shown_in_one_line(text: str) -> None:
    for safe in (shown(text), safe_id(text), shown(Source("a.zip", "a").inside(text).path)):
        assert "\n" not in safe and safe.encode("utf-8") is not None
    assert "\r" not in tidy(text) and isinstance(fragment_text(text), str) and isinstance(parse_columns(text), tuple)


# --- growth

UNITS = {
    "lists": "、", "quotes": "“", "formulas": "“三送”", "open": "“三送三进", "brackets": "（", "pairs": "（）",
    "digits": "1234567890", "decimals": "1.", "numerals": "一二三四五十百千万", "shares": "百分之",
    "dates": "2021年3月", "ranges": "3至", "levels": "省市县区镇乡村", "county": "县", "chain": "石泉县喜河镇",
    "villages": "新桥村、", "titles": "县委书记", "books": "《", "papers": "《意见》", "notes": "(chuàng)",
    "open notes": "新(chuàng", "pinyin": "chuang ", "lost": "?", "mojibake": "锟斤拷?", "out of step": "鍘垮",
    "names": "王小明、李建国、", "visits": "县委书记王小明到石泉县妇联调研，", "bodies": "石泉县妇联和池河镇政府",
    "line ends": "\n", "spaces": "县 委 ", "rows": "池河镇 | 1280\n", "bars": "|", "sources": "来源：",
    "reporters": "记者 ", "groups": "“三进三解”，进村进户进田、", "series": "甲制度、乙制度和",
    "address": "http://a.cn/", "tags": "<p>", "old forms": "縣委會議", "combining": "a\u0301", "speech": "他说，",
    "roads": "号路",
}  # fmt: skip
BASE = 700  # characters; then twice and four times as many
STEEPEST = 3.0  # times the work for twice the text: 2 is linear, 4 is a square; between lies the noise of two cores
TOO_SHORT = 0.03  # seconds that say nothing


def work(text: str) -> dict[str, float]:
    """The processor's seconds in each stage."""
    done, seconds = Work(Document("a", text)), {}
    gc.disable()
    try:
        for name, stage in STAGES:
            begin = time.process_time()
            done = stage(done)
            seconds[name] = time.process_time() - begin
    finally:
        gc.enable()
    return seconds


@pytest.mark.parametrize("kind", UNITS)
def test_work_grows_as_the_text_does(kind: str) -> None:
    text = UNITS[kind] * (8 * BASE)
    work(text[:200])
    sizes = [BASE, 2 * BASE]
    seconds = [work(text[:size]) for size in sizes]
    while sizes[-1] < 8 * BASE:
        sizes.append(2 * sizes[-1])
        seconds.append(work(text[: sizes[-1]]))
        short, long = seconds[-2:]
        steep = [s for s in long if long[s] > TOO_SHORT and long[s] > STEEPEST * max(short[s], TOO_SHORT / 4)]
        if not steep:
            return  # once twice the text is about twice the work, it is no square
    again = work(text[: sizes[-1]])
    assert all(again[s] <= STEEPEST * max(seconds[-2][s], TOO_SHORT / 4) for s in steep), (kind, steep, seconds)


# --- the folder


def test_a_folder_of_two_hundred_nasty_files_builds_with_a_line_for_each(tmp_path: Path) -> None:
    count = nasty.make(tmp_path / "in")
    assert count >= 200
    before = {path.name for path in tmp_path.rglob("*")}
    done = kg_process("build", tmp_path / "in", "-o", tmp_path / "out")
    assert done.returncode == 1 and "Traceback" not in done.stderr + done.stdout
    assert "fault of the program" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    wheres = [line.split(": ")[1] for line in lines]
    assert len(set(wheres)) == len(wheres) >= 50, "one line for each thing that cannot be read"
    assert (tmp_path / "out" / "graph.nq").stat().st_size > 1000
    grown = {path.name for path in tmp_path.rglob("*") if "out" not in path.parts}
    assert not [name for name in grown - before if "escaped" in name]
    page = (tmp_path / "out" / "graph.html").read_text("utf-8")
    assert "<script>alert(1)" not in page
