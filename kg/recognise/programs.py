"""Programs: campaigns, working methods, mechanisms, formulas, lists and policy papers.

Found by quotation, a generic head (行动, 机制), the carrying verb, 《》, and the numbered formula with its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.model import Mention
from kg.recognise.edges import left_edge
from kg.recognise.formulas import QUOTED, find_parts, find_series, is_formula
from kg.recognise.lexicon import alternatives, closes_with, is_word, occurrences, repeats, words

_BOOK = re.compile(r"《([^》\n]{4,60})》")
_CLAUSE_MARK = re.compile(r"[。！？!?…]")
_PRONOUN = re.compile(
    r"[我你他她它咱俺]|这|那|就是|没有|不能|不是|怎么|什么|还是|都是|现在|以前|过去|今年|去年|有了|可以|真"
)
# Quotations that name a thing by a figure of speech or a group of people, recognised by what stands around them.
_FIGURATIVE_LEFT = re.compile(
    r"(?:称为|誉为|誉|称作|叫做|叫|变成|变为|当成|成了|成为|像|为|是|被|好|做|当|当好|吹响|注入|按下|跑出|拧紧|系好|打通|开出|敲响|架起|端上|撑起|鼓起|破解|不|的|了|从|由|有|多|一把|一道|一张|一支|一剂|一本|一条|个|种)$"
)
_SET_UP = re.compile(r"(?:设|设了|设起|建了|建起|另建|办了|办起|开了|推出|推开|派出|领了|定下|立下|取名|起名)$")
_PEOPLE_RIGHT = re.compile(
    r"^(?:问题|班子|领导|成员|干部|群众|书记|老人|人员|户|家庭|村|企业|单位|荣誉|称号|奖|之|的|式|型|字|一词|二字|精神|党员|主体|牌子|奖牌|证书)"
)
_CARRY = re.compile(rf"(?:{alternatives('carrying')})(?:了|起|出|好|以|的|落实|开展|实施)?[^，。；！？]{{0,10}}$")
_HEADS = alternatives("program_heads")
_HEAD_AFTER = re.compile(rf"^(?:[一-鿿]{{0,4}}?)(?:{_HEADS})")
_STRONG_AFTER = re.compile(rf"(?:[一-鿿]{{0,9}}?)(?:{alternatives('strong_heads')})")
_CHECKED = re.compile(r"[一-鿿]{0,4}(?:专项检查|检查|服务|考核|整治|考察|管理|帮扶|调解)")
# 积分制, 代办制: 制 after words of its own; not 体制, 控制 and other words, nor 制度, 制定.
_PLAIN = re.compile(
    rf"(?:{alternatives('plain_heads')}|制(?![度定造作订服约成品药剂图])(?<![体机编研抑控限强牵管公学币县市]制))"
)
_GENERIC = re.compile(
    r"^(?:重点|重大|民生|实事|各类|产业|工作|长效|体制|规章|相关|有关|管理|监督|激励|基础设施|服务|建设|一批|系列|专项|扶贫|党建|工业|农业|投资|招商|签约|在建|新建|续建|公益|社会|政府|国家|省级|市级|县级|科研|合作|配套|责任|联席会议|应急|长期|全面|部分|具体|首批|子|大型|小型|惠民|示范|特色|品牌|亿元|集中|新兴|帮扶|文旅|旅游|村级|教育|水利|交通|住宅|一个|两个|三个|工作运行|协调|领导|考核|评价|奖惩|保障|运行|联动|沟通|协商|问题|任务|需求|资源|权力|负面|整改|土地|财务|村务|民主|干部|人事|法律|各项|规范|协同|议事|快速|预警|处理|反馈|督查|督导|通报|日常|常态|长效工作|组织|人才|文化|系统|重点工程|民心|实际|自身|现有|新|旧|这个|该|此|本|其|多个|几个|所有|每个|同类|以下|上述)+$"
)
# Undertakings without quotation marks: a field and what is done for it (甲乙振兴, 甲乙攻坚, 甲乙协作).
# Measured on the corpus: the F1 of programs is 0.703 with 0.5, 0.719 with 0.4.
_LEAST_SCORE = 0.4
_PROVINCES = "京津沪渝冀豫云滇辽黑湘皖鲁新苏浙赣鄂桂甘陇晋蒙陕秦吉闽贵黔粤青藏川蜀宁琼"
_CAMPAIGN = re.compile(
    rf"[一-鿿]{{2}}(?:振兴|攻坚)(?:战略|战)?|东西部(?:扶贫)?协作|[{_PROVINCES}][{_PROVINCES}甬深杭榕]协作|[甬深杭榕][{_PROVINCES}]协作"
)


_LEADING = re.compile(r"^(?:党的|新一轮|第[一二三四五六七八九十]批|全国|全省|全市|全县|全区)(?=[一-鿿]{4})")


def plain_name(name: str) -> str:
    """A program's name as it is known without the text around it: no quotation marks, no 党的 or 新一轮 before it.

    >>> plain_name("新一轮东西部协作"), plain_name("点射式”专项检查")
    ('东西部协作', '点射式专项检查')
    """
    if name.count("“") != name.count("”"):
        name = name.translate({ord(mark): None for mark in "“”‘’"})
    return _LEADING.sub("", name)


def kind_of(name: str, after: str = "") -> str:
    """The finer class that a program's name and what follows it speak for."""
    whole = name + after[:4]
    for kind, tails in (
        ("Checklist", "清单 台账 目录"),
        ("PolicyDocument", "办法 意见 条例 规定 细则 通知 措施 协议 评分表"),
        ("Plan", "方案 计划 规划"),
        ("Project", "项目 工程"),
        ("WorkingMethod", "工作法 方法 做法 制 模式"),
        ("Mechanism", "机制 制度 责任制 体系"),
        ("Campaign", "活动 行动 教育 攻坚 攻坚战 战略 协作 振兴"),
    ):
        if any(name.endswith(tail) for tail in tails.split()):
            return kind
    if is_formula(name):
        return "Formula"
    return "Campaign" if re.match("(?:实践|主题|志愿)?(?:活动|行动|教育)", whole[len(name) :]) else "WorkingMethod"


