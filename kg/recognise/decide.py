"""The one place that settles which of several overlapping candidates stands."""

from __future__ import annotations

from collections.abc import Iterable

from kg.model import IN_ORDER, Mention

_BRACKETS = ("（）", "()", "《》")


def _is_whole(mention: Mention) -> bool:
    """A name cut inside a bracket is no name: 东乡(西区."""
    text = mention.text
    return text.isalnum() or all(text.count(left) == text.count(right) for left, right in _BRACKETS)


def decide(candidates: Iterable[Mention]) -> tuple[Mention, ...]:
    """The candidates that stand, by offset: the better score with a bonus for length wins, ties by type and rule.

    >>> place = Mention(0, 3, "Place", "石泉县", "place:division", 0.9)
    >>> body = Mention(0, 5, "Organisation", "石泉县妇联", "org:body", 0.9)
    >>> decide([place, body]) == (body,)
    True
    """
    ranked = sorted(
        (m for m in candidates if _is_whole(m)),
        key=lambda m: (-(m.score + 0.06 * min(m.end - m.start, 12)), m.start, -m.end, m.type, m.rule),
    )
    taken: set[int] = set()
    kept = []
    for mention in ranked:
        span = range(mention.start, mention.end)
        if not taken.intersection(span):
            taken.update(span)
            kept.append(mention)
    return tuple(sorted(kept, key=IN_ORDER))
