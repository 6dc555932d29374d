"""What a reader of a restored text would notice; all sentences are written for these tests."""

from __future__ import annotations

import datetime
import random
import re
import time
from collections.abc import Callable

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.read.encoding import decode
from kg.read.source import Source
from kg.restore import restore
from kg.restore.edits import begin
from kg.restore.normalise import page_code
from kg.restore.pinyin import readings
from kg.restore.script import t2s

PLAIN = "河口县委书记到青山镇走访,看望了老党员。全县修路12公里,惠及群众3000余人。"


def kinds(text: str) -> set[str]:
    return {repair.kind for repair in restore(text).repairs}


def discuz(rng: random.Random) -> str:
    """What Discuz hides between the lines of a post."""
    units = (chr(rng.randint(32, 59)) + " " + chr(rng.randint(63, 126)) for _ in range(rng.randint(5, 15)))
    return re.sub(" +", " ", "".join(units))


# Pinyin notes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noted", "plain"),
    [
        ("开展创(chuàng)新活动", "开展创新活动"),
        ("車（chē）間廠（chǎng）房", "车间厂房"),
        ("重(zhòng)大項(xiàng)目,重(chóng)新規(guī)劃", "重大项目,重新规划"),
        ("旅(lǚ)游绿(lǜ)道", "旅游绿道"),
        ("党(dǎng)员干(gàn)部下(xià)乡,联(lian)村入户(hu)", "党员干部下乡,联村入户"),
        ("党(dǎng)员干(gàn)部下(xià)乡,创(chuàng新业", "党员干部下乡,创新业"),
        ("党(dǎng)员干(gàn)部下(xià)乡,创chuàng)新业", "党员干部下乡,创新业"),
    ],
)
def test_a_note_that_reads_its_character_goes(noted: str, plain: str) -> None:
    assert restore(noted).text == plain


@pytest.mark.parametrize(
    "text",
    [
        "下派驻村干部(第一书记)30名",
        "纳入考核指标(KPI)管理",
        "公式见附件(a)和(b)",
        "全长120(km)",
        "推行河长(river chief)制",
        "体重指数(BMI)超标",
        "县(市)区",
        "铺设管道(chuàng)三公里",  # a reading, but not of 道
    ],
)
def test_a_real_parenthesis_stays(text: str) -> None:
    assert restore(text).text == text


@pytest.mark.parametrize(
    ("noted", "text"),
    [
        ("創新(chuàng xīn)為民,縣委帶頭", "创新为民,县委带头"),
        ("创新（chuàngxīn）为民", "创新为民"),
        ("县委书记(xiàn wěi shū jì)到场", "县委书记到场"),
        ("铺设管道(guan dao)三公里", "铺设管道三公里"),
        ("来到北京(Beijing)参观", "来到北京(Beijing)参观"),
        ("推行河长(river chief)制", "推行河长(river chief)制"),
    ],
)
def test_a_note_over_a_word_goes(noted: str, text: str) -> None:
    assert restore(noted).text == text


def test_notes_over_a_whole_text_are_undone_exactly() -> None:
    from pypinyin import Style, pinyin

    noted = "".join(
        c + (f"({pinyin(c, style=Style.TONE)[0][0]})" if i % 3 == 0 and readings(c) else "")
        for i, c in enumerate(PLAIN)
    )
    assert noted != PLAIN
    assert restore(noted).text == PLAIN


# Forum noise --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_discuz_noise_about_every_line_goes(seed: int) -> None:
    rng = random.Random(seed)
    lines = ["河口县召开全县干部大会。", "会议要求转变作风,狠抓落实。", "会后,与会人员到青山镇参观。"]
    noisy = "\n".join(f"{line}{discuz(rng)}\n{discuz(rng).lstrip()}" for line in lines)
    assert [line for line in restore(noisy).text.split("\n") if line] == lines


