"""How the relation rules look at a text: sentences, clauses, and who acts in them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from kg.model import Claim, Entity, Evidence, Mention, Predicate, Recognised, Resolved, Sentence
from kg.resolve.posts import post_label

_CLAUSES_BACK = 20  # clauses of a sentence that are looked through for who acts; then its beginning alone
_LIST = 400  # characters of a clause in which those who act are listed
_CLAUSE_END = re.compile(r"[，,；;：:]")
# Words right before a name that make it something other than the subject of its clause.
_NOT_SUBJECT = re.compile(
    r"(?:在|到|与|和|向|对|为|从|把|将|给|于|往|赴|让|使|被|至|同|跟|经|据|受|以|按照|根据|围绕|关于|通过|进入|走进|来到|深入|位于|来自|帮助|支持|联系|协调|邀请|组织)$"
)
_TIME = re.compile(
    r"^(?:今年|去年|近年来|近日|日前|目前|同时|其中|截至|\d{4}年|\d{1,2}月|当天|随后|此外|据悉|据介绍|连日来|如今|眼下|这天)"
)

# Behind the medium of a dateline: 江州新闻网1月16日消息.
_REPORTS = re.compile(r"(?:[一-鿿]{0,4}\d{1,2}月\d{1,2}日)?(?:讯|电|消息)(?![一-鿿])")


@dataclass(frozen=True)
class View:
    """A document as the relation rules see it; every offset counts in the restored text."""

    text: str
    recognised: Recognised
    resolved: Resolved
    by_key: dict[str, Entity] = field(repr=False)

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.recognised.sentences]

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions that mean some entity, by offset; titles left out."""
        return tuple(m for m in self.recognised.mentions if m.type != "Post" and self.keys(m))

    @cached_property
    def _mention_starts(self) -> list[int]:
        return [m.start for m in self.mentions]

    @cached_property
    def _first_offsets(self) -> dict[str, int]:
        first: dict[str, int] = {}
        for mention, keys in self.resolved.links.items():
            for key in keys:
                first[key] = min(first.get(key, mention.start), mention.start)
        return first

    def first_offset(self, key: str) -> int:
        """Where a mention or title first leads to the entity of ``key``; 0 where none does."""
        return self._first_offsets.get(key, 0)

    @cached_property
    def _places_by_start(self) -> dict[int, Entity]:
        return {m.start: e for e in self.by_key.values() if e.type == "Place" for m in e.mentions}

    def place_from(self, offset: int) -> Entity | None:
        """The place with a mention, alone or inside a longer name, that begins at ``offset``."""
        return self._places_by_start.get(offset)

    def keys(self, mention: Mention) -> tuple[str, ...]:
        """The keys of the entities that a mention means; () where it means none."""
        return self.resolved.links.get(mention, ())

    def key(self, mention: Mention) -> str:
        """The first key of a mention that means something."""
        return self.keys(mention)[0]

    @cached_property
    def _titles(self) -> dict[tuple[str, Mention], list[Mention]]:
        found: dict[tuple[str, Mention], list[Mention]] = {}
        for person, post, _ in self.resolved.holdings:
            for body in self.keys(post):
                found.setdefault((body, person), []).append(post)
        return found

    def titles(self, body: str, person: Mention) -> list[Mention]:
        """The titles at the body of a key that the text gives to ``person`` where it stands."""
        return self._titles.get((body, person), [])

    @cached_property
    def _by_end(self) -> dict[int, Mention]:
        return {m.end: m for m in self.recognised.mentions}

    def before(self, mention: Mention) -> Mention | None:
        """The mention or title that ends where ``mention`` begins."""
        return self._by_end.get(mention.start)

    def sentence_at(self, offset: int) -> Sentence:
        """The sentence around an offset; an empty one where there is none."""
        index = bisect_right(self._starts, offset) - 1
        sentences = self.recognised.sentences
        return sentences[index] if 0 <= index < len(sentences) else Sentence(offset, offset)

    def within(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions that lie in ``[start, end)``."""
        first = bisect_right(self._mention_starts, start - 1)
        return tuple(m for m in self.mentions[first : bisect_right(self._mention_starts, end - 1)] if m.end <= end)

    @cached_property
    def _by_key(self) -> dict[str, list[Mention]]:
        found: dict[str, list[Mention]] = {}
        for mention in self.mentions:
            for key in self.keys(mention):
                found.setdefault(key, []).append(mention)
        return found

    def first_of(self, key: str, start: int, end: int) -> Mention | None:
        """The first mention of the entity of ``key`` that lies in ``[start, end)``."""
        known = self._by_key.get(key, [])
        at = bisect_left(known, start, key=lambda mention: mention.start)
        return known[at] if at < len(known) and known[at].end <= end else None

    @cached_property
    def _clause_marks(self) -> list[int]:
        return [match.start() for match in _CLAUSE_END.finditer(self.text)]

    def clause_at(self, offset: int) -> tuple[int, int]:
        """The clause around an offset: between commas, colons or semicolons of its sentence."""
        sentence, marks = self.sentence_at(offset), self._clause_marks
        following = bisect_left(marks, offset)
        start = max(sentence.start, marks[following - 1] + 1) if following else sentence.start
        end = min(sentence.end, marks[following]) if following < len(marks) else sentence.end
        return start, end

    @cached_property
    def _sentence_texts(self) -> dict[int, str]:
        return {s.start: self.text[s.start : s.end] for s in self.recognised.sentences}

    def evidence(self, offset: int, rule: str) -> tuple[Evidence, ...]:
        """The sentence around an offset as evidence of ``rule``."""
        s = self.sentence_at(offset)
        return (Evidence(s.start, s.end, self._sentence_texts.get(s.start, ""), rule),)

    def actors(self, offset: int, types: tuple[str, ...] = ("Organisation", "Place", "Person")) -> tuple[str, ...]:
        """Who acts at ``offset``: the subject of its clause or of one before it, back to a semicolon; () if none.

        A subject stands first in its clause, after a time phrase at most, and no preposition stands before it.
        Bodies joined by 、 or 和 act together.
        """
        sentence = self.sentence_at(offset)
        opening = max(sentence.start, *(self.text.rfind(mark, sentence.start, offset) + 1 for mark in "；;"))
        end = offset
        last = bisect_left(self._clause_marks, offset)
        first = max(bisect_left(self._clause_marks, opening), last - _CLAUSES_BACK)
        for start in (*(mark + 1 for mark in reversed(self._clause_marks[first:last])), opening):
            found = self._subject(start, end, types)
            if found:
                return found
            end = start
        return ()

    def _subject(self, start: int, end: int, types: tuple[str, ...]) -> tuple[str, ...]:
        listed = self.within(start, min(end, start + _LIST))
        inside = [m for m in listed if m.type in ("Organisation", "Place", "Person")]
        for index, m in enumerate(inside):
            gap = self.text[start : m.start]
            if m.type not in types or len(gap) > 12 or _NOT_SUBJECT.search(gap) or _REPORTS.match(self.text, m.end):
                continue
            if gap and not _TIME.match(gap) and len(gap) > 6:
                continue
            chain = index
            while chain + 1 < len(inside) and inside[chain + 1].start == inside[chain].end:
                chain += 1
            together = [inside[chain]]
            while chain + 1 < len(inside) and self.text[inside[chain].end : inside[chain + 1].start] in (
                "、",
                "和",
                "与",
                "及",
            ):
                if inside[chain + 1].type != together[0].type:
                    break
                chain += 1
                together.append(inside[chain])
            return tuple(dict.fromkeys(key for x in together for key in self.keys(x)))
        return ()

    def actors_or_home(self, offset: int, types: tuple[str, ...] = ("Organisation", "Place")) -> tuple[str, ...]:
        """The actors at ``offset``; where the sentence has none, the home place (guidelines, "Settled questions")."""
        found = self.actors(offset, types)
        return found or ((self.resolved.home,) if self.resolved.home else ())

    def office(self, body: str, title: str | None) -> str:
        """The office that a title at the body of a key means, however much of the body stands in the title; "" without
        a title."""
        return post_label(self.by_key[body].name, title) if title else ""

    def claim(
        self,
        subject: str,
        predicate: Predicate,
        object_: str,
        offset: int,
        rule: str,
        confidence: float,
        title: str | None = None,
    ) -> Claim:
        """A claim with the sentence around ``offset`` as its evidence."""
        return Claim(subject, predicate, object_, self.evidence(offset, rule), confidence, title)


def chain_heads(found: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The mentions without those that only lead to the place or body written on to them (石泉县 in 石泉县喜河镇)."""
    begins = {m.start for m in found if m.type in ("Place", "Organisation")}
    return tuple(m for m in found if m.type != "Place" or m.end not in begins)
