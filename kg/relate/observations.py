"""Observations: each figure with the entity that it is about and its indicator as a phrase of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Figure, Observation
from kg.relate.view import View

_BREAK = re.compile(r"[，,。；;：:！？\n“”（）()]")
_LEADING = re.compile(
    r"^(?:今年|去年|目前|截至目前|现已|已经|已|共|累计|全部|其中|先后|约|近|逾|达到?|超过?|的|了|为|是|由|并|还|也|、|和|与|等)+"
)
_TRAILING = re.compile(r"(?:已|共|累计|全部|约|近|逾|达到?|超过?|的|了|为|是|有|至|、|和|与|出)+$")
_NOUN = re.compile(r"^[一-鿿“”A-Za-z]{1,14}?(?=[，,。；;：:！？\n、（）()\d]|$|的|在|已|共|进行|参与|和|与|等)")


def _indicator(view: View, figure: Figure, left_limit: int) -> str:
    start, end = view.clause_at(figure.start)
    start = max(start, left_limit)
    left = _BREAK.split(view.text[start : figure.start])[-1]
    left = _TRAILING.sub("", _LEADING.sub("", left.strip()))
    noun = _NOUN.match(view.text[figure.end : end])
    right = noun[0] if noun and figure.unit != "%" else ""
    phrase = (left + right).strip("“”、的 ") or left or right
    return phrase[-30:] or figure.unit


def observations(view: View) -> Iterator[Observation]:
    """Every figure as an observation about the clause's nearest named actor, else the home place."""
    last = 0
    for figure in view.recognised.figures:
        about = next(iter(view.actors_or_home(figure.start, ("Organisation", "Place", "Person"))), None)
        if about is not None:
            yield Observation(
                about,
                figure.value,
                figure.unit,
                _indicator(view, figure, last),
                view.evidence(figure.start, "figure"),
                0.8,
                figure.approximate,
            )
        last = figure.end