# What a quoted aim, and a quoted title of a page or a song, stand beside.
_AIM_RIGHT = re.compile("^的?(?:总?目标|宗旨|愿景|口号|理念|期盼)")
_TITLE_LEFT = re.compile("(?:公众号|抖音号|视频号|小程序|直播间|歌曲|舞蹈|小品|题为|品牌名|商标)$")
_AWARD = re.compile(
    r"(?:先进(?:单位|集体|组织部门|个人)|示范[县市区镇乡村]|模范|荣誉称号|百强[县镇]|文明(?:村|城市|单位)|状元|标兵|之乡)$"
)


def _quoted_score(text: str, match: re.Match[str]) -> float:
    """How much speaks for a quoted name being a program, 0 to 1."""
    name, left, right = match[1], text[max(0, match.start() - 16) : match.start()], text[match.end() : match.end() + 12]
    if (
        _CLAUSE_MARK.search(name)
        or len(name) > 24
        or right[:1] in ("说", "问")
        or left[-1:] in "：:"
        and len(name) > 10
    ):
        return 0.0
    if name in words("slogans") or _AWARD.search(name) or right.startswith("奖"):
        return 0.0
    if _AIM_RIGHT.match(right) or _TITLE_LEFT.search(left):
        return 0.0
    score = 0.35
    if _STRONG_AFTER.match(right):
        score += 0.3
    elif _HEAD_AFTER.match(right):
        score += 0.15
    if is_formula(name):
        score += 0.3
    if _CARRY.search(left):
        score += 0.2
    if re.match(r"^(?:，|,)?即", right):
        score += 0.3
    if closes_with(name, "program_heads", 2):
        score += 0.25
    if _SET_UP.search(left):
        score += 0.15
    elif _FIGURATIVE_LEFT.search(left) and not is_formula(name) and not _CARRY.search(left[-4:]):
        score -= 0.2
    if _PEOPLE_RIGHT.match(right) and not _STRONG_AFTER.match(right):
        score -= 0.2
    if _PRONOUN.search(name) and not _STRONG_AFTER.match(right):
        score -= 0.2
    if len(name) <= 3 and is_word(name) and not is_formula(name):
        score -= 0.25
    if len(name) > 14:
        score -= 0.15
    if repeats(text, name, match.start()) > 1:
        score += 0.1
    return min(score, 0.95)


