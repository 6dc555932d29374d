"""What a name means in its article: the home place, relative names, official codes, one thing under one key."""

from __future__ import annotations

from kg.model import Document, Entity, Extraction
from kg.pipeline import extract

ARTICLE = (
    "石泉县抓实民生实事\n"
    "石泉县委书记陈志远到喜河镇调研。县妇联为该县妇女送去服务，县应急管理局开展排查。"
    "省委巡视组和市委对全县工作给予肯定。镇党委副书记高原介绍情况。\n"
)


def entities(text: str) -> dict[str, Entity]:
    work, _ = extract(Document("a", text))
    return {e.name: e for e in work.entities}


def work_of(text: str) -> Extraction:
    return extract(Document("a", text))[0]


def test_the_home_is_the_county_of_the_title() -> None:
    work = work_of(ARTICLE)
    assert work.home == "Place/610922" and work.home_confidence > 0.5


def test_relative_names_become_absolute() -> None:
    found = entities(ARTICLE)
    assert {"石泉县委", "石泉县妇联"} <= set(found)
    assert "石泉县妇女联合会" in found["石泉县妇联"].aliases
    assert any("应急" in name and name.startswith("石泉县") for name in found)
    assert not {"县妇联", "县委", "该县", "全县"} & set(found)


def test_levels_above_the_home_resolve_through_the_division_tree() -> None:
    assert "安康市委" in entities(ARTICLE)


def test_the_towns_committee_is_the_town_that_was_named() -> None:
    assert "喜河镇党委" in entities(ARTICLE)


def test_divisions_carry_their_codes() -> None:
    found = entities("石泉县喜河镇的蚕桑\n石泉县喜河镇扩大桑园。")
    assert found["石泉县"].code == "610922" and found["喜河镇"].code.startswith("610922")


def test_a_common_village_name_is_the_one_in_the_home() -> None:
    # 团结村 stands in the national table hundreds of times.
    work = work_of("石泉县修通产业路\n石泉县城关镇团结村的路通了。团结村群众说好。")
    village = next(e for e in work.entities if e.name == "团结村")
    assert village.code is None or village.code.startswith("610922")


def test_an_introduced_abbreviation_is_the_same_body() -> None:
    text = "石泉县成立专班\n石泉县委乡村振兴工作领导小组办公室（简称县委振兴办）印发通知，县委振兴办负责调度。"
    work = work_of(text)
    offices = [e for e in work.entities if "领导小组办公室" in e.name]
    assert len(offices) == 1 and any("振兴办" in alias for alias in offices[0].aliases)
    assert not any(e.name.endswith("委振兴办") for e in work.entities)


def test_people_of_one_name_in_two_counties_are_two() -> None:
    one = work_of("石泉县开会\n石泉县委书记张伟讲话。")
    other = work_of("渭源县开会\n渭源县委书记张伟讲话。")
    key = {e.key for e in one.entities if e.type == "Person"}
    assert key and key.isdisjoint(e.key for e in other.entities if e.type == "Person")


def test_the_same_body_in_two_articles_is_one() -> None:
    one = {e.key for e in work_of("石泉县开会\n石泉县委召开会议。").entities}
    other = {e.key for e in work_of("喜讯\n石泉县的桑园熟了。县委作出部署。").entities}
    assert "Organisation/610922/委" in one & other


def test_one_formula_in_two_counties_is_two_programs() -> None:
    one = work_of("石泉县开展“三送”活动\n石泉县实施“三送”活动。")
    other = work_of("渭源县开展“三送”活动\n渭源县实施“三送”活动。")
    keys = [{e.key for e in work.entities if e.name == "三送"} for work in (one, other)]
    assert all(keys) and keys[0].isdisjoint(keys[1])


def test_traditional_forms_are_kept() -> None:
    work = work_of("石泉縣開會\n石泉縣委書記陳誌遠來到喜河鎮調研，推進產業發展，受到當地群眾歡迎。")
    county = next(e for e in work.entities if e.code == "610922")
    assert "石泉縣" in county.hant


def test_a_text_without_places_has_no_home() -> None:
    work = work_of("会议强调，要抓好落实。")
    assert work.home is None and "not found" in " ".join(work.warnings)
