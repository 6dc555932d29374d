"""What a text says of its entities: each relation, each figure, with its sentence."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

from kg.model import Claim, Document, Extraction, Metadata
from kg.pipeline import extract
from kg.recognise import recognise
from kg.relate import proposed
from kg.relate.about import Trees
from kg.relate.denial import told
from kg.relate.referents import FEATURES, Referents
from kg.relate.view import View
from kg.resolve import resolve
from kg.restore import restore

HEAD = "石泉县民生实事见成效\n"


def work_of(body: str) -> Extraction:
    return extract(Document("a", HEAD + body))[0]


def facts(body: str) -> set[tuple[str, str, str]]:
    work = work_of(body)
    name = {e.key: e.name for e in work.entities}
    return {(name[c.subject], c.predicate, name[c.object]) for c in work.claims}


def test_who_no_longer_holds_an_office_that_another_gets_does_not_hold_it() -> None:
    told = facts("陈志远同志任中共石泉县委书记，高原同志不再兼任中共石泉县委书记职务。")
    assert {fact for fact in told if fact[1] == "holdsPost"} <= {("陈志远", "holdsPost", "石泉县委")}


def test_one_office_told_in_two_ways_is_one_claim() -> None:
    work = work_of("石泉县委书记陈志远讲话。会后，李文斌说，中共石泉县委书记陈志远要求抓好落实。书记陈志远到村里看望。")
    held = [(c.title, len(c.evidence) > 1) for c in work.claims if c.predicate == "holdsPost"]
    assert held == [("县委书记", True)]


@pytest.mark.parametrize(
    ("body", "fact"),
    [
        ("县委书记陈志远主持会议。", ("陈志远", "holdsPost", "石泉县委")),
        ("县委副书记、县长高原讲话。", ("高原", "holdsPost", "石泉县政府")),
        ("县委常委、组织部部长周明参加。", ("周明", "holdsPost", "石泉县委组织部")),
        ("县财政局局长李文斌介绍。", ("李文斌", "holdsPost", "石泉县财政局")),
        ("喜河镇党委书记赵立新介绍。", ("赵立新", "holdsPost", "喜河镇党委")),
        ("《安康日报》记者 周巧云报道。", ("周巧云", "holdsPost", "安康日报")),
        ("陈志远说好。县委书记陈志远联系喜河镇。", ("陈志远", "contacts", "喜河镇")),
        ("县委书记陈志远到喜河镇调研。", ("陈志远", "visited", "喜河镇")),
        ("“暖心妈妈”项目由县妇联牵头实施。", ("石泉县妇联", "carriesOut", "暖心妈妈")),
        ("石泉县创新实施“三送三问”工作法。", ("石泉县", "carriesOut", "三送三问")),
        ("今年以来，县妇联实施“暖心妈妈”项目。", ("石泉县妇联", "carriesOut", "暖心妈妈")),
        ("推行“三送”服务，即送政策、送技术、送岗位。", ("送技术", "partOf", "三送")),
        ("“三送三问”中，“三送”最受欢迎。实施“三送三问”活动，开展“三送”活动。", ("三送", "partOf", "三送三问")),
        ("推行“345工作法”，有“三问”、“四个平台”和“五步”。", ("四个平台", "partOf", "345工作法")),
        ("建立“三类清单”。推行“甲类清单”，推行“乙类清单”，推行“丙类清单”。", ("乙类清单", "partOf", "三类清单")),
        ("推出“四个城区”，其中“美丽城区”、“平安城区”已建成。", ("平安城区", "partOf", "四个城区")),
        ("在“三抓三促”行动中推行“四个一”机制。", ("四个一", "partOf", "三抓三促")),
        ("石泉县与渭源县签订合作协议。", ("石泉县", "cooperatesWith", "渭源县")),
        ("石泉县新建城关镇中心小学。", ("石泉县", "builds", "城关镇中心小学")),
        ("喜河镇的桑园扩大了。", ("喜河镇", "locatedIn", "石泉县")),
        ("县应急管理局开展排查，县政府召开会议。", ("石泉县妇联", "jurisdiction", "石泉县")),
    ],
)
def test_a_relation_is_read(body: str, fact: tuple[str, str, str]) -> None:
    if fact[1] == "jurisdiction":
        body += "县妇联走访群众。"
    assert fact in facts(body), facts(body)


@pytest.mark.parametrize("body", ["开展“三项行动”中“三项行动”。", "推行“四个一”，其中“四个一”、“五步走”。"])
def test_no_program_is_part_of_itself(body: str) -> None:
    assert all(subject != object_ for subject, _, object_ in facts(body))


@pytest.mark.parametrize(
    ("body", "actors"),
    [
        ("“清溪护堤”行动由县水利局牵头，县农业农村局、县财政局配合实施。", {"水利局", "农业农村局", "财政局"}),
        ("由县妇联牵头、县教育局配合，实施“清溪护堤”项目。", {"妇联", "教育局"}),
        ("“清溪护堤”计划在县教育局的指导下由县慈善协会组织实施。", {"慈善协会"}),
        ("由县水利局负责河道清理，县妇联开展“清溪护堤”行动。", {"妇联"}),
    ],
)
def test_who_leads_and_who_helps_carry_a_program_out(body: str, actors: set[str]) -> None:
    assert {s.removeprefix("石泉县") for s, p, _ in facts(body) if p == "carriesOut"} == actors


def test_a_bureau_belongs_to_its_government() -> None:
    found = facts("县政府召开会议，县财政局汇报工作。县委组织部和县委作了部署。")
    assert ("石泉县财政局", "subOrganizationOf", "石泉县政府") in found
    assert ("石泉县委组织部", "subOrganizationOf", "石泉县委") in found


def test_a_list_of_people_shares_its_post() -> None:
    found = facts("副县长王建国、李文斌参加活动。")
    assert {("王建国", "holdsPost", "石泉县政府"), ("李文斌", "holdsPost", "石泉县政府")} <= found


def test_a_named_division_in_a_chain_of_titles_holds_for_the_next_title() -> None:
    found = facts("渭源县委书记周明，县委副书记、县长高原陪同。")
    assert ("高原", "holdsPost", "渭源县政府") in found and ("高原", "holdsPost", "石泉县政府") not in found


def test_a_title_without_a_name_is_nobodys_office() -> None:
    assert not any(p == "holdsPost" for _, p, _ in facts("县委书记主持会议，老支书带头捐款。"))


def claim(work: Extraction, predicate: str) -> Claim:
    return next(c for c in work.claims if c.predicate == predicate)


def test_every_claim_and_figure_has_the_sentence_that_states_it() -> None:
    work = work_of("县委书记陈志远到喜河镇调研。县妇联慰问妇女6428名。\n推行“三送”服务，即送政策、送技术、送岗位。")
    text = work.restored.text
    assert work.claims and work.observations
    for fact in (*work.claims, *work.observations):
        assert fact.evidence and 0 < fact.confidence <= 1
        for piece in fact.evidence:
            assert text[piece.start : piece.end] == piece.sentence and piece.rule
    assert "陈志远" in claim(work, "visited").evidence[0].sentence


def test_a_figure_is_about_the_actor_of_its_clause() -> None:
    work = work_of("县妇联先后为6428名妇女进行免费检查，发放邮包444个。")
    name = {e.key: e.name for e in work.entities}
    told = {(name[o.about], o.value, o.unit) for o in work.observations}
    assert told == {("石泉县妇联", Decimal(6428), "名"), ("石泉县妇联", Decimal(444), "个")}


def test_a_figure_without_an_actor_is_about_the_home() -> None:
    work = work_of("新增学位6500多个。")
    (figure,) = work.observations
    assert figure.about == work.home and figure.approximate and "学位" in figure.indicator


@pytest.mark.parametrize(
    ("body", "name", "value"),
    [
        ("喜河镇有了新变化。该镇建成蚕桑基地3200亩。", "喜河镇", 3200),
        ("县妇联牵头开展活动。全年培训妇女1200人次，走访家庭340户。", "石泉县妇联", 340),
        ("全长6公里的喜河河堤路已经通车。县妇联走访妇女300名。", "石泉县妇联", 300),
    ],
)
def test_a_figure_is_about_what_was_named_before(body: str, name: str, value: int) -> None:
    work = work_of(body)
    told = {int(o.value): o.about for o in work.observations}
    assert next(e.name for e in work.entities if e.key == told[value]) == name


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "县妇联、县残联分别走访群众120户、230户。",
            {("石泉县妇联", 120, "走访群众"), ("石泉县残联", 230, "走访群众")},
        ),
        ("城关镇和池河镇产值分别为300万元、200万元。", {("城关镇", 3000000, "产值"), ("池河镇", 2000000, "产值")}),
    ],
)
def test_what_a_list_does_respectively_is_shared_out_in_order(body: str, told: set[tuple[str, int, str]]) -> None:
    work = work_of(body)
    name = {e.key: e.name for e in work.entities}
    assert {(name[o.about], int(o.value), o.indicator) for o in work.observations} == told


def test_what_is_told_of_a_candidate_has_a_name_each() -> None:
    text = HEAD + "县妇联走访喜河镇妇女300名。县妇联又为该镇资助学生20名，喜河镇满意。"
    work = work_of(text.removeprefix(HEAD))
    restored = work.restored
    recognised = recognise(restored)
    resolved = resolve(restored, work.meta, recognised)
    referents = Referents(View(restored.text, recognised, resolved, {e.key: e for e in resolved.entities}))
    for figure in recognised.figures:
        rows = referents.rows(figure, referents.of(figure))
        assert len(rows) > 2 and {len(row) for row in rows} == {len(FEATURES)}


def test_trees_sum_the_leaves_that_a_row_falls_to() -> None:
    nodes = [
        # at most 2 of feature 0? then 10, else at most 5 of feature 1? then 20, else 30
        [(0, 2, 1, 2, 0), (0, 0, 1, 1, 10), (1, 5, 3, 4, 0), (0, 0, 3, 3, 20), (0, 0, 4, 4, 30)],
        # at most 1 of feature 1? then 1, else 2; the rest is filled up
        [(1, 1, 1, 2, 0), (0, 0, 1, 1, 1), (0, 0, 2, 2, 2), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)],
    ]
    feature, threshold, left, right, value = np.moveaxis(np.array(nodes, np.float32), 2, 0)
    whole = (feature.astype(np.int16), threshold, left.astype(np.int16), right.astype(np.int16), value)
    rows = np.array([(2, 1), (3, 5), (3, 6), (0, 9)], np.float32)
    assert Trees(*whole).scores(rows).tolist() == [11, 22, 32, 12]


def test_candidates_are_the_names_nearest_before_and_the_home_place() -> None:
    hills = [f"{first}{second}山村" for first in "柏松桃柳竹梅梨桑" for second in "东西南北上下"]
    work = work_of("".join(f"喜河镇{hill}扩大桑园。" for hill in hills) + "去年产茶120吨。")
    recognised = recognise(work.restored)
    resolved = resolve(work.restored, work.meta, recognised)
    view = View(work.restored.text, recognised, resolved, {e.key: e for e in resolved.entities})
    (figure,) = recognised.figures
    keys = [referent.key for referent in Referents(view).of(figure)]
    last = dict.fromkeys(key for m in reversed(view.mentions) for key in view.keys(m))
    assert len(last) > 28 and set(keys) == {*list(last)[:24], resolved.home, ""}


def test_the_same_fact_from_two_sentences_is_one_claim_with_both() -> None:
    work = work_of("县委书记陈志远到喜河镇调研。县委书记陈志远到喜河镇走访。")
    visits = [c for c in work.claims if c.predicate == "visited"]
    assert len(visits) == 1 and len(visits[0].evidence) == 2


def test_who_gives_is_the_body_before_the_receiver() -> None:
    found = facts("县残联积极推进服务，协调远大海运集团向喜河镇捐赠轮椅320台。")
    assert ("远大海运集团", "supports", "喜河镇") in found and ("石泉县残联", "supports", "喜河镇") not in found


def test_a_subject_does_not_act_beyond_a_semicolon() -> None:
    found = facts("渭源县推行“两送”服务；实施“三帮”工程。")
    assert ("渭源县", "carriesOut", "三帮") not in found and ("石泉县", "carriesOut", "三帮") in found


def test_what_is_said_of_a_program_is_not_carrying_it_out() -> None:
    found = facts("“我们镇要以‘四进’活动为契机，把实事办好，办到群众心坎上。”喜河镇党委书记赵立新说。")
    assert not any(p == "carriesOut" for _, p, _ in found)


def test_one_office_has_one_title_however_it_is_written() -> None:
    titles = {
        c.title for c in work_of("石泉县委书记陈志远讲话。县委书记陈志远调研。").claims if c.predicate == "holdsPost"
    }
    assert titles == {"县委书记"}


def test_a_long_indicator_begins_with_a_word() -> None:
    work = work_of("县妇联持续深化关爱行动争取“春苗工程”“暖阳助学”“一起读书一起进步”等许多助学项目的资金100万元。")
    assert [o.indicator for o in work.observations] == ["“暖阳助学”“一起读书一起进步”等许多助学项目的资金"]


def test_the_indicator_is_never_the_unit_alone() -> None:
    work = work_of("县妇联为困境妇女发放“暖冬书包”444个，为6428名妇女进行检查。")
    assert all(o.indicator and o.indicator != o.unit for o in work.observations)
    assert any("暖冬书包" in o.indicator for o in work.observations)


@pytest.mark.parametrize(
    "body",
    [
        "石泉县没有开展“百日攻坚”行动。",
        "石泉县停止实施“百日攻坚”行动。",
        "县委书记陈志远未能前往喜河镇调研。",
        "县委书记陈志远原定到喜河镇调研，因暴雨取消。",
        "陈志远不再担任石泉县公安局局长。",
    ],
)
def test_what_a_sentence_denies_is_no_fact(body: str) -> None:
    stated = {fact for fact in facts(body) if fact[1] in ("carriesOut", "visited", "holdsPost")}
    assert stated == set()


def test_what_a_long_sentence_denies_is_read_in_time_with_its_length() -> None:
    def seconds(count: int) -> float:
        people = "、".join(f"县水利局副局长王建{chr(0x4E00 + 7 * i)}" for i in range(count))
        restored = restore(f"{HEAD}{people}到喜河镇走访。")
        recognised = recognise(restored)
        resolved = resolve(restored, Metadata(), recognised)
        view = View(restored.text, recognised, resolved, {e.key: e for e in resolved.entities})
        claims = list(proposed(view))
        assert len(claims) > count / 2
        return min(_seconds(lambda: list(told(view, claims))) for _ in range(5))

    seconds(20)
    assert seconds(100) < 8 * seconds(25)


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
