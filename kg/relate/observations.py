"""Observations: each figure with the entity that it is about and its indicator as a phrase of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Figure, Observation
from kg.recognise.lexicon import words_before
from kg.relate.about import Choice, choose
from kg.relate.dating import Dating
from kg.relate.referents import Referents
from kg.relate.respectively import shared_out
from kg.relate.tables import find_tables, table_observations
from kg.relate.view import View

_BREAK = re.compile(r"[，,。；;：:！？\n]")
_LEADING = re.compile(
    r"^(?:分别|今年|去年|目前|截至目前|现已|已经|已|共|累计|全部|其中|先后|约|近|逾|达到?|超过?|的|了|为|是|由|并|还|也|、|和|与|等|”|’|）|\))+"
)
_TRAILING = re.compile(r"(?:分别|已|共|累计|全部|约|近|逾|达到?|超过?|的|了|为|是|有|至|、|和|与|出|“|‘|（|\()+$")
_NOUN = re.compile(r"^[一-鿿“”A-Za-z]{1,14}?(?=[，,。；;：:！？\n、（）()\d]|$|的|在|已|共|进行|参与|和|与|等)")
_PART = re.compile("[。！？；;!?\\n]")
_LISTED = re.compile("[、和与及]|以及")  # 120户、230户和340户 are of one indicator
_LONGEST = 30
_SHARED_RIGHT = 0.95  # that 分别 gives a figure to the right name: the names are found, their order is the figures'
FIGURES_RIGHT = 0.94
"""Of the figures found in the annotated corpus, the share that its annotators found too."""


def _indicator(view: View, figure: Figure, left_limit: int, about: str) -> str:
    """What is counted: the words of the clause before the figure, without its subject, and the noun after it; the
    subject is a body or person that begins the clause, or the thing that the figure is ``about``.

    Where a list goes on (轮椅320台，助听器100台) the words between the figures are all there is.
    """
    start, end = view.clause_at(figure.start)
    start = max(start, left_limit)
    subject = next(iter(view.within(start, figure.start)), None)
    if subject is not None and subject.start - start <= 2:
        if subject.type in ("Organisation", "Person") or about in view.keys(subject):
            start = subject.end
    left = _TRAILING.sub("", _LEADING.sub("", view.text[start : figure.start].strip()))
    noun = _NOUN.match(view.text[figure.end : end])
    right = noun[0].strip("“”") if noun and figure.unit != "%" else ""
    phrase = left + right
    return (_shortened(phrase) if len(phrase) > _LONGEST else phrase) or _earlier(view, figure)


def _shortened(phrase: str) -> str:
    """The end of a long phrase: from an item of its list on, else from a word, and from no middle of a quotation."""
    least = len(phrase) - _LONGEST
    begin = min((at for at, _ in words_before(phrase, len(phrase), _LONGEST + 6) if at >= least), default=least)
    end = phrase[-_LONGEST:].partition("、")[2] or phrase[begin:]
    for opening, closing in ("“”", "《》"):
        inside, mark, outside = end.partition(closing)
        if mark and opening not in inside:
            end = outside
    return end.lstrip("、和与及") or phrase[-_LONGEST:]


def _earlier(view: View, figure: Figure) -> str:
    """The clause before, where the figure's own holds nothing but the figure."""
    sentence = view.sentence_at(figure.start)
    pieces = [piece for piece in _BREAK.split(view.text[sentence.start : figure.start]) if piece.strip()]
    return pieces[-1].strip()[-_LONGEST:] if pieces else figure.text


def observations(view: View, dating: Dating) -> Iterator[Observation]:
    """Every figure as an observation about what the names around it make likeliest, with the time that governs it;
    those of tables by their rows and columns."""
    tables = find_tables(view.text)
    yield from table_observations(view, tables)
    yield from _of_sentences(view, dating, [table.span for table in tables])


def _of_sentences(view: View, dating: Dating, tables: list[tuple[int, int]]) -> Iterator[Observation]:
    figures = [f for f in view.recognised.figures if not any(start <= f.start < end for start, end in tables)]
    last: Figure | None = None
    referents, indicator, shared = Referents(view), "", shared_out(view, figures)
    runs = list(_runs(view, figures))
    for run, choices in zip(runs, choose(referents, runs), strict=True):
        for figure, guess in zip(run, choices, strict=bool(choices)):
            key, begin = shared.get(figure, ("", 0))
            choice = Choice(key, _SHARED_RIGHT, "sentence") if key else guess
            if last is None or not _LISTED.fullmatch(view.text, last.end, figure.start):
                indicator = _indicator(view, figure, max(begin, last.end if last else 0), choice.key)
            found = Observation(
                choice.key,
                figure.value,
                figure.unit,
                indicator,
                view.evidence(figure.start, f"figure:{choice.where}"),
                round(choice.chance * FIGURES_RIGHT, 2),
                figure.approximate,
                figure.qualifier,
            )
            yield dating.observation(found, figure, last)
            last = figure


def _runs(view: View, figures: list[Figure]) -> Iterator[list[Figure]]:
    """Figures of one part of a sentence with no name between them, which are told of one thing."""
    run: list[Figure] = []
    for figure in figures:
        between = (run[-1].end, figure.start) if run else (0, 0)
        apart = view.within(*between) or _PART.search(view.text, *between)
        if run and apart:
            yield run
            run = []
        run.append(figure)
    if run:
        yield run
