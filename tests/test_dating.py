"""When a fact holds: periods on claims, and how they stand in the graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyoxigraph as ox
import pytest

from kg.explain import explain
from kg.model import Document, Extraction, Metadata, Period
from kg.pipeline import extract
from kg.record.quads import extraction_quads
from kg.render.page_data import read_page_data
from kg.render.rdf import nquads_of

BASE = "https://example.org/"
SCHEMA = "https://schema.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def periods(sentence: str, day: date | None = date(2021, 11, 20)) -> dict[str, str]:
    text = "石泉县民生实事见成效\n" + sentence
    work = extract(Document("a", text, meta=Metadata(date=day)))[0]
    return {claim.predicate: str(claim.period) for claim in work.claims if claim.period}


@pytest.mark.parametrize(
    ("sentence", "predicate", "period"),
    [
        ("3月5日，县委书记陈志远到喜河镇调研。", "visited", "2021-03-05"),
        ("2020年8月，石泉县与渭源县签订合作协议。", "cooperatesWith", "2020-08"),
        ("2018年5月，时任县委书记陈志远到喜河镇调研。", "holdsPost", "2018-05"),
        ("石泉县原县长高原介绍。", "holdsPost", "/2021-11-20"),
        ("前县长高原介绍。", "holdsPost", "/2021-11-20"),
        ("县委书记陈志远，曾任汉阴县县长。", "holdsPost", "/2021-11-20"),
        ("会议决定免去陈志远的县水利局局长职务。", "holdsPost", "/2021-11-20"),
        ("会议决定免去陈志远县水利局局长职务。", "holdsPost", "/2021-11-20"),
        ("去年，县妇联实施“暖心妈妈”项目。", "carriesOut", "2020"),
    ],
)
def test_a_claim_has_its_time(sentence: str, predicate: str, period: str) -> None:
    assert periods(sentence).get(predicate) == period


@pytest.mark.parametrize(
    "sentence",
    [
        "3月5日，县委书记陈志远主持会议。",
        "近日，县委书记陈志远主持会议。",
        "节前县委书记陈志远主持会议。",
        "拟免去陈志远的县水利局局长职务。",
    ],
)
def test_the_day_of_a_meeting_is_no_term_of_office(sentence: str) -> None:
    assert "holdsPost" not in periods(sentence)


def test_a_character_of_a_name_is_no_word_of_time() -> None:
    assert "holdsPost" not in periods("县长高原与陕西省交通集团董事长王建国签署合作协议。")


def test_what_is_so_now_has_not_the_date_of_what_was_told_before() -> None:
    text = "石泉县民生实事见成效\n石泉县1949年12月解放，现有人口18万人。2020年，石泉县投资3亿元，现有企业20家。"
    work = extract(Document("a", text, meta=Metadata(date=date(2021, 11, 20))))[0]
    told = {o.unit: str(o.period) if o.period else None for o in work.observations}
    assert told == {"人": None, "元": "2020", "家": None}


def test_what_a_name_says_has_no_time() -> None:
    assert not {"jurisdiction", "locatedIn", "subOrganizationOf"} & set(periods("3月5日，石泉县妇联到喜河镇走访。"))


def test_a_dateline_with_a_year_dates_the_article() -> None:
    assert periods("新华社西安2020年3月5日电 昨日，县委书记陈志远到喜河镇调研。", None).get("visited") == "2020-03-04"


def said(extraction: Extraction, of: str) -> set[tuple[str, str, str]]:
    quads = extraction_quads(extraction, base=BASE)
    return {
        (q.predicate.value.removeprefix(SCHEMA), q.object.value, q.object.datatype.value.removeprefix(XSD))
        for q in quads
        if of in q.subject.value and q.predicate.value.endswith(("Date", "qualifier"))
    }


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period("2021", "2021"), {("observationDate", "2021", "gYear")}),
        (Period("2021-03", "2021-03"), {("observationDate", "2021-03", "gYearMonth")}),
        (Period(None, "2021-03-05"), {("observationDate", "2021-03-05", "date")}),
        (Period("2021", None), {("startDate", "2021", "gYear")}),
        (
            Period("2021-01", "2021-03"),
            {
                ("observationDate", "2021-03", "gYearMonth"),
                ("startDate", "2021-01", "gYearMonth"),
                ("endDate", "2021-03", "gYearMonth"),
            },
        ),
    ],
)
def test_a_figures_time_is_a_date_as_exact_as_the_text(
    extraction: Extraction, period: Period, expected: set[tuple[str, str, str]]
) -> None:
    figure = replace(extraction.observations[0], period=period)
    assert said(replace(extraction, observations=(figure,)), "/observation/") == expected


def test_a_claims_time_is_its_two_ends(extraction: Extraction) -> None:
    claim = replace(extraction.claims[0], period=Period("2021-03", None))
    assert said(replace(extraction, claims=(claim,)), "/claim/") == {("startDate", "2021-03", "gYearMonth")}


def test_explain_and_the_page_show_times_and_what_kind_a_figure_is(extraction: Extraction) -> None:
    figure = replace(extraction.observations[0], period=Period("2021-01", "2021-03"), qualifier="Share")
    claim = replace(extraction.claims[0], period=Period("2021-03", None))
    store = ox.Store()
    quads = extraction_quads(replace(extraction, claims=(claim,), observations=(figure,)), base=BASE)
    store.bulk_extend([*quads, *(ox.Quad(q.subject, q.predicate, q.object) for q in quads)])
    (county,) = explain(store, "沅陵县")
    assert [(f.date, f.qualifier) for f in county.figures] == [("2021-01/2021-03", "Share")]
    (person,) = explain(store, "梨文山")
    assert [(f.post, f.date) for f in person.facts] == [("县委书记", "2021-03/")]
    data = read_page_data(nquads_of(store), base=BASE)
    assert [(f.date, f.qualifier) for f in data.figures] == [("2021-01/2021-03", "Share")]
    assert [f.date for f in data.facts if f.relation == "holdsPost"] == ["2021-03/"]


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        ("原县教育局局长王建国回到村里。", {"原局长"}),
        ("县教育局原局长王建国回到村里。", {"原局长"}),
        ("时任池河镇镇长的王建国当年带头修路。", {"时任镇长"}),
        ("王建国辞去县财政局局长职务。", {"原局长"}),
        ("县教育局局长王建国回到村里。", {"局长"}),
    ],
)
def test_an_undated_office_that_is_over_is_not_told_as_one_of_today(sentence: str, titles: set[str]) -> None:
    work = extract(Document("a", f"石泉县民生实事见成效\n{sentence}"))[0]
    assert {claim.title for claim in work.claims if claim.predicate == "holdsPost"} == titles


def test_a_dated_office_has_its_end_and_not_the_word_for_it_in_its_title() -> None:
    work = extract(Document("a", "石泉县见成效\n县教育局原局长王建国回访。", "", Metadata(date=date(2021, 11, 20))))[0]
    assert [claim.title for claim in work.claims if claim.predicate == "holdsPost"] == ["局长"]