@pytest.mark.parametrize(
    "text",
    [
        "方案分为A, B, C, D, E, F六类",
        "使用 Python 3 编写,见 https://example.org/a/b?c=d&e=f 网页",
        "Email: office@example.org Tel: 010-1234 5678",
        "The county opened a new road in 2021, said the mayor.",
        "维生素 A、B、C 均有补充",
        "y = a x + b",
    ],
)
def test_real_ascii_is_no_noise(text: str) -> None:
    assert "jam" not in kinds(text)
    assert restore(text).text == text


def test_a_name_pushed_between_two_characters_goes() -> None:
    text = (
        "今年,我青禾网市开工项目30个。据悉,我青禾网市已建成公路五条。去年以来我青禾网市群众满意度上升。\n"
        "会议指出,我青禾网市要继续努力。目前我青禾网市正在推进改革。"
    )
    assert restore(text).text == text.replace("青禾网", "")
    assert "intruder" in kinds(text)


def test_a_name_in_its_own_place_stays() -> None:
    text = "青禾网记者报道。据青禾网消息,路修好了。青禾网讯,桥通车了。青禾网推出专栏。读者给青禾网来信。"
    assert restore(text).text == text


# Script -------------------------------------------------------------------------------------------------------


def test_traditional_becomes_simplified_and_the_old_form_is_kept() -> None:
    old = "縣委書記到鄉鎮調研,要求幹部著力解決羣眾難題。"
    restored = restore(old)
    assert restored.text == "县委书记到乡镇调研,要求干部着力解决群众难题。"
    assert restored.hant == old
    assert len(restored.hant) == len(restored.text) == len(restored.origins) - 1


def test_simplified_text_has_no_old_form() -> None:
    assert restore(PLAIN).hant is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("縣長李乾說,糧食乾燥後入庫", "县长李乾说,粮食干燥后入库"),
        ("書記王乾坤聽取匯報", "书记王乾坤听取汇报"),
        ("著名作家寫的著作,帶著鄉親致富", "著名作家写的著作,带着乡亲致富"),
        ("成績顯著,擁護領導", "成绩显著,拥护领导"),
        ("縣長鍾文後、書記范仲係說,範圍擴大", "县长钟文后、书记范仲系说,范围扩大"),
        ("於局長於是瞭解情況,登樓瞭望", "于局长于是了解情况,登楼瞭望"),
        ("群眾徵求意見,狼藉一片,以此爲藉口", "群众征求意见,狼藉一片,以此为借口"),
        ("乾隆年間的鐘樓,曬乾的穀物", "乾隆年间的钟楼,晒干的谷物"),
        ("衞生站設在廟簷下,抬頭可見", "卫生站设在庙檐下,抬头可见"),
        ("臺灣來的後生把薑蔥種在山谷裡", "台湾来的后生把姜葱种在山谷里"),
    ],
)
def test_known_traps_of_conversion(old: str, new: str) -> None:
    assert restore(old).text == new


@pytest.mark.parametrize("seed", range(20))
def test_conversion_is_opencc_s_own(seed: int) -> None:
    rng = random.Random(seed)
    words = "乾隆年間 瞭解 一目瞭然 不瞭解 乾淨 乾乾淨淨 藉口 以此爲藉口 狼藉 縣委 的 么麼 乾坤".split()
    text = "".join(rng.choice(words) for _ in range(30)) + "".join(rng.choice("乾坤藉瞭解縣麼么") for _ in range(40))
    assert t2s(text) == opencc.OpenCC("t2s").convert(text)


def test_one_old_form_in_a_simplified_paragraph_stays() -> None:
    text = "演员陳昇来到河口县,与群众见面,现场气氛热烈。"
    assert restore(text).text == text


