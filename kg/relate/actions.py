"""visited, contacts, supports, builds, cooperatesWith: verb frames over the mentions of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Claim, Mention
from kg.relate.view import View, chain_heads

_VISIT = re.compile(
    r"调研|走访|深入|考察|看望|慰问|督导|检查|来到|走进|前往|察看|视察|实地|参观|赴|到(?!会|位|底|场|期|了|达|岗)|观摩|巡查|暗访|查看|蹲点"
)
_TARGETS_END = re.compile(r"[；;。]|等地|[，,](?!察看|走访|调研|实地|深入|来到)")
_CONTACT = re.compile(r"联系|联点|包联|驻点|挂点|联村|包村|挂钩|挂包|包抓|包保|联乡|包干|结对联系")
_SUPPORT = re.compile(r"捐赠|捐助|捐建|捐款|捐献|捐|资助|援建|帮扶|支援|拨付|赠送|赠予|送去|送来|投放|援助|结对")
_SUPPORT_TO = re.compile(r"(?:给|向|为|对|对口帮扶|对口支援|帮扶|支援|援助|资助|援建|捐建|结对|拨付)$")
_BUILD = re.compile(
    r"新建|建成|建设|设计建设|打造|兴建|建起|修建|援建|扩建|改建|投资建设|落成|建立|创建|筹建|组建|成立|设立|兴办|开办|建(?=[一-鿿])"
)
_TOGETHER = re.compile(r"合作|共建|签约|签订|签署|结对|协作|缔结|战略|携手|联手|联合|共同|对接|通办|结成|联办|交流")
_BRACKET_ENDS = re.compile("[^(（【]*[)）】]")
_LISTED = frozenset(("、", "以及", "及"))
_WITH = re.compile(r"(?:与|和|同|跟|携手|联合|会同|联手)$")


def visits(view: View) -> Iterator[Claim]:
    """A named person, a verb of visiting after the name, and the places and bodies up to the sentence's end."""
    for sentence in view.recognised.sentences:
        inside = view.within(sentence.start, sentence.end)
        for person in (m for m in inside if m.type == "Person"):
            others = [m for m in inside if m.type == "Person" and m.start > person.end]
            stop = sentence.end
            after = others[0] if others and _together(view, person, others[0]) else person
            verb = _VISIT.search(view.text, after.end, min(stop, after.end + 40))
            if not verb or any(after.end <= m.start < verb.start() for m in others):
                continue
            if _BRACKET_ENDS.match(view.text[after.end : verb.start()]):  # (记者 某某)近日,代表团赴...
                continue
            targets = chain_heads(view.within(verb.start(), _end_of_targets(view, verb.start(), stop)))
            for m in targets:
                if m.type in ("Place", "Organisation"):
                    yield view.claim(view.key(person), "visited", view.key(m), person.start, f"visit:{verb[0]}", 0.65)


def _giver(view: View, start: int, end: int) -> tuple[str, ...]:
    """The body or person that stands right before 向 or 给: 协调 某公司 向 …捐赠."""
    before = [m for m in view.within(start, end) if m.type in ("Organisation", "Person") and end - m.end <= 2]
    return view.keys(before[-1]) if before else ()


def _together(view: View, person: Mention, other: Mention) -> bool:
    """Whether two names stand in one list, with nothing but titles and bodies between them."""
    between = view.text[person.end : other.start]
    for m in view.recognised.mentions_within(person.end, other.start):
        between = between.replace(m.text, "", 1)
    return not between.strip("、，, 和及　")


def _end_of_targets(view: View, start: int, stop: int) -> int:
    match = _TARGETS_END.search(view.text, start, stop)
    return match.start() if match else stop


def contacts(view: View) -> Iterator[Claim]:
    """A named person right before a verb of standing contact, and the place after it."""
    for person in (m for m in view.mentions if m.type == "Person"):
        verb = _CONTACT.search(view.text, person.end, person.end + 8)
        if not verb:
            continue
        end = view.clause_at(verb.end())[1]
        for m in chain_heads(view.within(verb.end(), min(end, verb.end() + 30))):
            if m.type in ("Place", "Organisation"):
                yield view.claim(view.key(person), "contacts", view.key(m), person.start, f"contact:{verb[0]}", 0.75)


def supports(view: View) -> Iterator[Claim]:
    """An actor, a verb of giving, and a receiver marked by 向, 给, 为 or standing right after the verb."""
    for sentence in view.recognised.sentences:
        for verb in _SUPPORT.finditer(view.text, sentence.start, sentence.end):
            start, end = view.clause_at(verb.start())
            for m in chain_heads(view.within(start, end)):
                lead = _lead(view, m)
                to = _SUPPORT_TO.search(view.text, max(start, lead - 6), lead)
                if m.type == "Program" or not to:
                    continue
                for actor in _giver(view, start, to.start()) or view.actors(verb.start()):
                    if actor != view.key(m):
                        yield view.claim(actor, "supports", view.key(m), verb.start(), f"support:{verb[0]}", 0.65)


def _lead(view: View, mention: Mention) -> int:
    """Where the chain of places that leads to a mention begins, or, in a list, the chain of its first item."""
    start = mention.start
    for m in reversed(view.within(max(0, start - 80), start)):
        gap = view.text[m.end : start]
        if gap == "" and m.type == "Place" or gap in _LISTED and m.type in ("Place", "Organisation"):
            start = m.start
        else:
            break
    return start


def builds(view: View) -> Iterator[Claim]:
    """An actor, a verb of building, and a named school, hospital, site or project after it."""
    for sentence in view.recognised.sentences:
        for verb in _BUILD.finditer(view.text, sentence.start, sentence.end):
            _, end = view.clause_at(verb.end())
            for m in chain_heads(view.within(verb.end(), min(end, verb.end() + 40))):
                site = (
                    m.type == "Place"
                    and m.kind in ("Site", "Road", "DevelopmentZone", "Water")
                    or m.kind in ("School", "Hospital", "Cooperative", "Enterprise")
                )
                if not site or m.start - verb.end() > 12 and view.text[m.start - 1] != "、":
                    continue
                for actor in view.actors_or_home(verb.start()):
                    if actor != view.key(m):
                        yield view.claim(actor, "builds", view.key(m), verb.start(), f"build:{verb[0]}", 0.6)


def cooperates(view: View) -> Iterator[Claim]:
    """An actor with 与 or 和 before another body or place, and a word of doing something together."""
    for m in chain_heads(view.mentions):
        if m.type not in ("Organisation", "Place"):
            continue
        start, end = view.clause_at(m.start)
        if not _WITH.search(view.text[start : _lead(view, m)]) or not _TOGETHER.search(view.text, m.end, end):
            continue
        for actor in view.actors_or_home(_lead(view, m)):
            if actor != view.key(m):
                yield view.claim(actor, "cooperatesWith", view.key(m), m.start, "cooperation", 0.65)
