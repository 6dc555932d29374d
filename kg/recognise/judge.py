"""The model's word on the grammars' proposals: each keeps its rule and gets its probability, and what only the model
sees becomes a proposal of its own, with the class that its name's form tells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kg.model import IN_ORDER, Mention, MentionType
from kg.recognise import organisations, places, programs
from kg.recognise.decide import decide
from kg.recognise.features import TYPES, Cut
from kg.recognise.lexicon import LEAGUE, is_word, occurrences, words
from kg.recognise.tagger import Tagger, blocks

# The probability from which a name stands that the grammars' own decision has too, one that it has not, and one that
# contradicts it. Where both see a name, two witnesses that err in different ways agree, so the first is low. Chosen on
# the held-out folds and on news of counties that are in neither corpus nor seeds; docs/recognition.md has the figures.
AGREED, ALONE, AGAINST = 0.03, 0.6, 0.7
# How much surer it must be of a type that the grammars know better: what these leave out is seldom a name.
SURER: Mapping[MentionType, float] = {"Place": 0.15, "Program": 0.15, "Post": 0.15}
# What the grammars' decision adds to a name's score, as a share of what is left to 1: it settles overlaps.
AGREEMENT = 0.3
# Rules that the model does not overrule, with the score of the grammar from which that holds: what they see is a name
# by the guidelines' own word, and rare in the corpus.
FIXED = {"place:road-number": 0.0, "place:part": 0.0, "place:site": 0.8}
# Rules whose names, from that score on, stand wherever nothing likelier overlaps them: the table of divisions and the
# standard bodies know what 220 articles cannot.
KEPT = {"place:division": 0.9, "org:body": 0.9, "person:label": 0.9, "person:leaders": 0.88, "place:regiment": 0.7}
# From this probability on a person is known, and stands wherever the text repeats the name, if nothing that is at
# least as likely as ``_RIVAL`` is there.
_KNOWN, _RIVAL = 0.9, 0.6
# A title stands as well where a person's name begins at most so many characters after it: 县委常委、组织部部长 + name.
_BESIDE = 12

_LEAGUE = re.compile(f"(?:共青团|{LEAGUE})$")
_COMMITTEE = re.compile("[一-鿿]{0,10}?[省市州盟县区旗]委")
# A crossing is told by its roads: 南津路 of 芝山路与南津路交叉路口.
_CROSSING = re.compile("路交叉路?口$")
_NEVER = 2.0  # no score is as high
_Key = tuple[int, int, MentionType]


def judge(
    tagger: Tagger,
    text: str,
    candidates: Sequence[Mention],
    agreed: float = AGREED,
    alone: float = ALONE,
    cut: Cut | None = None,
) -> Iterator[Mention]:
    """What may stand: of the ``candidates`` and the model's own spans those that are likely enough, ``agreed`` where
    the grammars' own decision has the name, else ``alone``. ``cut`` is a segmenter whose words the model sees."""
    ordered, stand = sorted(candidates, key=IN_ORDER), list[Mention]()
    for start, end in blocks(text):
        inside = [m for m in ordered if start <= m.start and m.end <= end]
        here = [replace(m, start=m.start - start, end=m.end - start) for m in inside] if start else inside
        for m in _judged(tagger, text[start:end], here, agreed, alone, cut):
            stand.append(replace(m, start=m.start + start, end=m.end + start) if start else m)
    yield from stand
    yield from _repeated(text, stand)


def _repeated(text: str, stand: Sequence[Mention]) -> Iterator[Mention]:
    """The places where the text repeats a person whom it names beyond doubt elsewhere; a name that is a word too
    (高平) counts where a clause begins with it and a verb follows."""
    known = {m.text for m in stand if m.type == "Person" and m.score >= _KNOWN}
    taken = {at for m in stand if m.score >= _RIVAL for at in range(m.start, m.end)}
    for start, end in occurrences(text, known):
        word = is_word(text[start:end]) and not (_opens(text, start) and _acts(text, end))
        if not word and taken.isdisjoint(range(start, end)):
            yield Mention(start, end, "Person", text[start:end], "person:again", _RIVAL)