# Code, invisible characters, white space ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("县\u200b委\ufeff书\u00ad记", "县委书记"),
        ("县委\ue123书记\ufffd", "县委书记"),
        ("增长4\ue0105%;\ue004就业", "增长4\ue0105%;\ue004就业"),
        ("<p>县委</p><span class='a'>书记</span>", "县委\n书记"),
        ("县委&nbsp;&ldquo;三联&rdquo;", "县委 “三联”"),
        ("第一行。\r\n第二行。", "第一行。\n第二行。"),
        ("第一行。\n\n\n\n第二行。", "第一行。\n\n第二行。"),
        ("\u3000\u3000全县开工。", "全县开工。"),
        ("共 387 家企业,355 件", "共387家企业,355件"),
        ("党 史 学 习 教 育", "党史学习教育"),
        ("记者 王小明 李四", "记者 王小明 李四"),
        ("全县上下,\n一起努力。", "全县上下,一起努力。"),
        ("县委\ud800书记", "县委书记"),
    ],
)
def test_what_carries_nothing_goes(raw: str, text: str) -> None:
    assert restore(raw).text == text


def test_lines_wrapped_at_one_width_are_joined_and_headings_are_not() -> None:
    body = (
        "河口县坚持问题导向和目标导向相结合扎实推进全县各项重点工作落地见效今年以来"
        "共办结群众反映强烈的突出问题九十六件群众满意度大幅提升"
    )
    wrapped = "\n".join(body[i : i + 20] for i in range(0, len(body), 20)) + "。"
    assert restore(wrapped).text == body + "。"
    again = "\u3000\u3000" + "\n".join(body[i : i + 27] for i in range(0, len(body), 27)) + "。"
    assert restore(again).text == body + "。"
    headed = "坚持为民办事\n河口县推进工作。\n抓好项目建设\n全县开工项目三十个。"
    assert restore(headed).text == headed


@pytest.mark.parametrize("text", ["甲,乙，丙。", "（一）加强领导", "“三联”", "达到100%。", "A股、B股", "1+1=2"])
def test_the_texts_own_punctuation_and_width_stay(text: str) -> None:
    assert restore(text).text == text


# Furniture ----------------------------------------------------------------------------------------------------

PAGE = """首页 > 新闻中心 > 县区
河口县打造便民服务圈
发布时间:2021-03-05 10:20 来源:河口新闻网 字体:大 中 小
河口新闻网讯(记者 王小明 通讯员 李四)3月4日,河口县便民服务中心揭牌。
县委书记出席揭牌仪式并讲话。
图为揭牌现场
责任编辑:赵六
分享到:
相关阅读
青山镇春耕忙
河口县召开人代会
关于我们 - 联系我们 - 网站地图
Copyright © 2021 河口新闻网 版权所有
"""


def test_furniture_goes_and_the_article_stays() -> None:
    assert restore(PAGE).text.split("\n") == [
        "河口县打造便民服务圈",
        "河口新闻网讯(记者 王小明 通讯员 李四)3月4日,河口县便民服务中心揭牌。",
        "县委书记出席揭牌仪式并讲话。",
        "图为揭牌现场",
    ]


def test_furniture_is_read_into_the_metadata() -> None:
    restored = restore(PAGE)
    assert restored.meta.title == "河口县打造便民服务圈" == restored.text[: restored.title_end]
    assert restored.meta.date == datetime.date(2021, 3, 5)
    assert restored.meta.source == "河口新闻网"
    assert restored.meta.authors == ("王小明", "李四")


def test_a_byline_gives_medium_and_authors_and_stays() -> None:
    text = "为民办事暖人心\n□河口日报记者 王小明 通讯员 李四\n今年以来,河口县为群众办事。"
    restored = restore(text)
    assert restored.text == text
    assert (restored.meta.source, restored.meta.authors) == ("河口日报", ("王小明", "李四"))


def test_lines_above_the_headline_and_below_the_article_are_furniture() -> None:
    page = (
        "2018年1月5日| 联系热线:17600000000\n首页 > 聚焦区县 > 正文\n云岭县召开会议研究防汛工作\n"
        "2020-02-28 15:55:22 来源:江州新闻网\n近日,云岭县召开会议,研究防汛工作。\n"
        "来源:江州新闻网\n作者:何平\n本文为本站原创文章,转载请附上原文出处链接和本声明。\n合作单位\n"
    )
    restored = restore(page)
    assert restored.text == "云岭县召开会议研究防汛工作\n近日,云岭县召开会议,研究防汛工作。"
    assert restored.meta.title == "云岭县召开会议研究防汛工作"


