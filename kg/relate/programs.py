"""carriesOut and partOf: who carries a program out, and which program is part of which."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile

from kg.model import Claim, Mention
from kg.recognise.figures import chinese_number
from kg.recognise.formulas import find_parts, find_series, is_formula
from kg.recognise.lexicon import alternatives
from kg.relate.view import View

_CARRY = re.compile(rf"(?:{alternatives('carrying')})")
# Speech: what somebody says of a program in quotation marks is no report that it is carried out.
_SPEECH = re.compile(r"“[^“”\n]{12,400}[，。！？,!?][^“”\n]{0,400}”")
# 七大机制，其中甲机制、乙机制已运转; 三抓三促行动中立下的四个一.
_AMONG = re.compile("[”》]?[^，,。；;：:！？\n“《]{0,6}[，,]其中[“《]?")
_IN_COURSE = re.compile("[”》]?(?:专题|主题|实践)?(?:行动|活动|教育|工程|计划|创建)?中[^，,。；;：:！？\n]{0,8}[“《]")
_LIST_MARK = re.compile("[”》]?[、和与及][“《]?|[”》][“《]")
_NUMBERED = re.compile("[双两二三四五六七八九十]")
_DIGITS = re.compile("[2-9]{2,4}(?=工作法|模式|机制|$)")
_NUMERALS = dict(zip("23456789", "二三四五六七八九", strict=True))
_OF_KINDS = re.compile("[二三四五六七八九十](?P<kind>[类种][一-鿿]{1,4})")
_GROUPS = re.compile(r"[一二三四五六七八九十双两][^一二三四五六七八九十双两\d]{1,3}")


def _carried(view: View, program: Mention) -> bool:
    start, end = view.clause_at(program.start)
    return bool(
        _CARRY.search(view.text, start, program.start)
        or _CARRY.match(view.text, program.end, min(end, program.end + 12))
    )


LED = "program:led"  # the rule that reads 由甲牵头，乙配合: the text itself says who carries it out
# “清流”行动由甲牵头，乙配合: what may stand between the program and 由, and what tells who leads and who helps.
_BY = re.compile('[”"]?[一-鿿]{0,6}?[，,]?(?:在[^，,。；;]{1,20}下[，,]?)?(?:均|都|统一|主要|具体)?由')
_BY_WITHIN = 60  # characters after a program in which the bodies that carry it out end
_LEADS = re.compile("(?:共同|联合|具体|统一)?(?:牵头|负责|主办|承办|组织|实施|发起|主导|推动|统筹)")
_HELPS = re.compile("(?:等(?:单位|部门)?)?(?:积极|共同|全力)?(?:配合|协同|协助|协办|参与)")
_ENDS = re.compile("[，,、]")


def carries_out(view: View) -> Iterator[Claim]:
    """The actor of the clause, else the home place, for each program that a carrying verb stands beside.

    A program that no verb carries anywhere is taken from its first mention; the parts that a formula spells
    out are not, the formula is.
    """
    parts = {span for found in find_parts(view.text) for span in found.parts}
    inner = {view.text[a:b] for a, b in parts}
    spoken = [match.span() for match in _SPEECH.finditer(view.text)]
    by_program: dict[str, list[Mention]] = {}
    for m in view.mentions:
        if m.type == "Program" and (m.start, m.end) not in parts and not _lies_in(m, spoken):
            by_program.setdefault(view.key(m), []).append(m)
    for key, mentions in by_program.items():
        led = {m: _named_after(view, m) or _named_before(view, m) for m in mentions}
        carried = [m for m in mentions if led[m] or _carried(view, m)]
        if not carried and mentions[0].text in inner:
            continue
        for m in carried or mentions[:1]:
            rule, confidence = (LED, 0.8) if led[m] else ("program:carried", 0.7) if carried else ("program:named", 0.5)
            for actor in led[m] or view.actors_or_home(m.start):
                yield view.claim(actor, "carriesOut", key, m.start, rule, confidence)


def _named_after(view: View, program: Mention) -> tuple[str, ...]:
    """Who carries a program out by what is said after it: “暖心妈妈”项目由县妇联牵头实施."""
    end = min(view.sentence_at(program.start).end, program.end + _BY_WITHIN)
    lists = list(_bodies(view, program.end, end))
    led = next((i for i, bodies in enumerate(lists) if _leads(view, bodies)), None)
    if led is None or not _BY.fullmatch(view.text, program.end, lists[led][0].start):
        return ()
    return _keys(view, [lists[led], *_helpers(view, lists[led + 1 :])])


def _named_before(view: View, program: Mention) -> tuple[str, ...]:
    """Who carries a program out by what stands before it: 由县妇联牵头、县教育局配合，实施“暖心妈妈”项目."""
    sentence = view.sentence_at(program.start)
    start = max(sentence.start, program.start - 2 * _BY_WITHIN)
    start = max(start, *(view.text.rfind(mark, start, program.start) + 1 for mark in "；;"))
    lists = list(_bodies(view, start, program.start))
    led = next((i for i, bodies in enumerate(lists) if _leads(view, bodies)), None)
    if led is None:
        return ()
    told = [lists[led], *_helpers(view, lists[led + 1 :])]
    verb = (_HELPS if told[1:] else _LEADS).match(view.text, told[-1][-1].end)
    ended = verb is not None and _ENDS.match(view.text, verb.end())
    return _keys(view, told) if ended and not view.within(told[-1][-1].end, program.start) else ()


def _bodies(view: View, start: int, end: int) -> Iterator[list[Mention]]:
    """The bodies in a stretch of text, those joined by 、 or 和 together."""
    listed: list[Mention] = []
    for body in (m for m in view.within(start, end) if m.type == "Organisation"):
        if listed and not _LIST_MARK.fullmatch(view.text, listed[-1].end, body.start):
            yield listed
            listed = []
        listed.append(body)
    if listed:
        yield listed


def _leads(view: View, bodies: list[Mention]) -> bool:
    return (
        view.text[bodies[0].start - 1 : bodies[0].start] == "由" and _LEADS.match(view.text, bodies[-1].end) is not None
    )


def _helpers(view: View, lists: list[list[Mention]]) -> Iterator[list[Mention]]:
    return takewhile(lambda bodies: _HELPS.match(view.text, bodies[-1].end) is not None, lists)


def _keys(view: View, lists: list[list[Mention]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for bodies in lists for body in bodies for key in view.keys(body)))


def _lies_in(mention: Mention, spans: list[tuple[int, int]]) -> bool:
    index = bisect_right(spans, (mention.start, mention.end)) - 1
    return index >= 0 and spans[index][0] <= mention.start and mention.end <= spans[index][1]


def _spelled_out(view: View) -> Iterator[Claim]:
    at = {(m.start, m.end): m for m in view.mentions if m.type == "Program"}
    for found in find_parts(view.text):
        whole = at.get(found.whole)
        for span in found.parts:
            if whole is not None and span in at:
                yield view.claim(view.key(at[span]), "partOf", view.key(whole), span[0], "parts:spelled-out", 0.85)


def _by_name(view: View) -> Iterator[Claim]:
    """四进 is part of 四进四帮; 送技术 of 三送 where five such programs are named."""
    first = _first_named(view)
    for name in (name for name in first if is_formula(name)):
        groups = _GROUPS.findall(name)
        if len(groups) > 1 and "".join(groups) == name:
            for group in groups:
                if group in first:
                    yield _part(view, first[group], first[name], "parts:name", 0.8)
        elif len(groups) == 1 and len(name) == 2:
            members = [m for other, m in first.items() if name[1] in (other[0], other[-1]) and not is_formula(other)]
            if len(members) == _count(name) >= 2:
                for member in members:
                    yield _part(view, member, first[name], "parts:letter", 0.75)


def _by_series(view: View) -> Iterator[Claim]:
    """甲台账、乙台账、丙台账 are the parts of 三本台账, and of 三账, where the text names these."""
    first = _first_named(view)
    for series in find_series(view.text):
        items = [first[view.text[a:b]] for a, b in series.items if view.text[a:b] in first]
        for name, whole in first.items():
            counted = _counted(series.head).fullmatch(name)
            if counted and len(items) == len(series.items) == _count(name):
                for item in items:
                    yield _part(view, item, whole, "parts:series", 0.7)


def _by_digits(view: View) -> Iterator[Claim]:
    """三问, 四个平台 and 五步 are the parts of the 345工作法."""
    first = _first_named(view)
    for name, whole in first.items():
        digits = _DIGITS.match(name)
        told = {d: [m for other, m in first.items() if other[0] == _NUMERALS[d]] for d in digits[0]} if digits else {}
        if sum(map(bool, told.values())) >= 2:
            for part in (m for members in told.values() for m in members):
                yield _part(view, part, whole, "parts:digits", 0.7)


def _by_kind(view: View) -> Iterator[Claim]:
    """A类清单, B类清单 and C类清单 are the parts of 三类清单."""
    first = _first_named(view)
    for name, whole in first.items():
        kind = _OF_KINDS.fullmatch(name)
        parts = [m for other, m in first.items() if kind and other != name and other.endswith(kind["kind"])]
        if kind and len(parts) == _count(name):
            yield from (_part(view, part, whole, "parts:kind", 0.8) for part in parts)


def _by_words(view: View) -> Iterator[Claim]:
    """其中 leads from a numbered whole to its parts, 行动中 from a campaign to the formula that it goes by."""
    programs = [m for m in view.mentions if m.type == "Program"]
    for at, whole in enumerate(programs[:-1]):
        start = programs[at + 1].start
        if _NUMBERED.match(whole.text) and _AMONG.fullmatch(view.text, whole.end, start):
            for part in _listed(view, programs[at + 1 :]):
                yield _part(view, part, whole, "parts:among", 0.8)
        elif _NUMBERED.match(programs[at + 1].text) and _IN_COURSE.fullmatch(view.text, whole.end, start):
            yield _part(view, programs[at + 1], whole, "parts:course", 0.7)


def _listed(view: View, programs: list[Mention]) -> Iterator[Mention]:
    """The first of ``programs`` and those that a list joins to it."""
    yield programs[0]
    for before, program in pairwise(programs):
        if not _LIST_MARK.fullmatch(view.text, before.end, program.start):
            return
        yield program


@lru_cache(maxsize=256)
def _counted(head: str) -> re.Pattern[str]:
    return re.compile(rf"[一二三四五六七八九十](?:[张个项本大种]?{head}|[{head}])")


def _first_named(view: View) -> dict[str, Mention]:
    first: dict[str, Mention] = {}
    for m in view.mentions:
        if m.type == "Program":
            first.setdefault(m.text, m)
    return first


def _count(formula: str) -> int:
    return chinese_number({"双": "二", "两": "二"}.get(formula[0], formula[0]))


def _part(view: View, part: Mention, whole: Mention, rule: str, confidence: float) -> Claim:
    return view.claim(view.key(part), "partOf", view.key(whole), part.start, rule, confidence)


def part_of(view: View) -> Iterator[Claim]:
    """Which program is part of which: spelled out by the text, told by the formula's name, or by a list's head.

    No program is part of itself, however often a text says “三抓三促”行动中的“三抓三促”.
    """
    rules = (_spelled_out, _by_name, _by_series, _by_digits, _by_kind, _by_words)
    return (claim for rule in rules for claim in rule(view) if claim.subject != claim.object)
