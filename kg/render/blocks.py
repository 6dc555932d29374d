"""The explorer's data in blocks: the first view's as plain JSON, the rest by columns and packed until it is asked for.

A column is a list with an entry for each thing, fact, figure, sentence or article; lists of lists travel as ``counts``
and one flat list. IRIs under the base are written without it. What each block holds, the page's ``data.js`` reads.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pypinyin import lazy_pinyin
from pypinyin.seg import mmseg

from kg.model import EntityType
from kg.record.vocabulary import KINDS, PREFIXES
from kg.render.groups import Grouping, grouped
from kg.render.layout import Layout, layout
from kg.render.page_data import PageData, Quote
from kg.restore.script import single_forms

#: How many things the first view shows by name at most.
FIRST_VIEW = 360
#: Sentences that are unpacked together.
QUOTES_AT_ONCE = 4000
TOPS: tuple[EntityType, ...] = tuple(KINDS)


@dataclass(frozen=True, slots=True)
class Blocks:
    """``first`` is read when the page opens; each of ``later`` when somebody asks for what it holds."""

    first: dict[str, Any]
    later: dict[str, Any]


def blocks_of(data: PageData, *, base: str) -> Blocks:
    """All that the page shows, laid out on the map. ``base`` is the IRI under which the instances live."""
    grouping = grouped(data)
    placed = layout(grouping.of, len(grouping.groups), ((fact.subject, fact.object) for fact in data.facts))
    degree = Counter(thing for fact in data.facts for thing in {fact.subject, fact.object})
    later = {
        "things": _things(data, grouping, placed, degree, base),
        "also": {number: thing.also for number, thing in enumerate(data.things) if thing.also},
        "search": _search(data),
        "facts": _facts(data, base),
        "backing": {"facts": _flat(fact.quotes for fact in data.facts)},
        "figures": _figures(data, base),
        "articles": _articles(data, base),
    }
    parts = [data.quotes[i : i + QUOTES_AT_ONCE] for i in range(0, len(data.quotes), QUOTES_AT_ONCE)]
    later |= {f"quotes{number}": _quotes(part) for number, part in enumerate(parts)}
    return Blocks(_first(data, grouping, placed, degree, base), later)


def _first(data: PageData, grouping: Grouping, placed: Layout, degree: Counter[int], base: str) -> dict[str, Any]:
    hubs = _hubs(data, grouping, degree)
    number = {thing: i for i, thing in enumerate(hubs)}
    own = ((fact.subject, fact.object) for fact in data.facts)
    lines = sorted({(min(a, b), max(a, b)) for a, b in own if a in number and b in number and a != b})
    return {
        "base": base,
        "prefixes": dict(PREFIXES),
        "quotesAtOnce": QUOTES_AT_ONCE,
        "counts": {
            "documents": len(data.articles),
            "things": len(data.things),
            "facts": len(data.facts),
            "figures": len(data.figures),
        },
        "tops": TOPS,
        "groups": _groups(data, grouping, placed, degree),
        "hubs": {
            "thing": hubs,
            "name": [data.things[thing].name for thing in hubs],
            "top": [TOPS.index(data.things[thing].top) for thing in hubs],
            "group": [grouping.of[thing] for thing in hubs],
            "x": [placed.points[thing][0] for thing in hubs],
            "y": [placed.points[thing][1] for thing in hubs],
            "degree": [degree[thing] for thing in hubs],
        },
        "lines": [index for line in lines for index in line],
        "ties": _ties(data, grouping),
    }


def _hubs(data: PageData, grouping: Grouping, degree: Counter[int]) -> list[int]:
    """The best connected of each group, every group its share, no class without its best; places only by themselves."""
    joined = [thing for thing in range(len(data.things)) if degree[thing]]
    if len(joined) <= FIRST_VIEW:
        return joined
    share = max(2, FIRST_VIEW // (2 * len(grouping.groups)))
    taken: Counter[int] = Counter()
    chosen = set()
    for thing in joined:  # best connected first
        if taken[grouping.of[thing]] < share:
            taken[grouping.of[thing]] += 1
            chosen.add(thing)
    for thing in joined:
        if len(chosen) >= max(FIRST_VIEW, share * len(grouping.groups)):
            break
        if data.things[thing].top != "Place":
            chosen.add(thing)
    return sorted(chosen)


def _groups(data: PageData, grouping: Grouping, placed: Layout, degree: Counter[int]) -> dict[str, Any]:
    counts = [[0] * len(TOPS) for _ in grouping.groups]
    for thing, group in enumerate(grouping.of):
        counts[group][TOPS.index(data.things[thing].top)] += 1
    return {
        "key": [group.key for group in grouping.groups],
        "sort": [group.sort for group in grouping.groups],
        "name": [group.name for group in grouping.groups],
        "thing": [group.thing for group in grouping.groups],
        "x": [circle.x for circle in placed.circles],
        "y": [circle.y for circle in placed.circles],
        "radius": [round(circle.radius, 1) for circle in placed.circles],
        "counts": counts,
    }


def _ties(data: PageData, grouping: Grouping) -> list[int]:
    """Pairs of groups and how many facts join them, the strongest first, flat."""
    ties: Counter[tuple[int, int]] = Counter()
    for fact in data.facts:
        a, b = sorted((grouping.of[fact.subject], grouping.of[fact.object]))
        if a != b:
            ties[a, b] += 1
    strongest = sorted(ties.items(), key=lambda item: (-item[1], item[0]))[: len(grouping.groups)]
    return [value for (a, b), count in strongest for value in (a, b, count)]


def _things(data: PageData, grouping: Grouping, placed: Layout, degree: Counter[int], base: str) -> dict[str, Any]:
    kinds = _numbered(kind for thing in data.things for kind in thing.kinds)
    return {
        "iri": [_local(thing.iri, base) for thing in data.things],
        "name": [thing.name for thing in data.things],
        "top": [TOPS.index(thing.top) for thing in data.things],
        "kindNames": list(kinds),
        "kinds": _flat([kinds[kind] for kind in thing.kinds] for thing in data.things),
        "code": [thing.code for thing in data.things],
        "group": grouping.of,
        "x": [x for x, _ in placed.points],
        "y": [y for _, y in placed.points],
        "degree": [degree[thing] for thing in range(len(data.things))],
    }


def _search(data: PageData) -> dict[str, Any]:
    return {
        "traditional": _traditional("".join(thing.name for thing in data.things)),
        "pinyin": [pinyin_keys((thing.name, *thing.also)) for thing in data.things],
    }


def pinyin_keys(names: Iterable[str]) -> str:
    """How the names are typed in pinyin: syllables with spaces between, the names' keys with ``|`` between.

    >>> pinyin_keys(["邵阳县", "邵陽縣", "Bob"])
    'shao yang xian'
    """
    keys: dict[str, None] = {}
    for name in names:
        chinese = [character for character in name[:40] if "\u4e00" <= character <= "\u9fff"]
        if chinese:
            keys.setdefault(" ".join(filter(None, map(_syllables, mmseg.seg.cut("".join(chinese))))))
    return "|".join(keys)


@lru_cache(20_000)
def _syllables(word: str) -> str:
    """How a word of pypinyin's own segmentation is read: the words of names come again and again."""
    return " ".join(lazy_pinyin(word, errors="ignore")).replace("ü", "v")