def test_an_empty_field_names_no_author_and_a_medium_is_not_called_ours() -> None:
    meta = restore("路通了\n2017-09-20 作者: 来源: 江州日报\n□ 本报记者 俞大同\n路今天通了。\n").meta
    assert (meta.authors, meta.source) == (("俞大同",), "江州日报")
    assert restore("路通了\n本报讯 路今天通了。\n").meta.source is None


def test_a_headline_is_not_run_into_the_first_paragraph() -> None:
    text = (
        "云岭镇深入开展“我为群众办实事”实践活动\n云岭镇各村街集中开展“我为群众办实事”实践活动,取得良好的社会效果。\n"
        "截至目前,云岭镇收集实事77件,其中完成10件,其他的正在谋划。"
    )
    assert restore(text).text == text


BODY = "天还没亮，云岭县的管护员就出了门，一个人一匹马，沿着河谷往上走，一走就是一整天，到天黑才回到帐篷里。"


@pytest.mark.parametrize(
    "tail",
    [
        "姓名 | 性别 | 现任职务 | 拟任职务\n王建国 | 男 | 县财政局副局长 | 县财政局局长",
        "二、举报电话：12380。\n三、公示对象\n王建国，男，现任县财政局副局长，拟任县财政局局长",
        "县司法局开通法律服务热线：12348，全年受理咨询3200件。",
        "姓名：王建国\n职务：县财政局局长\n姓名：李春梅\n职务：县教育局局长",
        "对未经许可擅自占地的5家企业，县自然资源局已立案查处。",
        "搜索救援队员王建国在洪水中救出12名群众。",
        "支持单位\n云岭县农业农村局\n协办单位\n云岭县文旅局",
        "分组：[A]喜河镇[B]后柳镇[S]城关镇，[P]池河镇。[*]表示必填，[*]号为重点。",
    ],
)
def test_the_articles_own_last_lines_stay(tail: str) -> None:
    assert restore(f"云岭县的一天\n{BODY}\n{tail}").text == f"云岭县的一天\n{BODY}\n{tail}"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("云岭县上线防汛APP", "云岭县上线防汛APP"),
        ("国产精品茶走俏亚洲 云岭县茶叶节开幕", "国产精品茶走俏亚洲 云岭县茶叶节开幕"),
        ("云岭织密防汛网\n群众睡上安稳觉", "云岭织密防汛网"),
        ("云岭县建成远程医疗平台\n县医院惠及群众三千人", "云岭县建成远程医疗平台"),
        ("干部任免\n王建国任县财政局局长\n李春梅任县教育局局长", "干部任免"),
    ],
)
def test_what_only_looks_like_a_pages_line_is_a_headline(head: str, title: str) -> None:
    restored = restore(f"{head}\n{BODY}\n会后，大家各自回家，约好明年再来。")
    assert restored.meta.title == title and restored.text.startswith(head)


@pytest.mark.parametrize(
    "text", ["王建国对记者谈到，路通了。", "记者连日来走访各村。", "向记者解释：路通了。", "作者简介：王建国"]
)
def test_words_behind_a_reporter_are_no_names(text: str) -> None:
    assert restore(f"云岭县的一天\n{BODY}\n{text}").meta.authors == ()


@pytest.mark.parametrize("field", ["发布时间：12/05/2021", "时间：10.12-10.20", "编号：12-10-11"])
def test_numbers_that_are_no_days_date_nothing(field: str) -> None:
    assert restore(f"云岭县的一天\n{field}\n{BODY}").meta.date is None


