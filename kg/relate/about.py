"""What a figure is told of: the names around it, weighed by where they stand.

The candidates are the names before the figure in its sentence, those that the sentences before it in the paragraph
begin with or end on, and the home place. Each has a set of features (where it stands, what stands beside it, what is
counted); the sum of their weights, over all candidates, gives its probability. The weights are in
``kg/data/relate/about.json``, made from the annotated corpus by ``training/about.py``, which also says how often they
are right.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kg.model import Figure, Mention
from kg.recognise.lexicon import alternatives
from kg.relate.view import View

HOME, NOT_FOUND = "home", ""
_SENTENCES_BACK = 3
_UNLIKELY = 1e-4
_NAMES = 20  # names before a figure in its sentence that are looked at: above any in the corpus, and a bound on work
_PREPOSITIONS = "在到向给为对与和由被把从以让将使经用同往赴比超"
_UNITS = {
    **dict.fromkeys(("元", "万元", "美元", "港元", "欧元"), "money"),
    **dict.fromkeys(("人", "名", "户", "人次", "位", "户次", "岁"), "people"),
    **dict.fromkeys(("亩", "公里", "平方米", "米", "公顷", "平方公里", "立方米", "千米"), "size"),
    **dict.fromkeys(("%", "‰", "个百分点", "倍", ""), "share"),
    **dict.fromkeys(("件", "次", "场", "场次", "期", "条", "项", "份", "批"), "doings"),
}
_SAYS = re.compile("(?:[一-龥]{0,4})(?:介绍|表示|告诉|说|坦言|透露)")
_ANAPHOR = re.compile(
    "(?:该|这个|这家|这所|这座|这支|全|本|这)(?P<what>局|公司|企业|合作社|校|学校|院|医院|镇|乡|街道|村|社区|县|市|区|州|旗|项目|"
    "工程|园|园区|基地|库|水库|集团|支行|队|中心|活动|行动)|(?P<they>[他她它]们)|(?P<who>[他她]|两人|二人)|(?P<project>项目|工程|活动|行动)"
)
_PLACE_WORDS = {"镇": "Township", "乡": "Township", "街道": "Township", "村": "Village", "社区": "Village"}
_PLACE_WORDS |= {"县": "County", "市": "County", "区": "County", "旗": "County", "州": "Prefecture"}
_CARRIED = re.compile(f"(?:{alternatives('carrying')})[“《]?$")
_COMPARES = re.compile("[比较]$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a figure may be told of, and what speaks for it or against it."""

    key: str
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a figure is told of: a key, its probability (0 to 1), and "home", "sentence" or "paragraph" for where."""

    key: str
    chance: float
    where: str


def choose(view: View, run: Sequence[Figure]) -> list[Choice]:
    """What the figures of ``run`` are told of, one choice for each; none where no name comes into question.

    A run is told of one thing: figures of one sentence with no name between them. Their probabilities count together.
    """
    options = [candidates(view, figure) for figure in run]
    chances = [_chances(found) for found in options]
    together: dict[str, float] = {}
    for key in dict.fromkeys(key for found in chances for key in found if key != NOT_FOUND):
        together[key] = sum(math.log(max(found.get(key, 0.0), _UNLIKELY)) for found in chances)
    if not together:
        return []
    key = max(sorted(together), key=together.__getitem__)
    told = zip(options, chances, strict=True)
    return [Choice(key, chance.get(key, 0.0), _where(found, key)) for found, chance in told]


def _chances(options: list[Candidate]) -> dict[str, float]:
    """The probability of each key; one entity may stand at several places, and its chances add up."""
    weights = _weights()
    scores = [sum(weights.get(feature, 0.0) for feature in option.features) for option in options]
    shares = [math.exp(score - max(scores)) for score in scores]
    chances: dict[str, float] = {}
    for option, share in zip(options, shares, strict=True):
        chances[option.key] = chances.get(option.key, 0.0) + share / sum(shares)
    return chances


def _where(options: list[Candidate], key: str) -> str:
    """Where the entity of ``key`` stands nearest."""
    features = [option.features for option in options if option.key == key]
    if any("back" not in told and HOME not in told for told in features):
        return "sentence"
    return "paragraph" if any("back" in told for told in features) else HOME


def candidates(view: View, figure: Figure) -> list[Candidate]:
    """The entities that ``figure`` may be told of, with their features; one that is named twice stands there twice.

    The last one stands for a thing whose name was not recognised: never chosen, but it has its chance too.
    """
    unit = _UNITS.get(figure.unit, "things")
    actors = view.actors(figure.start)
    found = [*_in_sentence(view, figure, actors), *_in_paragraph(view, figure)]
    if view.resolved.home is not None:
        found.append((view.resolved.home, _home_features(view, figure, actors)))
    return [
        Candidate(key, frozenset({*features, *(f"{unit}&{f}" for f in features if f in _CROSSED)}))
        for key, features in [*found, (NOT_FOUND, {"not found", f"not found:{min(len(found), 4)}"})]
    ]


# What weighs differently for money than for people.
_CROSSED = frozenset((HOME, "Organisation", "Place", "Person", "Program", "clause:0", "in:在", "in:到", "in:给"))


@cache
def _weights() -> dict[str, float]:
    text = files("kg.data").joinpath("relate", "about.json").read_text(encoding="utf-8")
    return json.loads(text)["weights"]


def _in_sentence(view: View, figure: Figure, actors: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    sentence = view.sentence_at(figure.start)
    names = view.within(sentence.start, figure.start)[-_NAMES:]
    said = _anaphors(view.text, sentence.start, figure.start)
    for at, name in enumerate(names):
        features = _standing(view, name) | _between(view, names, at, figure)
        for key in view.keys(name):
            told = {f"actor:{name.type}"} if key in actors else set()
            yield key, features | told | _kind(view, key) | _meant(view, key, said)


def _standing(view: View, name: Mention) -> set[str]:
    """How a name stands in its clause."""
    text, (start, _) = view.text, view.clause_at(name.start)
    gap = text[start : name.start]
    features = {name.type, f"gap:{min(len(gap), 9) // 3}"}
    if not gap:
        features.add(f"first:{name.type}")
    if name.start and text[name.start - 1] in _PREPOSITIONS and gap:
        features.add(f"in:{text[name.start - 1]}")
    after = text[name.end : name.end + 1]
    if after in "、的和与，：:在向给等有":
        features |= {f"before:{after}", f"before:{after}:{name.type}"}
    if text[name.start - 1 : name.start] in ("、", "和", "与"):
        features.add(f"listed:{name.type}")
    if name.type == "Program" and _CARRIED.search(text, max(0, name.start - 6), name.start):
        features.add("carried")
    if name.start - view.sentence_at(name.start).start <= 2:
        features.add(f"opens:{name.type}")
    if _SAYS.match(text, name.end):
        features.add("says")
    if _COMPARES.search(gap):
        features.add("compared")
    return features


def _between(view: View, names: tuple[Mention, ...], at: int, figure: Figure) -> set[str]:
    """What stands between a name and the figure."""
    name, text = names[at], view.text
    between = text[name.end : figure.start]
    clauses = len(re.findall("[，,：:]", between))
    features = {f"clause:{min(clauses, 4)}", f"clause:{min(clauses, 2)}:{name.type}"}
    if "；" in between or ";" in between:
        features.add("semicolon")
    if between.count("“") != between.count("”"):
        features.add("quotes")
    others = names[at + 1 :]
    features.add(f"others:{min(len(others), 4)}")
    if others and others[0].start == name.end:
        features.add(f"leads:{others[0].type}")
    if at and names[at - 1].end == name.start:
        features.add(f"led:{names[at - 1].type}")
    if len(between) <= 3:
        features.add("near")
    if any(other.type == name.type for other in others):
        features.add("alike after")
    if name.type == "Program":
        features.add(f"Program:others:{min(len(others), 2)}:clauses:{min(clauses, 2)}")
    if any(other.type in ("Organisation", "Place") for other in names[:at]):
        features.add(f"after a body:{name.type}")
    return features


def _in_paragraph(view: View, figure: Figure) -> Iterator[tuple[str, set[str]]]:
    """The first and the last names of the sentences before."""
    sentence, back = view.sentence_at(figure.start), 0
    said = _anaphors(view.text, sentence.start, figure.start)
    bare = not view.within(sentence.start, figure.start)
    while back < _SENTENCES_BACK and sentence.start > 0:
        sentence, back = view.sentence_at(sentence.start - 1), back + 1
        names = view.within(sentence.start, sentence.end)
        if sentence.start == sentence.end:
            return
        line = {"line"} if "\n" in view.text[sentence.end - 1 : figure.start] else set()
        ends = dict.fromkeys(((names[0], "opens"), (names[-1], "closes"))) if names else ()
        for name, where in ends:
            gap = name.start - sentence.start
            features = {"back", f"back:{back}:{where}", f"back:{where}:{name.type}", *(f"back&{x}" for x in line)}
            if where == "opens" and gap <= 2:
                features.add(f"back:first:{name.type}")
            if bare:
                features.add(f"bare:{min(back, 2)}:{where}")
            for key in view.keys(name):
                yield key, features | _kind(view, key) | _meant(view, key, said)


def _home_features(view: View, figure: Figure, actors: tuple[str, ...]) -> set[str]:
    sentence = view.sentence_at(figure.start)
    names = view.within(sentence.start, figure.start)
    features = {HOME, f"home:names:{min(len(names), 3)}"}
    if actors:
        features.add("home:actors")
    if re.search("全[县市区州乡镇村旗省盟]|我[县市区]", view.text[sentence.start : figure.start]):
        features.add("home:whole")
    if _anaphors(view.text, sentence.start, figure.start):
        features.add("home:anaphor")
    return features | {f"home:{view.by_key[view.resolved.home or ''].kind}"}


def _kind(view: View, key: str) -> set[str]:
    entity = view.by_key[key]
    features = {f"kind:{entity.kind}"} if entity.kind else set()
    if key == view.resolved.home:
        features.add("is home")
    return features | ({"often"} if len(entity.mentions) > 3 else set())


def _anaphors(text: str, start: int, end: int) -> list[str]:
    """Words before the figure that take up something named before: 该局, 这个村, 他."""
    found = _ANAPHOR.finditer(text, start, end)
    return [m["what"] or m["project"] or ("他们" if m["they"] else "他") for m in found]


def _meant(view: View, key: str, said: list[str]) -> set[str]:
    """Whether the last such word can mean the entity of ``key``."""
    if not said:
        return set()
    entity, word = view.by_key[key], said[-1]
    if word == "他":
        fits = entity.type == "Person"
    elif word == "他们":
        fits = entity.type == "Organisation"
    elif word in _PLACE_WORDS:
        fits = entity.kind == _PLACE_WORDS[word]
    else:
        fits = entity.name.endswith(word) or word in ("公司", "企业") and entity.kind == "Enterprise"
    return {"meant"} if fits else {"not meant"}
