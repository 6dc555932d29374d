"""The model's word on the grammars' proposals: each keeps its rule and gets its probability, and what only the model
sees becomes a proposal of its own, with the class that its name's form tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.model import Mention
from kg.recognise import organisations, places, programs
from kg.recognise.decide import decide
from kg.recognise.features import TYPES, Cut
from kg.recognise.tagger import Tagger, blocks

# The probability from which a name stands that the grammars' own decision has too, and one that it has not. Between
# 0.01 and 0.4, and 0.4 and 0.8, the F1 of the held-out folds moves by less than 0.01; where both see a name, two
# witnesses that err in different ways agree, so the first is low; the model alone must be sure.
AGREED, ALONE = 0.03, 0.75
# What the grammars' decision adds to a name's score, as a share of what is left to 1: it settles overlaps.
AGREEMENT = 0.3
# Rules that the model does not overrule: what they see is a name by the guidelines' own word, and rare in the corpus.
FIXED = frozenset(("place:road-number", "place:part"))


def judge(
    tagger: Tagger,
    text: str,
    candidates: Sequence[Mention],
    agreed: float = AGREED,
    alone: float = ALONE,
    cut: Cut | None = None,
) -> Iterator[Mention]:
    """What may stand: of the ``candidates`` and the model's own spans those that are likely enough, ``agreed`` where
    the grammars' own decision has the name, else ``alone``. ``cut`` is a segmenter whose words the model sees."""
    ordered = sorted(candidates)
    for start, end in blocks(text):
        inside = [m for m in ordered if start <= m.start and m.end <= end]
        here = [replace(m, start=m.start - start, end=m.end - start) for m in inside] if start else inside
        best: dict[tuple[int, int, str], Mention] = {}
        for m in here:
            key = (m.start, m.end, m.type)
            if key not in best or (m.score, m.rule) > (best[key].score, best[key].rule):
                best[key] = m
        settled = {(m.start, m.end, m.type) for m in decide(here)}
        for left, right, type_, chance in tagger.judge(text[start:end], here, cut):
            key = (left, right, TYPES[type_])
            known = best.get(key)
            if known is not None and known.rule in FIXED:
                chance = max(chance, known.score)
            if chance < (agreed if key in settled else alone):
                continue
            if key in settled:
                chance += AGREEMENT * (1 - chance)
            name = text[start + left : start + right]
            if known is None:
                yield shaped(start + left, name, type_, chance)
            else:
                yield replace(known, start=start + left, end=start + right, score=chance)


def shaped(start: int, name: str, type_: int, chance: float) -> Mention:
    """A name that no grammar proposed, with the rule and the class that its own form tells."""
    rule, kind = "model", ""
    if TYPES[type_] == "Organisation":
        rule, kind = (
            ("model:body", organisations.body_kind(name))
            if organisations.is_public(name)
            else ("model", organisations.suffix_kind(name))
        )
    elif TYPES[type_] == "Place":
        relative = places.is_relative(name)
        rule, kind = "place:relative" if relative else "model", "" if relative else places.kind_of(name)
    elif TYPES[type_] == "Program":
        kind = programs.kind_of(name)
    return Mention(start, start + len(name), TYPES[type_], name, rule, chance, kind)