def _quoted(text: str) -> Iterator[Mention]:
    for match in QUOTED.finditer(text):
        score = _quoted_score(text, match)
        if score < _LEAST_SCORE:
            continue
        headed = _STRONG_AFTER.match(text, match.end()) or _CHECKED.match(text, match.end())
        if match[1][-1] in "式型" and len(match[1]) < 6:
            # 式 makes an adjective: the name runs on to its head (“点射式”专项检查).
            if headed:
                yield Mention(
                    match.start(1),
                    headed.end(),
                    "Program",
                    text[match.start(1) : headed.end()],
                    "program:quoted",
                    score,
                    kind_of(headed[0]),
                )
            continue
        yield Mention(
            match.start(1),
            match.end(1),
            "Program",
            match[1],
            "program:quoted",
            score,
            kind_of(match[1], text[match.end() : match.end() + 6]),
        )


# Patterns with a word in them are kept here: re's own store of 512 is soon full of them.
@cache
def _tails() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives('policy_tails')})(?:[（(][^）)]*[）)])?$")


def _papers(text: str) -> Iterator[Mention]:
    for match in _BOOK.finditer(text):
        if _tails().search(match[1]):
            yield Mention(match.start(1), match.end(1), "Program", match[1], "program:paper", 0.85, "PolicyDocument")


def _plain(text: str) -> Iterator[Mention]:
    for head in _PLAIN.finditer(text):
        start = left_edge(text, head.start(), 18, words("carrying"))
        stem, name = text[start : head.start()], text[start : head.end()]
        least = 5 if head[0] == "项目" or is_word(name) else 2
        if len(stem) < least or head[0].endswith("协议") or _GENERIC.match(stem):
            continue
        strong = len(head[0]) >= 3 or head[0] == "协作"
        carried = _CARRY.search(text[max(0, start - 8) : start])
        if strong and len(stem) >= 2 or carried and len(stem) >= 3:
            yield Mention(start, head.end(), "Program", name, "program:head", 0.55 if carried else 0.5, kind_of(name))
    for match in _CAMPAIGN.finditer(text):
        yield Mention(match.start(), match.end(), "Program", match[0], "program:campaign", 0.6, "Campaign")


def _series(text: str) -> Iterator[Mention]:
    for series in find_series(text):
        for begin, end in series.items:
            yield Mention(begin, end, "Program", text[begin:end], "program:series", 0.7, kind_of(text[begin:end]))


def find_programs(text: str) -> Iterator[Mention]:
    """Candidate mentions of programs in ``text``; overlaps are left to ``decide``."""
    spelled = find_parts(text)
    spans = {parts.parts[0][0]: parts.parts[0] for parts in spelled}
    # “甲、乙、丙”的“三带”: what stands in quotation marks is the parts, and no program of its own.
    quoted = tuple(m for m in _quoted(text) if spans.get(m.start, (m.start, m.end))[1] >= m.end)
    yield from quoted
    yield from _papers(text)
    yield from _plain(text)
    yield from _series(text)
    seen: dict[str, str] = {}
    for parts in spelled:
        start, end = parts.whole
        yield Mention(start, end, "Program", text[start:end], "program:formula", 0.85, "Formula")
        for a, b in parts.parts:
            yield Mention(a, b, "Program", text[a:b], "program:part", 0.75, kind_of(text[a:b]))
    for mention in quoted:
        seen.setdefault(mention.text, mention.kind)
    for start, end in occurrences(text, (name for name in seen if len(name) >= 3)):
        yield Mention(start, end, "Program", text[start:end], "program:again", 0.5, seen[text[start:end]])