def test_labels_above_the_headline_are_none() -> None:
    page = (
        "云报平台\n\n内容详情\n2022年11月21日\n\n我市代表团赴云岭县考察\n\n阅读数:408   本文字数:645\n\n"
        "11月14日，代表团赴云岭县考察，看了学校，又看了医院，还看了新修的路，在村里同村民谈到很晚，第二天一早才往回走。\n"
        "录入:admin\n\n评论 】 【 推荐 】 【 打印\n首页 | 图片 | 视频 | 专题\n姓名:\n"
    )
    restored = restore(page)
    assert restored.meta.title == "我市代表团赴云岭县考察"
    assert "字数" not in restored.text and restored.text.endswith("才往回走。")


def test_codes_of_a_forum_go() -> None:
    post = (
        "[align=center][size=3][b]20[/b][b]22[/b][b]年云岭县公报[/b][/size][/align][align=left][font=宋体]全县有[i]3[/i]个镇。"
        "[img]http://a.b/c.png[/img][/font][/align]"
    )
    assert restore(post).text == "2022年云岭县公报\n\n全县有3个镇。"
    assert restore("路通了，大家都高兴。{:5_157:}\n页:\n[1]\n").text == "路通了，大家都高兴。"
    assert restore("云政办〔2023〕5号[公告]全文[1]见附件。").text == "云政办〔2023〕5号[公告]全文[1]见附件。"


def test_codes_are_read_in_time_with_the_length() -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        page_code(begin("[b]县" * times))
        return time.process_time() - began

    seconds(100)
    assert seconds(40_000) < 9 * seconds(10_000)  # 16 times when each looked through the whole text for its twin


def test_a_sites_name_is_no_headline() -> None:
    page = (
        "亚洲欧美高清一区,久久精品在线观看\n"
        "江州公众网 - 江州广播电视台\n首页 > 新闻\n\n社区办好小事 居民笑了\n2024-12-05 10:15:01 稿件来源:江州公众网\n\n"
        "江州市西城街道办事处办好小事，居民的路亮了，水清了，楼道也宽了，大家都说这一年过得舒心，往后的日子更有盼头了。\n1733366030686.png\n"
    )
    restored = restore(page)
    assert restored.meta.title == "社区办好小事 居民笑了" and restored.text.endswith("更有盼头了。")


def test_a_short_headline_stands_before_its_subtitle_and_talk_of_a_call_is_no_number() -> None:
    text = (
        "高原的脚印\n云岭县护林人的一年\n\n天还没亮，云岭县的管护员就出了门，一个人一匹马，沿着河谷往上走，一走就是一整天，到天黑才回到帐篷里。\n"
        "站里的人给老人打去电话：药已经买好了，明天一早送上门。"
    )
    restored = restore(text)
    assert restored.meta.title == "高原的脚印" and restored.text == text


def test_a_year_of_two_digits_dates_the_page() -> None:
    meta = restore("路通了\n\n23-07-11 08:07 来源:江州日报 编辑:何平\n\n路今天通了。\n").meta
    assert (str(meta.date), meta.source) == ("2023-07-11", "江州日报")


def test_a_comma_before_every_stop_goes() -> None:
    assert restore("居全省第1位,。夏粮丰收,；分别增长29.7%,、24.1%,,其中增长3%。").text == (
        "居全省第1位。夏粮丰收；分别增长29.7%、24.1%,其中增长3%。"
    )


def test_a_medium_beside_the_date_is_the_source() -> None:
    restored = restore("路通了\n\n2021-01-18 江州新闻网\n\n路今天通了。\n")
    assert (restored.meta.source, str(restored.meta.date)) == ("江州新闻网", "2021-01-18")
    assert restored.text == "路通了\n\n路今天通了。"


def test_quotation_marks_of_traditional_text_are_converted_with_it() -> None:
    restored = restore("駐村書記的「兩萬里」\n\n「今天路通了，」村民說。縣裡來了人。\n")
    assert restored.text == "驻村书记的“两万里”\n\n“今天路通了，”村民说。县里来了人。"
    assert restored.meta.title == "驻村书记的“两万里”"
    assert restore("他说「路通了」。").text == "他说「路通了」。"


