"""holdsPost: who holds which title is settled with the titles' bodies (``kg.resolve``); here it becomes a claim."""

from __future__ import annotations

from collections.abc import Iterator

from kg.model import Claim
from kg.relate.view import View
from kg.resolve.posts import title_parts

_CONFIDENCE = {"post:before": 0.9, "post:reporter": 0.9}


def posts(view: View) -> Iterator[Claim]:
    """Who holds which office, by the titles beside each name."""
    for person, post, rule in view.resolved.holdings:
        for holder in view.keys(person):
            for body in view.keys(post):
                title = title_parts(post.text)[1]
                yield view.claim(holder, "holdsPost", body, person.start, rule, _CONFIDENCE.get(rule, 0.8), title)
