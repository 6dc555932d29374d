"""What a sentence denies: 没有开展, 停止实施, 未能前往, 不再担任 tell that something is not so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.model import Claim
from kg.relate.pairs import FRAMES
from kg.relate.view import View

# 未来, 未成年 and 没有…就没有 deny nothing; 不断, 不仅 and 不少 neither, so 不 counts before a few verbs alone.
_DENIAL = re.compile(
    r"(?:没有?(?=[到去来赴进开实推参与和同向给为对建签走组担任])|从未|未(?=[能曾到去赴开实推落参与建签走组担任前])|尚未|并未"
    r"|不(?:到(?=[一-鿿]{2})|去|再|参加|参与|开展|实施|推行|支持)|拒绝|停止|暂停|取消|叫停|终止|违反|禁止)"
)
_CALLED_OFF = re.compile(r"^[^。！？\n]{0,20}?(?:取消|未能成行|未果|作罢|搁置)")
_NO_LONGER = re.compile("(?:同志)?[，,]?(?:已|现)?不再(?:兼|担)?任")  # whatever body the sentence named before
_STATED = frozenset((*FRAMES, "contacts", "holdsPost"))


def told(view: View, claims: Iterable[Claim]) -> Iterator[Claim]:
    """The claims without those that their own sentence denies.

    A fact of several sentences stands where one of them tells it.
    """
    for claim in claims:
        if claim.predicate not in _STATED or not all(_denies(view, claim, e.start, e.end) for e in claim.evidence):
            yield claim


def _denies(view: View, claim: Claim, start: int, end: int) -> bool:
    """Whether a word of denial stands between subject and object, or the sentence calls the thing off after them."""
    at, subject = view.first_of(claim.object, start, end), view.first_of(claim.subject, start, end)
    if at is None and claim.predicate != "holdsPost":
        return False
    if claim.predicate == "holdsPost" and subject is not None and _NO_LONGER.match(view.text, subject.end):
        return True
    left, right = (subject.end if subject else start), (at.start if at else end)
    if claim.predicate == "holdsPost" and at is not None:
        left, right = min(left, right), max(left, right)
    clause, _ = view.clause_at(max(right - 1, start))
    between = view.text[max(left if left < right else start, clause) : right]
    after = view.text[at.end : end] if at is not None and claim.predicate == "visited" else ""
    return _DENIAL.search(between) is not None or _CALLED_OFF.match(after) is not None