def test_text_that_begins_with_its_body_has_no_title() -> None:
    assert restore(PLAIN + "\n第二段。").title_end == 0


@pytest.mark.parametrize("line", ["图为揭牌现场。", "▲群众在修路", "(图为新桥)", "图片说明：新桥"])
def test_captions_are_kept_and_marked(line: str) -> None:
    restored = restore(f"全县修好了路。\n{line}\n群众点赞。")
    assert [restored.text[a:b] for a, b in restored.captions] == [line]
    assert restore("图书馆开馆了。\n图什么？").captions == ()


def test_the_datelines_place_is_read() -> None:
    assert restore("新桥通车\n本报河口3月4日讯 新桥通车了。").place == "河口"
    assert restore("新桥3月4日通车了。").place is None


# Wrong encodings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_utf8_read_as_latin_is_read_again(encoding: str) -> None:
    raw = "".join(bytes((b,)).decode(encoding, "ignore") or chr(b) for b in PLAIN.encode())
    restored = restore(raw)
    assert restored.text == PLAIN and kinds(raw) == {"mojibake"}
    assert restored.raw_span(2, 3) == (6, 7)


def test_utf8_read_as_gbk_is_read_again() -> None:
    text = "县委创新为民办事"
    assert restore(text.encode().decode("gb18030")).text == text


@pytest.mark.parametrize("text", ["café、naïve、Müller先生来到河口县。", "5℃±2，……——“引”·《书》", "鐨字很少用。"])
def test_rare_signs_are_no_mojibake(text: str) -> None:
    assert "mojibake" not in kinds(text)


def test_what_was_lost_for_good_is_taken_out() -> None:
    assert restore("县委锟斤拷锟斤拷书记").text == "县委书记"


def test_a_sites_address_pushed_into_a_word_goes() -> None:
    text = "今年我市开工项目30个。据悉,我市已建成公路五条。去年以来我市群众满意度上升。会议指出:我市要努力。"
    assert restore(text.replace("我市", "我bbs.qinghe.cn市")).text == text


# Promises about every text ------------------------------------------------------------------------------------


def test_clean_text_comes_back_as_it_was() -> None:
    restored = restore(PLAIN)
    assert restored.text == PLAIN
    assert restored.repairs == ()
    assert list(restored.origins) == list(range(len(PLAIN) + 1))


def test_repairs_and_spans_point_into_the_raw_text() -> None:
    raw = "縣委創(chuàng)新舉措"
    restored = restore(raw)
    start = restored.text.index("新举措")
    first, last = restored.raw_span(start, start + 3)
    assert raw[first:last] == "新舉措"
    (repair,) = restored.repairs
    assert raw[repair.raw_start : repair.raw_end] == repair.before == "(chuàng)"


NASTY = st.text(
    alphabet=st.one_of(
        st.characters(codec=None),
        st.sampled_from("縣县?？!！(（)）chuàngè毕〖訓浾<>/&;#\n\r \u3000\ufffd\ue000\ud800。，“”者记:：-"),
    ),
    max_size=120,
)


@given(NASTY)
@settings(max_examples=150, deadline=None)
def test_any_string_is_restored_and_its_origins_hold(raw: str) -> None:
    restored = restore(raw)
    assert len(restored.origins) == len(restored.text) + 1
    assert all(a <= b for a, b in zip(restored.origins, restored.origins[1:], strict=False))
    assert restored.origins[-1] == len(raw)
    assert restored.hant is None or len(restored.hant) == len(restored.text)
    assert 0 <= restored.title_end <= len(restored.text)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_and_restored(data: bytes) -> None:
    try:
        read = decode(data, Source("a.txt", "a"))
    except InputError:  # refused as no text: what reaches the restorer then is at worst this
        read = data.decode("gb18030", "replace")
    restored = restore(read)
    assert len(restored.origins) == len(restored.text) + 1
    assert restored.raw == read