def _judged(
    tagger: Tagger, text: str, candidates: Sequence[Mention], agreed: float, alone: float, cut: Cut | None
) -> Iterator[Mention]:
    best: dict[_Key, Mention] = {}
    for m in sorted(candidates, key=lambda m: (m.score, m.rule)):
        best[m.start, m.end, m.type] = m
    settled = {(m.start, m.end, m.type): m for m in decide(candidates)}
    judged = tagger.judge(text, candidates, cut)
    chances = {(_with_league(text, left, right), right, TYPES[number]): p for left, right, number, p in judged}
    parts, wrong = _contradicted(settled, (key for key, chance in chances.items() if chance >= alone))
    wrong |= {key for key in chances if _CROSSING.search(text, key[0], key[1])}
    wrong |= {key for key in chances if key[2] == "Organisation" and organisations.SOME.search(text, key[0], key[1])}
    people = sorted(key[0] for key, chance in chances.items() if key[2] == "Person" and chance >= alone)
    covered = {(at, key[2]) for key in settled for at in range(key[0], key[1])}
    for key, chance in chances.items():
        known = best.get(key)
        name = text[key[0] : key[1]]
        if key in wrong or key[2] == "Program" and name in words("slogans"):
            continue
        if known is None and key[2] == "Place" and name in words("ambiguous_places"):
            continue  # the grammar, which asks for evidence, proposes these where they are places
        if known is not None and (key in parts or known.score >= FIXED.get(known.rule, _NEVER)):
            chance = max(chance, known.score)
        if key in settled:
            held = key[2] == "Post" and _is_beside(key[1], people)
            sure = settled[key].score >= KEPT.get(settled[key].rule, _NEVER)
            least = 0.0 if held or sure else agreed
        else:
            least = AGAINST if any((at, key[2]) in covered for at in range(key[0], key[1])) else alone
            least += SURER.get(key[2], 0.0)
        if chance < least:
            continue
        chance += AGREEMENT * (1 - chance) if key in settled else 0.0
        yield shaped(key, text, chance) if known is None else replace(known, score=chance)


def _with_league(text: str, start: int, end: int) -> int:
    """Where a name begins that a span of the model cut off behind 团 or 共青团: 团县委 is not 县委."""
    league = _LEAGUE.search(text, max(0, start - 3), start) if _COMMITTEE.match(text, start, end) else None
    return league.start() if league else start


def _contradicted(settled: Mapping[_Key, Mention], spans: Iterable[_Key]) -> tuple[set[_Key], set[_Key]]:
    """The settled names that stand against the model, and the ``spans`` of the model that therefore do not.

    Two names that fill a span without a rest are two (县委县政府, 石泉县县长), and a public body begins with its place
    or level, not with the words before that.
    """
    ordered, parts, wrong = sorted(settled), set[_Key](), set[_Key]()
    bodies_by_end = {key[1]: key for key, m in settled.items() if m.rule == "org:body"}
    for span in spans:
        if span in settled:
            continue
        at, filled = span[0], list[_Key]()
        for key in ordered[bisect_left(ordered, (span[0], 0, "Organisation")) :]:
            if key[0] != at or key[1] > span[1]:
                break
            filled.append(key)
            at = key[1]
        if at == span[1] and len(filled) > 1:
            wrong.add(span)
            parts.update(filled)
        body = bodies_by_end.get(span[1])
        if body is not None and span[0] < body[0] and span[2] == "Organisation":
            wrong.add(span)
            parts.add(body)
    return parts, wrong


def _opens(text: str, start: int) -> bool:
    """Whether a clause begins at ``start``."""
    return not text[start - 1 : start].isalnum()


def _acts(text: str, end: int) -> bool:
    """Whether what people do in the news stands at ``end``."""
    return any(text[end : end + size] in words("follow") for size in (1, 2, 3))


def _is_beside(end: int, people: Sequence[int]) -> bool:
    """Whether one of the sorted beginnings ``people`` comes right after ``end``."""
    at = bisect_left(people, end)
    return at < len(people) and people[at] <= end + _BESIDE


def shaped(key: tuple[int, int, MentionType], text: str, chance: float) -> Mention:
    """A name that no grammar proposed, with the rule and the class that its own form tells."""
    start, end, type_ = key
    name, rule, kind = text[start:end], "model", ""
    if type_ == "Organisation" and organisations.is_public(name):
        rule, kind = "model:body", organisations.body_kind(name)
    elif type_ == "Organisation":
        kind = organisations.suffix_kind(name)
    elif type_ == "Place" and places.is_relative(name):
        rule = "place:relative"
    elif type_ == "Place":
        kind = places.kind_of(name)
    elif type_ == "Program":
        kind = programs.kind_of(name)
    return Mention(start, end, type_, name, rule, chance, kind)
