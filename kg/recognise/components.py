"""The recognisers as spaCy components over character tokens, for pipelines of one's own.

>>> import spacy
>>> from kg.recognise import components
>>> nlp = components.pipeline()
>>> doc = nlp("县委书记王小明到青山村调研。")
>>> doc._.xianzhi_mentions[0].text
'县委书记'
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.model import Mention
from kg.recognise.decide import decide
from kg.recognise.figures import find_figures
from kg.recognise.judge import AGREED, ALONE, judge
from kg.recognise.organisations import find_organisations
from kg.recognise.people import find_people, find_posts
from kg.recognise.places import find_places
from kg.recognise.programs import find_programs
from kg.recognise.tagger import MODEL, tagger

GRAMMARS = ("places", "organisations", "people", "programs")

for _name in ("xianzhi_candidates", "xianzhi_mentions", "xianzhi_figures"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=())


def _of_type(doc: Doc, type_: str) -> list[Mention]:
    return [m for m in doc._.xianzhi_candidates if m.type == type_]


@Language.component("xianzhi_places", assigns=["doc._.xianzhi_candidates"])
def places(doc: Doc) -> Doc:
    """Add the candidate places."""
    doc._.xianzhi_candidates += tuple(find_places(doc.text))
    return doc


@Language.component(
    "xianzhi_organisations", requires=["doc._.xianzhi_candidates"], assigns=["doc._.xianzhi_candidates"]
)
def organisations(doc: Doc) -> Doc:
    """Add the candidate organisations; needs the places."""
    doc._.xianzhi_candidates += tuple(find_organisations(doc.text, _of_type(doc, "Place")))
    return doc


@Language.component("xianzhi_people", requires=["doc._.xianzhi_candidates"], assigns=["doc._.xianzhi_candidates"])
def people(doc: Doc) -> Doc:
    """Add the candidate posts and people."""
    posts = tuple(find_posts(doc.text, _of_type(doc, "Place")))
    doc._.xianzhi_candidates += posts + tuple(find_people(doc.text, posts))
    return doc


@Language.component("xianzhi_programs", assigns=["doc._.xianzhi_candidates"])
def programs(doc: Doc) -> Doc:
    """Add the candidate programs."""
    doc._.xianzhi_candidates += tuple(find_programs(doc.text))
    return doc


@Language.component("xianzhi_figures", assigns=["doc._.xianzhi_figures"])
def figures(doc: Doc) -> Doc:
    """Find the figures."""
    doc._.xianzhi_figures = tuple(find_figures(doc.text))
    return doc


@Language.factory(
    "xianzhi_model",
    assigns=["doc._.xianzhi_candidates"],
    requires=["doc._.xianzhi_candidates"],
    default_config={"path": None, "agreed": AGREED, "alone": ALONE},
)
def make_model(nlp: Language, name: str, path: str | None, agreed: float, alone: float) -> Callable[[Doc], Doc]:
    """A component with the trained model: ``path`` names another file than the one that ships, ``agreed`` and
    ``alone`` are the probabilities from which a name stays that the grammars' decision has, or has not."""
    model = tagger(Path(path) if path else MODEL)

    def judged(doc: Doc) -> Doc:
        doc._.xianzhi_candidates = tuple(judge(model, doc.text, doc._.xianzhi_candidates, agreed, alone))
        return doc

    return judged


@Language.component(
    "xianzhi_decide", requires=["doc._.xianzhi_candidates"], assigns=["doc._.xianzhi_mentions", "doc.spans"]
)
def settle(doc: Doc) -> Doc:
    """Settle overlaps; ``doc.spans["xianzhi"]`` holds what stands, for displaCy and matchers."""
    doc._.xianzhi_mentions = decide(doc._.xianzhi_candidates)
    spans = [doc.char_span(m.start, m.end, label=m.type) for m in doc._.xianzhi_mentions]
    doc.spans["xianzhi"] = SpanGroup(doc, spans=[s for s in spans if isinstance(s, Span)])
    return doc


def _with(*names: str) -> Language:
    nlp = spacy.blank("zh")
    nlp.max_length = 50_000_000
    for name in names:
        nlp.add_pipe(f"xianzhi_{name}")
    return nlp


@cache
def grammars() -> Language:
    """The grammars alone, with neither model nor decision: what training starts from."""
    return _with(*GRAMMARS)


@cache
def pipeline(model: Path = MODEL) -> Language:
    """The whole recogniser: character tokens, every grammar, the trained model, the decision."""
    nlp = _with(*GRAMMARS, "figures", "decide")
    nlp.add_pipe("xianzhi_model", before="xianzhi_decide", config={"path": str(model)})
    return nlp
