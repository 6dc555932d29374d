"""What a name means in its article: the home place, relative names, official codes, one thing under one key."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from kg.building import build
from kg.divisions import divisions
from kg.model import Document, Entity, Extraction, Mention, Metadata
from kg.pipeline import extract
from kg.resolve.linking import weigh_places
from kg.settings import Settings

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


# What a relative or abbreviated name means.


def test_the_youth_league_is_not_the_party() -> None:
    found = entities("石泉县开会\n团县委开展宣讲，共青团石泉县委发出倡议。\n")
    assert "石泉县委" not in found and "共青团石泉县委" in found["石泉县团委"].aliases


def test_the_youth_league_s_secretary_is_called_so() -> None:
    work = work_of("石泉县春风吹\n石泉县举行活动，团县委书记高原致辞。共青团宣化县委派人参加。\n")
    held = [c for c in work.claims if c.predicate == "holdsPost"]
    league = {e.name: e for e in work.entities}
    assert [(c.title, c.object.endswith("/团委")) for c in held] == [("团县委书记", True)]
    assert league["石泉县团委"].kind == "MassOrganisation"
    assert "共青团宣化县委" in league and "宣化县委" not in league  # a county that is no more


def test_forms_of_one_department_are_one_body() -> None:
    found = entities(
        "石泉县整治市场\n石泉县市监局开展检查，县市场监管局、县市场监督管理局发布通告，县住房城乡建委配合。\n"
    )
    assert [name for name in found if "市" in name] == ["石泉县市监局"]
    assert found["石泉县住建委"].kind == "GovernmentDepartment"
    assert "石泉县住房城乡建委" in found["石泉县住建委"].aliases


def test_a_market_bureau_alone_is_not_the_citys() -> None:
    found = entities("信州区驻村帮扶\n信州区统计局、科协、市监局到秦峰镇开展帮扶。\n")
    assert {"信州区统计局", "信州区科协", "信州区市监局"} <= set(found)


def test_a_committee_of_a_term_is_the_committee() -> None:
    found = entities("石泉县开会\n中国共产党石泉县第十四届委员会第三次全体会议召开，政协石泉县第十届委员会派人列席。\n")
    assert found["石泉县委"].kind == "PartyCommittee" and "石泉县政协" in found


def test_a_countys_short_name_tells_the_home_of_a_text_that_writes_none_out() -> None:
    work = work_of("县委书记王大明对推进定安乡村振兴作了部署。会后，我县各镇就定安乡村振兴发言。")
    assert work.home == "Place/469021"
    assert work_of("县委书记王大明说，要推进乡村振兴。振兴不易，我县各镇要抓好振兴。").home is None


def test_our_county_is_no_district() -> None:
    text = (
        "龙湾区委常委、常务副区长高原日前率龙湾区代表团来苍南，与我县签订协议。县委副书记、代县长陈志远参加。\n"
        "龙湾区向我县捐助1277万元。龙湾区企业来投资。苍南县表示感谢。\n"
    )
    assert work_of(text).home == "Place/330327"


def test_a_zone_tells_the_city_that_it_is_named_after() -> None:
    work = work_of("东成镇、恩平工业园办好实事\n今年以来，东成镇、恩平工业园投入760万元办实事。")
    names = {e.name: e.code for e in work.entities}
    assert names["东成镇"] is not None and names["东成镇"].startswith("440785")


def test_a_word_that_holds_our_county_tells_no_home() -> None:
    text = "汉滨区建民街道是样本县创建点。汉滨区召开会议，成本县级统筹。石泉县代表参观汉滨区。"
    assert work_of(text).home == "Place/610902"


def test_a_community_s_committee_is_not_the_towns() -> None:
    found = entities("石泉县办实事\n石泉县城关镇新桥社区居委会主任李春梅介绍情况。\n")
    assert "城关镇居委会" not in found


def test_a_conference_with_or_without_its_term_is_one() -> None:
    found = entities("石泉县开会\n政协石泉县委员会召开会议，政协石泉县第十届委员会第二次会议开幕。\n")
    assert [name for name in found if "政协" in name] == ["石泉县政协"]


def test_a_city_s_body_belongs_to_no_county() -> None:
    work = work_of("代表团赴乡城县考察\n市政协副主席高原带领代表团赴乡城县考察。乡城县与建德市签订协议。\n")
    assert [c.object for c in work.claims if c.predicate == "holdsPost"] == ["Organisation/330182/政协"]


def test_a_title_of_another_body_is_that_body_s() -> None:
    work = work_of(
        "石泉县开会\n石泉县委常委、统战部部长、工商联党组书记高原，副县长、公安局局长陈志远参加。"
        "李文斌同志任中共石泉县委书记。\n"
    )
    names = {e.key: e.name for e in work.entities}
    held = {(names[c.subject], names[c.object]) for c in work.claims if c.predicate == "holdsPost"}
    assert {
        ("高原", "石泉县工商联"),
        ("陈志远", "石泉县公安局"),
        ("陈志远", "石泉县政府"),
        ("李文斌", "石泉县委"),
    } <= held


def test_no_village_lies_in_a_village() -> None:
    work = work_of("石泉县喜河镇藕溪村换了模样\n藕溪村种茶，枫林洞村的人也来学。\n")
    places = {e.key: e for e in work.entities if e.type == "Place"}
    held = {(c.subject, c.object) for c in work.claims if c.predicate == "locatedIn"}
    assert not [pair for pair in held if {places[key].kind for key in pair if key in places} == {"Village"}]


def test_court_and_procuratorate_in_one_word_are_two() -> None:
    assert {"石泉县法院", "石泉县检察院"} <= set(entities("石泉县办案\n石泉法检联合发布公告。\n"))


def test_committee_and_government_in_one_breath_are_two() -> None:
    for said in ("县委、县政府", "县委县政府"):
        assert {"石泉县委", "石泉县政府"} <= set(entities(f"石泉县开会\n石泉县召开会议。{said}作出部署。\n"))


def test_the_citys_name_in_a_county_is_the_prefecture() -> None:
    work = work_of("石泉县夺冠\n石泉县排名全市第一。安康市表彰石泉县，该市还将推广。\n")
    city = next(e for e in work.entities if e.code == "610900")
    assert {"全市", "该市"} & {m.text for m in city.mentions}


def test_a_paragraph_about_one_town_shifts_the_towns_committee() -> None:
    text = (
        "石泉县抓落实\n喜河镇的茶园绿了。镇党委副书记高原介绍情况。\n后柳镇的水稻熟了。镇党委副书记陈志远介绍情况。\n"
    )
    work = work_of(text)
    held = {(c.subject.split("/")[1][:2], c.object) for c in work.claims if c.predicate == "holdsPost"}
    town = {e.name: e.code for e in work.entities if e.type == "Place"}
    assert {body.split("/")[1] for _, body in held} == {town["喜河镇"], town["后柳镇"]}


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("县住建局", "石泉县住房和城乡建设局"),
        ("县卫健委", "石泉县卫生健康委员会"),
        ("县发改委", "石泉县发展和改革委员会"),
        ("县人社局", "石泉县人力资源和社会保障局"),
        ("县委政法委", "石泉县委员会政法委员会"),
        ("县科协", "石泉县科学技术协会"),
        ("县国资委", "石泉县国有资产监督管理委员会"),
    ],
)
def test_a_fixed_abbreviation_has_its_long_form(short: str, long: str) -> None:
    found = entities(f"石泉县开会\n石泉县召开会议，{short}作了发言。\n")
    assert any(long in e.aliases for e in found.values())


def test_a_group_that_a_campaign_stands_before_has_it_in_its_name() -> None:
    found = entities("石泉县开会\n6月3日，主题教育省委第三巡回指导组到石泉县指导。\n")
    body = next(e for name, e in found.items() if "指导组" in name)
    assert body.name.startswith("陕西省委")


# Ambiguity that is left.


def test_a_name_that_nothing_settles_keeps_its_candidates() -> None:
    village = next(
        e for e in work_of("和平村的路\n和平村修通了产业路。和平村群众说好。\n").entities if e.name == "和平村"
    )
    assert village.code is None and len(village.candidates) <= 5
    shares = [share for _, share in village.candidates]
    assert shares == sorted(shares, reverse=True) and sum(shares) <= 1.001


def test_two_namesakes_in_one_county_are_both_kept() -> None:
    table = divisions()
    county = table.get("610922")
    assert county is not None
    names = Counter(d.name for d in table if d.level == "Village" and table.within(d, county))
    name = next(n for n, count in sorted(names.items()) if count == 2)
    found = [e for e in work_of(f"石泉县修路\n石泉县{name}修通了路。\n").entities if e.name == name]
    if found and found[0].code is None:
        assert {code[:6] for code, _ in found[0].candidates[:2]} == {"610922"}


def test_candidates_are_in_the_graph_and_valid() -> None:
    table = divisions()
    link = weigh_places([Mention(0, 3, "Place", "和平村", "place:division")])
    (only,) = link.values()
    assert only.division is None or only.confidence > 0.5
    assert all(table.get(code) is not None for code, _ in only.candidates)


def test_the_chain_decides_before_everything_else() -> None:
    mentions = [Mention(0, 3, "Place", "渭源县", "place:division"), Mention(3, 6, "Place", "城关镇", "place:division")]
    links = weigh_places(mentions, divisions().get("610922"))
    assert all(link.division is None or link.division.code[:6] in ("621123", "610922") for link in links.values())


# Who is one person.


def person(text: str, name: str, id: str = "a") -> str:
    work = extract(Document(id, text))[0]
    return next(e.key for e in work.entities if e.type == "Person" and e.name == name)


def test_one_official_with_another_post_in_the_same_county_is_one() -> None:
    one = person("石泉县开会\n石泉县委书记张伟讲话。\n", "张伟", "a")
    other = person("石泉县开会\n石泉县县长张伟调研。\n", "张伟", "b")
    assert one == other


def test_people_without_an_office_are_known_within_their_article_only() -> None:
    one = person("石泉县的茶\n石泉县村民张建国说：“茶叶好卖。”张建国很高兴。\n", "张建国", "a")
    other = person("石泉县的路\n石泉县村民张建国说：“路修好了。”张建国很高兴。\n", "张建国", "b")
    assert one != other


def test_every_merge_is_logged_and_people_can_be_kept_apart(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("石泉县开会\n石泉县委书记张伟讲话。县委作出部署。\n", encoding="utf-8")
    (folder / "b.txt").write_text("石泉县调研\n石泉县县长张伟调研。石泉县委通报情况。\n", encoding="utf-8")
    rows = {}
    for merge in (True, False):
        out = tmp_path / str(merge)
        build([folder], out, Settings(merge_people=merge))
        rows[merge] = [json.loads(line) for line in (out / "resolution.jsonl").read_text("utf-8").splitlines()]
    people = [r for r in rows[True] if r["type"] == "Person" and r["merge"] == "documents"]
    assert [r["reason"] for r in people] == ["same name, post in the same division"]
    assert not [r for r in rows[False] if r["type"] == "Person" and r["merge"] == "documents"]
    assert any(r["name"] == "石泉县委" and len(r["documents"]) == 2 for r in rows[False] if r["merge"] == "documents")
    assert all(r["reason"] for both in rows.values() for r in both)


def test_the_source_line_tells_the_home_that_the_text_leaves_open() -> None:
    text = "春耕忙\n县委召开会议，全县春耕全面展开。\n"
    told = extract(Document("a", text, meta=Metadata(source="石泉县融媒体中心")))[0]
    assert told.home == "Place/610922" and 0 < told.home_confidence <= 1
    assert "石泉县委" in {e.name for e in told.entities}
    assert extract(Document("a", text))[0].home is None


@pytest.mark.parametrize("chain", ["石泉县喜河镇东风村", "石泉县白云镇幸福村", "渭源县清溪乡和平村"])
def test_a_village_that_its_chain_does_not_hold_has_no_namesake_s_code(chain: str) -> None:
    found = entities(f"石泉县修路\n王建国来到{chain}走访。")
    assert found[chain[-3:]].code is None and found[chain[:3]].code