def _traditional(names: str) -> dict[str, str]:
    """The Traditional characters that a reader may type for characters of ``names``."""
    used = set(names)
    forms = ((chr(old), new) for old, new in sorted(single_forms().items()) if 0x4E00 <= old < 0xA000)
    return {old: new for old, new in forms if new in used}


def _facts(data: PageData, base: str) -> dict[str, Any]:
    relations = _numbered((fact.relation, fact.predicate) for fact in data.facts)
    posts = _numbered((fact.post, fact.title) for fact in data.facts if fact.post)
    dates = _numbered(fact.date for fact in data.facts)
    sure = _numbered(fact.confidence for fact in data.facts)
    return {
        "relationNames": [name for name, _ in relations],
        "predicates": [predicate for _, predicate in relations],
        "postIris": [_local(post, base) for post, _ in posts],
        "titles": [title for _, title in posts],
        "dates": list(dates),
        "confidences": list(sure),
        "subject": [fact.subject for fact in data.facts],
        "relation": [relations[fact.relation, fact.predicate] for fact in data.facts],
        "object": [fact.object for fact in data.facts],
        "post": [posts[fact.post, fact.title] if fact.post else -1 for fact in data.facts],
        "date": [dates[fact.date] for fact in data.facts],
        "confidence": [sure[fact.confidence] for fact in data.facts],
    }


def _figures(data: PageData, base: str) -> dict[str, Any]:
    own = ("about", "name", "value", "unit", "qualifier", "date", "confidence")
    return {
        "iri": [_local(figure.iri, base) for figure in data.figures],
        **{name: [getattr(figure, name) for figure in data.figures] for name in own},
        "approximate": [int(figure.approximate) for figure in data.figures],
        "quotes": _flat(figure.quotes for figure in data.figures),
    }


def _articles(data: PageData, base: str) -> dict[str, Any]:
    """The documents, what each of them names, and where its sentences begin in the list of all."""
    named: defaultdict[int, list[int]] = defaultdict(list)
    for number, thing in enumerate(data.things):
        for article in thing.articles:
            named[article].append(number)
    spans: dict[int, tuple[int, int]] = {}
    for number, quote in enumerate(data.quotes):
        if quote.article is not None:
            spans[quote.article] = (spans.get(quote.article, (number, 0))[0], number + 1)
    numbers = range(len(data.articles))
    return {
        **{name: [getattr(article, name) for article in data.articles] for name in ("id", "title", "date", "source")},
        "home": [_local(article.home, base) for article in data.articles],
        "things": _flat(named[number] for number in numbers),
        "begin": [spans.get(number, (0, 0))[0] for number in numbers],
        "end": [spans.get(number, (0, 0))[1] for number in numbers],
    }


def _quotes(quotes: Sequence[Quote]) -> dict[str, Any]:
    rules = _numbered(quote.rule for quote in quotes)
    return {
        "rules": list(rules),
        "text": [quote.text for quote in quotes],
        "article": [-1 if quote.article is None else quote.article for quote in quotes],
        "begin": [quote.begin for quote in quotes],
        "end": [quote.end for quote in quotes],
        "rule": [rules[quote.rule] for quote in quotes],
    }


def _flat(lists: Iterable[Sequence[int]]) -> dict[str, list[int]]:
    kept = list(lists)
    return {"counts": [len(one) for one in kept], "flat": [value for one in kept for value in one]}


def _numbered(values: Iterable[Any]) -> dict[Any, int]:
    return {value: number for number, value in enumerate(sorted(set(values)))}


def _local(iri: str, base: str) -> str:
    """An IRI without the base; one that is not under it stands in angle brackets."""
    if not iri:
        return ""
    return iri[len(base) :] if iri.startswith(base) else f"<{iri}>"