@pytest.mark.parametrize(
    "unit",
    [
        "县?h",
        "创(chuàng)",
        "? A! B",
        "((((",
        "<span ",
        "&#",
        "县 ",
        "记者 王",
        "A, b. ",
        "<p>",
        "，\n",
        "?？",
        "版权所有\n",
        "县委委",
        "县委a",
        "中国縣长一二三四\n",
        "委(a a a a",
        "县委老网市青",
        "毕上鎮?县h",
        "县\ufffd委",
        "縣!?",
    ],
)
def test_time_grows_with_the_length(unit: str) -> None:
    def seconds(times: int) -> float:
        began = time.perf_counter()
        restore(unit * times)
        return time.perf_counter() - began

    seconds(50)  # load the dictionaries, fill the caches
    short, long = seconds(50), seconds(400)
    assert long < 40 * short + 1.0  # 8 times the text: a quadratic pass would take 64 times as long


@pytest.mark.parametrize(
    "misread",
    [
        lambda text: text.encode().decode("gb18030", "replace"),  # 80 makes no character
        lambda text: text.encode().decode("gbk", "replace").replace("\ufffd", "?"),
        lambda text: text.encode().decode("cp1252", "replace"),
        lambda text: text.encode().decode("latin-1").encode().decode("latin-1"),  # twice
        lambda text: text.encode("gbk").decode("latin-1"),
    ],
)
def test_a_text_read_in_a_wrong_encoding_is_read_again_though_bytes_were_lost(misread: Callable[[str], str]) -> None:
    text = "县委书记到青石村看望困难群众，要求全力抓好春耕生产。"
    assert restore(misread(text)).text == text


@pytest.mark.parametrize(
    "line",
    [
        "镇党委书记(左二)在青石村查看水渠。",
        "水渠通了。图为村民试水。",
        "清渠引水，润泽良田。王小明 摄",
        "(政策进村、技术到田)",
    ],
)
def test_a_line_about_a_picture_is_marked_and_kept(line: str) -> None:
    text = f"青石村修通了水渠，三百户村民用上了自来水。\n{line}\n水渠全长十公里，由县里出资修建。"
    restored = restore(text)
    assert [restored.text[a:b] for a, b in restored.captions] == [line] and restored.text == text


def test_a_sentence_with_a_parenthesis_is_no_caption() -> None:
    text = "青石村修通了水渠。\n(一)加强领导。各村(社区)要抓好落实。\n(征求意见稿供讨论)\n工作已经完成。"
    assert restore(text).captions == ()


def test_a_caption_in_the_furniture_stays() -> None:
    text = "青石村通水\n青石村修通了水渠，三百户村民用上了自来水。\n责任编辑：李四\n图为村民试水\n版权所有 某网"
    assert restore(text).text.endswith("用上了自来水。\n图为村民试水")


def test_code_of_a_page_goes_with_what_it_holds() -> None:
    text = "<p>县委书记</p><script>var a = 1;</script><style>p {color: red}</style>到村&nbsp调研&ldquo青石&rdquo村"
    assert restore(text).text.split() == ["县委书记", "到村", "调研“青石”村"]


def test_a_line_cut_into_words_is_whole_again() -> None:
    text = "县委 书记 到 青石村 调研 产业 发展 情况 ， 看望 慰问 了 困难 群众 。"
    assert restore(text).text == "县委书记到青石村调研产业发展情况，看望慰问了困难群众。"
    names = "出席：王小明 李四 张三丰 赵一 钱二 孙三 周五 吴六 郑七 陈八"
    assert restore(names).text == names


def test_doubled_half_width_commas_are_one() -> None:
    assert restore("县委书记到村调研,,群众满意。").text == "县委书记到村调研,群众满意。"


def test_qian_stays_in_a_name_whose_surname_was_converted_wrongly() -> None:
    assert restore("縣長餘乾生與村支書範乾到會，餅乾賣得好。").text == "县长余乾生与村支书范乾到会，饼干卖得好。"
