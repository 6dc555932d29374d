"""Figures beyond plain amounts, and the figures of tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kg.model import Document, Extraction, Metadata, Observation
from kg.pipeline import extract
from kg.read import read_file
from kg.recognise.figures import find_figures
from kg.relate.tables import find_tables


def values(text: str) -> list[tuple[Decimal, str, str | None]]:
    return [(f.value, f.unit, f.qualifier) for f in find_figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("时限由3个月缩减至8个工作日。", [(3, "个月", "Before"), (8, "个工作日", "After")]),
        ("社员由最初的30户发展至如今120户。", [(30, "户", "Before"), (120, "户", "After")]),
        ("年收入从2015年的3200元提高到2020年的1.1万元。", [(3200, "元", "Before"), (11000, "元", "After")]),
        ("发生率从26.64%降到3.36%，", [("26.64", "%", "Before"), ("3.36", "%", "After")]),
        ("成活率从六成提到九成；", [(60, "%", "Before"), (90, "%", "After")]),
        ("工期3至5年。", [(3, "年", "LowerBound"), (5, "年", "UpperBound")]),
        ("每村30—50名队员", [(30, "名", "LowerBound"), (50, "名", "UpperBound")]),
        ("收入60%-80%来自茶叶", [(60, "%", "LowerBound"), (80, "%", "UpperBound")]),
        ("同比增长5.2%", [("5.2", "%", "Increase")]),
        ("警情下降34.29%、6.52%和24.66%。", [(x, "%", "Decrease") for x in ("34.29", "6.52", "24.66")]),
        ("完成率达95%", [(95, "%", "Share")]),
        ("增长到300家", [(300, "家", None)]),
        ("占全县的三分之二", [("0.6667", "", "Share")]),
        ("百分之八十的农户", [(80, "%", "Share")]),
        ("提高5个百分点", [(5, "个百分点", "Increase")]),
        ("八成五的村", [(85, "%", "Share")]),
        ("走访三百余人", [(300, "人", None)]),
        ("核查一百二十七户", [(127, "户", None)]),
        ("来了十几名医生", [(10, "名", None)]),
        ("路长14.2千米", [("14.2", "千米", None)]),
        ("服务时长120万小时", [(1200000, "小时", None)]),
    ],
)
def test_a_figure_says_what_kind_it_is(text: str, expected: list[tuple[object, str, str | None]]) -> None:
    assert values(text) == [(Decimal(str(value)), unit, kind) for value, unit, kind in expected]


@pytest.mark.parametrize(
    "text",
    ["一名干部", "建成一座桥", "三成员", "5组的村民", "2019年至2020年", "用了3个月", "第3至5条", "两名医生"],
)
def test_what_is_no_figure_is_left(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(("text", "roughly"), [("八成以上的村", True), ("三分之一", True), ("四分之一", False)])
def test_a_share_may_be_approximate(text: str, roughly: bool) -> None:
    assert next(find_figures(text)).approximate is roughly


# --- tables ------------------------------------------------------------------------------------------------

PAGE = """<html><head><title>石泉县各镇蚕桑产业情况</title><meta name="PubDate" content="2021-11-05"></head><body>
<h1>石泉县各镇蚕桑产业情况</h1>
<p>今年以来，石泉县各镇大力发展蚕桑产业，带动群众增收。各镇情况如下表所示，请各单位认真核对。</p>
<table><tr><th rowspan="2">镇</th><th colspan="2">蚕桑</th><th rowspan="2">完成率（%）</th></tr>
<tr><th>养蚕户数（户）</th><th>产值（万元）</th></tr>
<tr><td>池河镇</td><td>1,280</td><td>3500</td><td>95.5</td></tr>
<tr><td>饶峰镇</td><td>约640</td><td>1,200</td><td>88</td></tr>
<tr><td>合计</td><td>1920</td><td>4700</td><td>92</td></tr></table>
<p>下一步，石泉县将继续推进蚕桑产业发展，让更多群众受益。</p></body></html>"""


def table_of(folder: Path, page: str) -> tuple[Extraction, dict[tuple[str, str], Observation]]:
    (folder / "a.html").write_text(page, encoding="utf-8")
    (document,) = read_file(folder / "a.html", max_bytes=10**6)
    work = extract(document)[0]
    name = {entity.key: entity.name for entity in work.entities}
    figures = [o for o in work.observations if o.evidence[0].rule.startswith("table")]
    return work, {(name[o.about], o.indicator): o for o in figures}


def test_a_cell_is_told_of_its_row_and_counts_what_its_heads_say(tmp_path: Path) -> None:
    _, cells = table_of(tmp_path, PAGE)
    assert {key: (o.value, o.unit) for key, o in cells.items()} == {
        ("池河镇", "蚕桑养蚕户数"): (1280, "户"),
        ("池河镇", "蚕桑产值"): (35000000, "元"),
        ("池河镇", "完成率"): (Decimal("95.5"), "%"),
        ("饶峰镇", "蚕桑养蚕户数"): (640, "户"),
        ("饶峰镇", "蚕桑产值"): (12000000, "元"),
        ("饶峰镇", "完成率"): (88, "%"),
        ("石泉县", "蚕桑养蚕户数"): (1920, "户"),
        ("石泉县", "蚕桑产值"): (47000000, "元"),
        ("石泉县", "完成率"): (92, "%"),
    }
    assert cells["饶峰镇", "蚕桑养蚕户数"].approximate and cells["池河镇", "完成率"].qualifier == "Share"


def test_the_row_is_the_evidence(tmp_path: Path) -> None:
    work, cells = table_of(tmp_path, PAGE)
    (evidence,) = cells["池河镇", "完成率"].evidence
    assert evidence.sentence == work.restored.text[evidence.start : evidence.end] == "池河镇 | 1,280 | 3500 | 95.5"


def test_a_table_with_places_as_columns_and_years_in_rows(tmp_path: Path) -> None:
    rows = "<tr><th>年份</th><th>池河镇</th><th>饶峰镇</th></tr><tr><td>2020年</td><td>30户</td><td>40户</td></tr>"
    _, cells = table_of(tmp_path, PAGE[: PAGE.index("<table>")] + f"<p>单位：户</p><table>{rows}</table>" + PAGE[-20:])
    assert {(about, int(o.value), str(o.period)) for (about, _), o in cells.items()} == {
        ("池河镇", 30, "2020"),
        ("饶峰镇", 40, "2020"),
    }


@pytest.mark.parametrize("span", ["0", "-3", "99999999999", "二", "1000"])
def test_a_senseless_span_changes_nothing(tmp_path: Path, span: str) -> None:
    _, cells = table_of(tmp_path, PAGE.replace('colspan="2"', f'colspan="{span}"'))
    assert {about for about, _ in cells} == {"池河镇", "饶峰镇", "石泉县"}


def test_lines_that_share_a_bar_only_are_no_table() -> None:
    assert find_tables("首页 | 新闻 | 政务\n第一条 | 第二条") == ()


# --- dates on figures --------------------------------------------------------------------------------------


def dated(sentence: str, day: date | None = date(2021, 11, 20)) -> list[tuple[int, str]]:
    text = "石泉县民生实事见成效\n" + sentence
    work = extract(Document("a", text, meta=Metadata(date=day)))[0]
    return [(int(o.value), str(o.period) if o.period else "") for o in work.observations]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("截至11月上旬，石泉县办结实事300件。", [(300, "/2021-11-10")]),
        ("石泉县去年新建公厕40座，今年计划再建60座。", [(40, "2020"), (60, "2021")]),
        ("今年以来，石泉县修路30公里；建桥12座。", [(30, "2021/2021-11-20"), (12, "2021/2021-11-20")]),
        ("石泉县8月底前完成改厕500户。", [(500, "/2021-08-31")]),
        ("石泉县收入300万元，比去年同期增长5%。", [(3000000, ""), (5, "")]),
        ("去年，石泉县发生率由20%降到3%。", [(20, ""), (3, "2020")]),
        ("石泉县有300户村民。", [(300, "")]),
    ],
)
def test_a_figure_has_the_time_that_governs_it(sentence: str, expected: list[tuple[int, str]]) -> None:
    assert dated(sentence) == expected


def test_a_relative_time_of_an_undated_article_dates_nothing() -> None:
    assert dated("今年以来，石泉县修路30公里。", None) == [(30, "")]
