"""Which name holds which title, in every way that news says it, and which body the title belongs to."""

from __future__ import annotations

import pytest

from kg.model import Document, Mention
from kg.pipeline import extract
from kg.resolve.holders import holdings

HEAD = "石泉县民生实事见成效\n"


def _held(text: str, *names: tuple[str, str]) -> set[tuple[str, str]]:
    """Pairs of person and title that ``holdings`` reads, given the mentions as (surface, type) in order."""
    mentions, at = [], 0
    for surface, type_ in names:
        start = text.index(surface, at)
        at = start + len(surface)
        mentions.append(Mention(start, at, type_, surface, "test"))  # type: ignore[arg-type]
    return {(h.person.text, h.post.text) for h in holdings(text, mentions)}


P, T, O = "Person", "Post", "Organisation"  # noqa: E741


def test_a_title_between_a_body_and_a_name_need_not_be_recognised() -> None:
    text = "县政协副主席王建国、县人大常委会党组副书记、副主任李文斌到会"
    names = [("县政协", O), ("王建国", P), ("县人大常委会", O), ("副主任", T), ("李文斌", P)]
    assert _held(text, *names) == {
        ("王建国", "副主席"),
        ("李文斌", "党组副书记"),
        ("李文斌", "副主任"),
    }


def test_a_list_of_names_goes_on_over_one_that_was_not_recognised() -> None:
    held = _held("副主任王建国、昝延桐、李文斌到会", ("副主任", T), ("王建国", P), ("李文斌", P))
    assert held == {("王建国", "副主任"), ("李文斌", "副主任")}


@pytest.mark.parametrize(
    ("text", "names", "pairs"),
    [
        (
            "局长王建国、李文斌到会",
            [("局长", T), ("王建国", P), ("李文斌", P)],
            {("王建国", "局长"), ("李文斌", "局长")},
        ),
        ("王建国（妇产科主任）坐诊", [("王建国", P), ("妇产科主任", T)], {("王建国", "妇产科主任")}),
        ("王建国挂职担任县长助理。", [("王建国", P), ("县长助理", T)], {("王建国", "县长助理")}),
        (
            "时任县委副书记、县长的王建国说",
            [("县委副书记", T), ("县长", T), ("王建国", P)],
            {("王建国", "县委副书记"), ("王建国", "县长")},
        ),
        ("免去王建国的县水利局局长职务", [("王建国", P), ("县水利局", O), ("局长", T)], {("王建国", "局长")}),
        (
            "决定任命王建国、李文斌为委员",
            [("王建国", P), ("李文斌", P), ("委员", T)],
            {("王建国", "委员"), ("李文斌", "委员")},
        ),
        (
            "安康日报记者 王建国 通讯员 李文斌",
            [("安康日报", O), ("王建国", P), ("李文斌", P)],
            {("王建国", "记者"), ("李文斌", "通讯员")},
        ),
        (
            "局长王建国，副局长李文斌参加",
            [("局长", T), ("王建国", P), ("副局长", T), ("李文斌", P)],
            {("王建国", "局长"), ("李文斌", "副局长")},
        ),
        ("局长说，王建国来了", [("局长", T), ("王建国", P)], set()),
    ],
)
def test_a_name_holds_the_titles_that_are_told_of_it(
    text: str, names: list[tuple[str, str]], pairs: set[tuple[str, str]]
) -> None:
    assert _held(text, *names) == pairs


def _bodies(body: str) -> set[tuple[str, str]]:
    work = extract(Document("a", HEAD + body))[0]
    name = {e.key: e.name for e in work.entities}
    return {(name[c.subject], name[c.object]) for c in work.claims if c.predicate == "holdsPost"}


