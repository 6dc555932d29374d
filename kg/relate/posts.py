"""holdsPost: who holds which title is settled with the titles' bodies (``kg.resolve``); here it becomes a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Claim, Mention
from kg.relate.view import View
from kg.resolve.posts import plain_title

_CONFIDENCE = {"post:before": 0.9, "post:reporter": 0.9}
# Whoever is proposed for an office does not hold it: 拟任县水利局局长的某某, 提名某某为局长人选, 候任县长.
_PROPOSED = re.compile(
    "(?:拟(?:提名|推荐|提拔|任命|选拔|聘)?|(?<!拟)提名|推荐|候任|建议任命)(?!免)[^，,。；;：:\n]{0,30}$"
)
_REACH = 60  # characters before a title that are read for such words
_NOW = re.compile("现任|时任|原任|[曾兼]任")
_CANDIDATE = re.compile("的?(?:职务)?(?:建议|推荐|提名|拟任)?(?:人选|候选人)")


def posts(view: View) -> Iterator[Claim]:
    """Who holds or held which office, by the titles beside each name; a proposed office is none."""
    for person, post, rule in view.resolved.holdings:
        if _is_proposed(view, person, post):
            continue
        for holder in view.keys(person):
            for body in view.keys(post):
                title = plain_title(post.text)
                yield view.claim(holder, "holdsPost", body, person.start, rule, _CONFIDENCE.get(rule, 0.8), title)


def said_before(view: View, person: Mention, post: Mention) -> str:
    """The words of a title's clause before it, after the name of any other person: what says that the office is
    proposed, or over."""
    start = max(view.sentence_at(post.start).start, post.start - _REACH)
    start = max(start, *(view.text.rfind(mark, start, post.start) + 1 for mark in "，,；;：:"))
    others = [m.end for m in view.within(start, post.start) if m.type == "Person" and m != person]
    return view.text[max([start, *others]) : post.start]


def _is_proposed(view: View, person: Mention, post: Mention) -> bool:
    found = _PROPOSED.search(said_before(view, person, post))
    if found is not None and not _NOW.search(found[0]):
        return True
    return _CANDIDATE.match(view.text, post.end) is not None
