"""Where a name begins when only its end is marked: the left edge by function words, verbs and punctuation."""

from __future__ import annotations

import re

from kg.recognise.lexicon import words, words_before

# Verbs that stand in no name; the dictionary would join them to what follows (新建县 was a county).
_ALWAYS_OUTSIDE = re.compile(
    "新建|引进|来到|走进|前往|位于|深入|开办|捐赠|毕业于|担任|兼任|成立|设立|坐落|隶属|选派|针对|正在|用于|交给"
    "|地处|走入|步入|会见|会同|随同|陪同|途经|当地|下沉到|落户|莅临|所属|同属|(?<=.)和(?=[县市州省])|(?<=.)与"
)
_NAME_CHARACTERS = re.compile(r"[一-鿿A-Za-z0-9（）()·]+")


def left_edge(
    text: str, end: int, limit: int, outside: frozenset[str] = frozenset(), inside: frozenset[str] = frozenset()
) -> int:
    """The offset where the name that runs up to ``end`` begins, at most ``limit`` characters back.

    The walk goes word by word and stops at punctuation, at a function word or verb of the lexicon, and at a
    number that counts (三家公司). ``outside`` are further words that stand in no such
    name, ``inside`` words of the stop list that may.

    >>> left_edge("协调远大海运集团", 6, 12)
    2
    """
    stops, start = words("stopwords"), end
    for verb in _ALWAYS_OUTSIDE.finditer(text, max(0, end - limit - 2), end):
        limit = min(limit, end - verb.end())
    for at, word in words_before(text, end, limit):
        if (word in stops or word in outside) and word not in inside:
            break
        if not _NAME_CHARACTERS.fullmatch(word) or word.isdigit():
            break
        start = at
    return start
