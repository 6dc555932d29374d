"""holdsPost: titles before a name (县委书记、组长某某), shared by a list of names, or after it in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Claim, Mention
from kg.relate.view import View
from kg.resolve.posts import title_parts

_JOINT = re.compile(r"^[、，, 　兼和]{0,2}(?:同志)?[:：]?$")
_APPOINTED = re.compile(r"^(?:同志)?(?:，|,)?(?:现任|担任|当选为?|兼任|任)(?:[一-鿿]{0,4})$|^[（(]$")


def _titles_before(view: View, index: int) -> list[Mention]:
    """The titles that stand in an unbroken chain right before the person at ``index``, the nearest first."""
    mentions = view.recognised.mentions
    person, titles = mentions[index], list[Mention]()
    right = person
    for at in range(index - 1, -1, -1):
        m = mentions[at]
        gap = view.text[m.end : right.start]
        if not (
            _JOINT.match(gap) if right is person or right.type == "Post" and m.type == "Post" else gap in ("", "、")
        ):
            break
        if m.type == "Post":
            titles.append(m)
        elif m.type == "Person" or right.type == "Person":
            break
        right = m
        if m.type in ("Organisation", "Place") and gap == "、":
            break
    return titles


def posts(view: View) -> Iterator[Claim]:
    """Who holds which office, by the titles beside each name."""
    mentions = view.recognised.mentions
    shared: list[Mention] = []
    last: Mention | None = None
    for index, person in enumerate(mentions):
        if person.type != "Person" or not view.keys(person):
            continue
        titles = _titles_before(view, index)
        if not titles and last is not None and view.text[last.end : person.start] in ("、", "和", " ", "　", "  "):
            titles = shared
        after = mentions[index + 1] if index + 1 < len(mentions) else None
        if (
            after is not None
            and after.type in ("Post", "Organisation", "Place")
            and _APPOINTED.match(view.text[person.end : after.start])
        ):
            titles = (
                titles
                + [m for m in mentions[index + 1 : index + 5] if m.type == "Post" and m.start - person.end < 25][:2]
            )
        for title in titles:
            for body in view.keys(title):
                rule = "post:reporter" if title.text.endswith(("记者", "通讯员")) else "post:title"
                yield view.claim(
                    view.key(person), "holdsPost", body, person.start, rule, 0.85, title_parts(title.text)[1]
                )
        shared, last = titles, person
