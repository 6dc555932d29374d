"""Bytes out of step: the damage is made here, over sentences written here, and undone by ``restore``."""

from __future__ import annotations

from pathlib import Path

import opencc
import pytest

from kg.restore import restore

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold" / "restoration.tsv"
SEEDS = GOLD.parent.parent / "seeds"

SENTENCES = [
    "“群众的事就是我们的事。”河东镇党委书记王小明说。",
    "县里为老人修建了食堂。县民政局负责日常管理。",
    "他们把服务送到家门口。“现在办事方便多了。”村民李四说。",
    "全县新建公路十二公里。“现在出门方便多了。”老人高兴地说。",
    "会议强调,要落实“首问负责制”,提高服务质量。",
    "干部下沉一线,切实解决群众困难。县委办公室组织了督查。",
    "在乡村振兴中,青山镇发展茶叶产业。镇政府提供技术服务。",
    "县总工会开展慰问活动。县委副书记出席活动并讲话。",
]


def show(data: bytes) -> str:
    """GBK as browsers showed it: a byte that makes no character is "?", with the ASCII character that it swallowed."""
    shown, at = [], 0
    while at < len(data):
        pair = data[at : at + 2]
        if data[at] < 0x80:
            shown.append(chr(data[at]))
            at += 1
        elif len(pair) == 2 and (character := _decoded(pair)) is not None:
            shown.append("" if "\ue000" <= character <= "\uf8ff" else character)
            at += 2
        else:
            shown.append("?")
            at += 2 if len(pair) == 2 and pair[1] < 0x80 else 1
    return "".join(shown)


def _decoded(pair: bytes) -> str | None:
    try:
        return pair.decode("gb18030")
    except UnicodeDecodeError:
        return None


def lose_a_byte_before(text: str, wide: str) -> str | None:
    """The damage of a program that looks for a full-width sign in bytes and finds it across two characters.

    The byte before the sign is lost; None where the text's bytes do not hold the sign so.
    """
    data, sign = text.encode("gbk"), wide.encode("gbk")
    edges, at = set(), 0
    for character in text:
        edges.add(at)
        at += len(character.encode("gbk"))
    found = data.find(sign)
    while found >= 0 and found in edges:
        found = data.find(sign, found + 1)
    return show(data[: found - 1]) + "?" + show(data[found:]) if found > 0 else None


def damaged() -> list[tuple[str, str]]:
    pairs = []
    for sentence in SENTENCES:
        for text in (sentence, opencc.OpenCC("s2t").convert(sentence)):
            for wide in "！？":
                broken = lose_a_byte_before(text, wide)
                if broken and broken != text:
                    pairs.append((broken, sentence))
    return pairs


def test_the_generator_makes_damage() -> None:
    assert len(damaged()) >= 8
    assert all("?" in broken for broken, _ in damaged())


@pytest.mark.parametrize(("broken", "whole"), damaged())
def test_a_lost_byte_is_put_back(broken: str, whole: str) -> None:
    assert restore(broken).text == whole


@pytest.mark.parametrize(("broken", "whole"), damaged()[:4])
def test_the_repair_says_how_sure_it_is(broken: str, whole: str) -> None:
    repairs = [repair for repair in restore(broken).repairs if repair.kind == "gbk"]
    assert repairs
    assert all(0.5 <= repair.confidence < 1.0 for repair in repairs)


@pytest.mark.parametrize(
    "text",
    [
        "“还有困难吗?”书记问。老人说:“没有了!”",
        "怎么办?县委给出了答案。",
        "谁来管？怎么管？管到什么程度？",
        "是A方案?B方案?请选择。",
        "钱从哪里来?人往哪里去?青山镇这样回答。",
        "见 https://example.org/list?id=3&page=甲 网页",
    ],
)
def test_a_question_stays_a_question(text: str) -> None:
    assert restore(text).text == text


def pairs() -> list[tuple[str, str, str]]:
    if not GOLD.exists():
        return []
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


@pytest.mark.skipif(not GOLD.exists(), reason="the real articles lie beside the project, not in it")
def test_every_pair_of_the_real_articles_is_exact() -> None:
    names = {name for name, _, _ in pairs()}
    articles = {name: restore((SEEDS / f"{name}.txt").read_text(encoding="utf-8")).text for name in names}
    for name, broken, whole in pairs():
        article = articles[name]
        assert broken not in article
        assert whole in article
        if not name.startswith("002"):  # forum noise is told by its coming back, which one line does not show
            assert restore(broken).text == whole