@pytest.mark.parametrize(
    ("body", "pair"),
    [
        ("石泉县副县长王建国到会。", ("王建国", "石泉县政府")),
        ("汉阴县委常委、组织部部长王建国来到石泉县。", ("王建国", "汉阴县委组织部")),
        ("县人大常委会主任王建国主持，副主任李文斌参加。", ("李文斌", "石泉县人大常委会")),
        ("县第十八届人大常委会主任王建国主持会议。", ("王建国", "石泉县人大常委会")),
        ("县委常委、副县长、公安局局长王建国到会。", ("王建国", "石泉县公安局")),
        ("团县委书记王建国走访青年。", ("王建国", "石泉县团委")),
        ("共青团陕西省委副书记王建国走访青年。", ("王建国", "陕西省团委")),
        ("彭水苗族土家族自治县的自治县委书记王建国来到石泉县。", ("王建国", "彭水苗族土家族自治县委")),
        ("省交通厅副厅长王建国、甘孜州政府副州长李文斌来到石泉县。", ("李文斌", "甘孜藏族自治州政府")),
        ("青山矿业有限公司的车间里，厂长王建国正忙着。", ("王建国", "青山矿业有限公司")),
    ],
)
def test_a_title_belongs_to_the_body_that_the_text_means(body: str, pair: tuple[str, str]) -> None:
    assert pair in _bodies(body)


@pytest.mark.parametrize(
    "body",
    [
        "拟任石泉县水利局局长的王建国参加。",
        "王建国拟任县水利局局长。",
        "拟提名王建国为县水利局局长人选。",
        "候任县长王建国参加。",
    ],
)
def test_whoever_is_proposed_for_an_office_does_not_hold_it(body: str) -> None:
    assert _bodies(body) == set()


def test_a_life_tells_the_office_held_and_not_the_one_proposed() -> None:
    body = "王建国，男，汉族，1975年3月生，现任县水利局副局长，拟任县财政局局长。"
    assert _bodies(body) == {("王建国", "石泉县水利局")}


def _organisations(body: str) -> set[str]:
    work = extract(Document("a", HEAD + body))[0]
    return {e.name for e in work.entities if e.type == "Organisation"}


def test_a_villages_committee_is_the_village_s_that_was_named_last() -> None:
    found = _organisations("在喜河镇长阳村，村委会把路修到了家门口。")
    assert "长阳村村委会" in found and "村委会" not in found


def test_this_paper_is_nobody_where_the_text_does_not_say_which() -> None:
    assert "本报" not in _organisations("本报讯 县政府召开会议。")


def test_holdings_take_no_longer_than_the_text_is_long() -> None:
    """A thousand titles without a name must not be tried from each of them to the end."""
    import time

    def seconds(count: int) -> float:
        text = "局长、" * count
        mentions = [Mention(3 * i, 3 * i + 2, T, "局长", "test") for i in range(count)]
        begin = time.perf_counter()
        assert holdings(text, mentions) == ()
        return time.perf_counter() - begin

    seconds(200)
    assert seconds(4000) < 12 * seconds(1000) + 0.05


def test_the_last_character_of_a_village_is_its_own() -> None:
    """Elsewhere there is a village that is called 幸福村村."""
    found = _bodies("池河镇幸福村村委会主任王建国介绍，幸福村村支书高原补充。")
    assert found == {("王建国", "幸福村村委会"), ("高原", "幸福村党支部")}


@pytest.mark.parametrize(
    "table",
    [
        "姓名 | 职务 | 分工\n李文斌 | 县委副书记、县长 | 主持工作\n王建国 | 男 | 县财政局局长",
        "职务 | 姓名\n县委副书记、县长 | 李文斌\n县财政局局长 | 王建国",
    ],
)
def test_the_rows_of_a_table_tell_who_holds_what(table: str) -> None:
    found = _bodies(f"县领导名单如下。\n{table}\n")
    assert found == {("李文斌", "石泉县委"), ("李文斌", "石泉县政府"), ("王建国", "石泉县财政局")}


@pytest.mark.parametrize(
    ("sentence", "people"),
    [
        ("决定任命高山为县财政局局长。", {"高山"}),
        ("免去孙国强县教育局局长职务。", {"孙国强"}),
        ("经县委批准，周明任县财政局局长。", {"周明"}),
        ("县委同意周巧云辞去县妇联主席职务。", {"周巧云"}),
        ("党员担任县财政局局长的联络员，村民担任监督员。", set()),
    ],
)
def test_whoever_is_appointed_or_dismissed_is_named_by_the_words_for_it(sentence: str, people: set[str]) -> None:
    assert {person for person, _ in _bodies(sentence)} == people
