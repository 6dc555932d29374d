"""More training text by substitution: the names of an article exchanged for others of their kind.

A place becomes a division of the same level, a person another surname and given name, a company's or school's stem
another, a standard body another, a formula another formula; the same name becomes the same other name throughout the
article, inside longer names too. The sentences stay, so that the model learns them and not the names.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from kg.divisions import divisions
from kg.recognise.formulas import is_formula
from kg.recognise.lexicon import bodies, given_weights, suffixes, words

Span = tuple[int, int, str]
_NUMERALS = "一二三四五六七八九十双百千"


@cache
def _places() -> dict[tuple[str, str], list[str]]:
    """Names of divisions by level and last character."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for division in divisions():
        name = division.name
        if 3 <= len(name) <= 9 and name.isalpha():
            found[division.level, name[-1]].append(name)
            if name[-1] in "县市镇乡村" and len(name) > 3 and division.level in ("Prefecture", "County"):
                found[division.level, ""].append(name[:-1])
    return dict(found)


@cache
def _given() -> tuple[list[str], list[float]]:
    chars = [char for char in given_weights() if "一" <= char <= "鿿"]
    return chars, [math.exp(1.6 * given_weights()[char]) for char in chars]


@cache
def _surnames() -> tuple[list[str], list[float]]:
    names = sorted(words("surnames"))
    return names, [0.3 if len(name) > 1 else 1.0 for name in names]


class Substitution:
    """Draws other names for those of the given ``tags``; ``pool`` are the spans' texts by tag of the articles that may
    be learned from."""

    def __init__(self, pool: Mapping[str, Sequence[str]], seed: int, tags: frozenset[str]) -> None:
        self.tags = tags
        self.random = random.Random(seed)
        self.formulas = sorted({name for name in pool["PRG"] if is_formula(name)})
        self.programs = sorted({name for name in pool["PRG"] if not is_formula(name)})
        self.others = sorted({name for name in pool["PER"] if not self._is_chinese(name)})
        self.heads = sorted({name[:-1] for name in pool["PRG"] if len(name) > 4 and not is_formula(name)})

    def article(self, text: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
        """Another article of the same sentences, and where its names stand."""
        new: dict[tuple[str, str], str] = {}
        for start, end, tag in spans:
            if tag in ("PLA", "PER", "PRG"):
                old = text[start:end]
                new.setdefault((tag, old), self._other(old, tag) if tag in self.tags else old)
        places = sorted((old for tag, old in new if tag == "PLA" and len(old) > 1), key=len, reverse=True)
        pieces, out, at, size = [], [], 0, 0
        for start, end, tag in sorted(spans):
            old = text[start:end]
            if tag in ("ORG", "POST"):
                if (tag, old) not in new:
                    new[tag, old] = (
                        old if tag not in self.tags else self._body(old, tag, [(p, new["PLA", p]) for p in places])
                    )
            other = new[tag, old]
            pieces += [text[at:start], other]
            size += start - at
            out.append((size, size + len(other), tag))
            size += len(other)
            at = end
        return "".join([*pieces, text[at:]]), out

    @staticmethod
    def _is_chinese(name: str) -> bool:
        surnames = words("surnames")
        return len(name) <= 3 and name[:1] in surnames or len(name) in (3, 4) and name[:2] in surnames

    def _other(self, name: str, tag: str) -> str:
        return {"PLA": self._place, "PER": self._person, "PRG": self._program}[tag](name)

    def _place(self, name: str) -> str:
        known = divisions().named(name)
        if known:
            level = known[0].level
            full = known[0].name == name
            group = _places().get((level, name[-1] if full else ""), ())
            return self.random.choice(group) if group else name
        group = _places().get(("Village" if name[-1] == "村" else "Township", name[-1]), ()) if len(name) >= 3 else ()
        return self.random.choice(group) if group else name

    def _person(self, name: str) -> str:
        if not self._is_chinese(name):
            return self._minority(name)
        (surnames, often), (given, weights) = _surnames(), _given()
        surname = self.random.choices(surnames, often)[0]
        count = 2 if self.random.random() < 0.8 else 1
        return surname + "".join(self.random.choices(given, weights, k=count))

    def _minority(self, name: str) -> str:
        if "·" in name:
            parts = sorted({piece for other in self.others if "·" in other for piece in other.split("·")})
            return "·".join(self.random.choice(parts) for _ in name.split("·"))
        alike = [other for other in self.others if "·" not in other]
        if len(alike) < 2:
            return name
        first, second = self.random.sample(alike, 2)
        return first if self.random.random() < 0.5 else first[: max(1, len(first) // 2)] + second[len(second) // 2 :]

    def _program(self, name: str) -> str:
        if is_formula(name) and len(name) <= 8 and "+" not in name:
            if self.random.random() < 0.5 or not self.formulas:
                other = "".join(self.random.choice(_NUMERALS) if char in _NUMERALS else char for char in name)
                return other
            return self.random.choice(self.formulas)
        if self.random.random() < 0.5:
            return name
        near = [other for other in self.programs if abs(len(other) - len(name)) <= 3 and other[-1] == name[-1]]
        return self.random.choice(near) if near else name

    def _body(self, name: str, tag: str, places: Sequence[tuple[str, str]]) -> str:
        head = ""
        for old, other in places:
            if name.startswith(old):
                head, name = other, name[len(old) :]
                break
        else:
            for size in range(min(len(name) - 1, 12), 2, -1):
                if name[size - 1] in "省市县区州旗镇乡村" and divisions().named(name[:size]):
                    head, name = self._place(name[:size]), name[size:]
                    break
        if tag == "POST":
            return head + name
        level = name[0] if not head and name[:1] in "省市县区州旗镇乡村" else ""
        rest = name[len(level) :]
        standard = [b for b in bodies() if rest in (b.short, b.long)]
        if standard and self.random.random() < 0.5:
            other = self.random.choice([b for b in bodies() if b.parent == standard[0].parent])
            rest = other.short if rest == standard[0].short else other.long
        else:
            rest = self._stem(rest) if not level else rest
        return head + level + rest

    def _stem(self, name: str) -> str:
        for suffix in sorted(suffixes("organisation"), key=len, reverse=True):
            if name.endswith(suffix) and len(name) - len(suffix) >= 2 and suffix[-1] in "司团社厂校学院行店场园":
                stem = name[: -len(suffix)]
                other = self.random.choice(_places()["Village", "村"])[:-1]
                cut = min(2, len(stem)) if len(stem) < 6 else 2
                return other[:4] + stem[cut:] + suffix
        return name