@pytest.mark.parametrize("lost", ["縣", "人"])
def test_two_pairs_that_vanished_in_a_row_are_put_back(lost: str) -> None:
    text = "全縣加強領導。縣人民政府和鄉鎮人民政府做好工作,落實責任。"
    data = text.encode("gbk")
    at = data.index(f"{lost}人民政".encode("gbk") if lost == "縣" else "人民政".encode("gbk"))
    broken = show(data[:at] + data[at + 1 :])  # FEB8 and AEBA, the halves of 政府和, show nothing
    assert restore(broken).text == "全县加强领导。县人民政府和乡镇人民政府做好工作,落实责任。"


@pytest.mark.parametrize("text", ["“這是做給人看的吧?”老人問。", "等到那天,“你們還來嗎?村裏等着呢?”他問。"])
def test_a_question_in_traditional_speech_stays(text: str) -> None:
    assert restore(text).text == opencc.OpenCC("t2s").convert(text)


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("縣裏加強(qiáng)勞動??h(xiàn)委活動辦每週抽查", "县里加强劳动。县委活动办每周抽查"),
        ("適用於本省機關及事業單位??h(含縣級市、區)", "适用于本省机关及事业单位。县(含县级市、区)"),
    ],
)
def test_two_lost_signs_before_a_note_or_parenthesis_are_a_break(broken: str, whole: str) -> None:
    assert restore(broken).text == whole


def test_a_character_lost_whole_is_put_in_from_a_sure_context() -> None:
    assert restore("各级政府要加强安全管理工\ufffd,及时解决问题。").text == "各级政府要加强安全管理工作,及时解决问题。"


def test_a_lost_stop_is_put_in_behind_prose_and_not_behind_a_heading() -> None:
    assert restore("名干部驻村一年半,交出的账\ufffd").text == "名干部驻村一年半,交出的账。"
    assert restore("县委书记\ufffd\n全县修路。").text == "县委书记\n全县修路。"


@pytest.mark.parametrize("context", ["走访时说,他姓\ufffd,是老党员。", "老人叫赵\ufffd,今年八十岁。"])
def test_a_name_is_not_made_up(context: str) -> None:
    assert restore(context).text == context.replace("\ufffd", "")


def test_a_capital_left_of_an_old_form_is_mended_and_one_in_order_stays() -> None:
    broken = "去年以來青禾鎮幹部與村裏Y對，幫助農戶修路引水。"  # 結 without its first byte
    assert restore(broken).text == "去年以来青禾镇干部与村里结对，帮助农户修路引水。"
    whole = "這家公司在河東鎮發行了A股，村民們穿上了T恤。"
    assert restore(whole).text == "这家公司在河东镇发行了A股，村民们穿上了T恤。"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        (  # both are likely by their characters, one by its words
            "老鄉們商量?kǒng)虐鸦钠赂某刹鑸@,再修一條機耕道。",
            "老乡们商量着把荒坡改成茶园,再修一条机耕道。",
        ),
        ("漁民們把魚苗放進水庫,岸?duō)叺墓r忙着剪枝嫁接。", "渔民们把鱼苗放进水库,岸边的果农忙着剪枝嫁接。"),
    ],
)
def test_of_two_readings_the_one_of_common_words_is_taken(broken: str, whole: str) -> None:
    assert restore(broken).text == whole


def test_a_sign_swallowed_before_a_parenthesis_is_put_back() -> None:
    broken = "縣裏追究有關人員的?ne)熑?(一)不按時公開賬目的;(二)瞞報的。"
    assert restore(broken).text == "县里追究有关人员的责任:(一)不按时公开账目的;(二)瞒报的。"


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        ("代表們出席會議?h委書記王大明主持會議。", "代表们出席会议。县委书记王大明主持会议。"),
        ("群眾拍手叫好?h政府辦的負責人說，要辦好。", "群众拍手叫好。县政府办的负责人说，要办好。"),
    ],
)
def test_a_question_mark_that_a_page_made_narrow_ends_a_sentence_too(damaged: str, text: str) -> None:
    assert restore(damaged).text == text


def test_the_rules_of_a_table_are_no_broken_bytes() -> None:
    text = "王建国|县财政局|局长\n张伟|县教育局|局长\n石泉~后柳旅游公路通车。"
    assert restore(text).text == text
