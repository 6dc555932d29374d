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
from kg.recognise.segmentation import segmenter
from kg.recognise.tagger import MODEL, tagger

TEXT = "xianzhi_text"
"""Where a document's user data keeps its text."""
GRAMMARS = ("places", "organisations", "people", "programs")

for _name in ("xianzhi_candidates", "xianzhi_mentions", "xianzhi_figures"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=())


def _text(doc: Doc) -> str:
    """The document's text, put together once: spaCy does so anew, token by token, each time that it is asked."""
    text = doc.user_data.get(TEXT)
    if text is None:
        text = doc.user_data[TEXT] = doc.text
    return text  # type: ignore[no-any-return]


def _of_type(doc: Doc, type_: str) -> list[Mention]:
    return [m for m in doc._.xianzhi_candidates if m.type == type_]


@Language.component("xianzhi_places", assigns=["doc._.xianzhi_candidates"])
def places(doc: Doc) -> Doc:
    """Add the candidate places."""
    doc._.xianzhi_candidates += tuple(find_places(_text(doc)))
    return doc


@Language.component(
    "xianzhi_organisations", requires=["doc._.xianzhi_candidates"], assigns=["doc._.xianzhi_candidates"]
)
def organisations(doc: Doc) -> Doc:
    """Add the candidate organisations; needs the places."""
    doc._.xianzhi_candidates += tuple(find_organisations(_text(doc), _of_type(doc, "Place")))
    return doc


@Language.component("xianzhi_people", requires=["doc._.xianzhi_candidates"], assigns=["doc._.xianzhi_candidates"])
def people(doc: Doc) -> Doc:
    """Add the candidate posts and people."""
    posts = tuple(find_posts(_text(doc), _of_type(doc, "Place")))
    doc._.xianzhi_candidates += posts + tuple(find_people(_text(doc), posts))
    return doc


@Language.component("xianzhi_programs", assigns=["doc._.xianzhi_candidates"])
def programs(doc: Doc) -> Doc:
    """Add the candidate programs."""
    doc._.xianzhi_candidates += tuple(find_programs(_text(doc)))
    return doc


@Language.component("xianzhi_figures", assigns=["doc._.xianzhi_figures"])
def figures(doc: Doc) -> Doc:
    """Find the figures."""
    doc._.xianzhi_figures = tuple(find_figures(_text(doc)))
    return doc


@Language.factory(
    "xianzhi_model",
    assigns=["doc._.xianzhi_candidates"],
    requires=["doc._.xianzhi_candidates"],
    default_config={"path": None, "segmentation": "", "agreed": AGREED, "alone": ALONE},
)
def make_model(
    nlp: Language, name: str, path: str | None, segmentation: str, agreed: float, alone: float
) -> Callable[[Doc], Doc]:
    """A component with the trained model: ``path`` names another file than the one that ships,
    ``segmentation`` a model of spacy-pkuseg whose words it sees instead of the dictionary's, ``agreed`` and
    ``alone`` are the probabilities from which a name stays that the grammars' decision has, or has not."""
    model = tagger(Path(path) if path else MODEL)
    cut = segmenter(segmentation) if segmentation else None

    def judged(doc: Doc) -> Doc:
        doc._.xianzhi_candidates = tuple(judge(model, _text(doc), doc._.xianzhi_candidates, agreed, alone, cut))
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


def with_components(*names: str) -> Language:
    """A pipeline of character tokens and the components ``xianzhi_NAME`` of these names."""
    nlp = spacy.blank("zh")
    nlp.max_length = 50_000_000
    for name in names:
        nlp.add_pipe(f"xianzhi_{name}")
    return nlp


@cache
def grammars() -> Language:
    """The grammars alone, with neither model nor decision: what training starts from."""
    return with_components(*GRAMMARS)


@cache
def pipeline(model: Path = MODEL, segmentation: str = "") -> Language:
    """The whole recogniser: character tokens, every grammar, the trained model, the decision.

    ``segmentation`` is the path of a model of spacy-pkuseg, "" for its dictionary alone.
    """
    nlp = with_components(*GRAMMARS, "figures", "decide")
    config = {"path": str(model), "segmentation": segmentation}
    nlp.add_pipe("xianzhi_model", before="xianzhi_decide", config=config)
    return nlp
