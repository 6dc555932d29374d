"""Which recogniser a user wants: the built-in one, or another spaCy pipeline beside the grammars."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import SettingsError
from kg.model import Mention
from kg.recognise.components import GRAMMARS, pipeline, with_components

# What a pipeline's own entities score beside the grammars' proposals: more than a suffix alone (0.6), less than a
# division of the table (0.9).
_SCORE = 0.8


@dataclass(frozen=True, slots=True)
class Choice:
    """The recogniser, and what the user should know of it: that what was asked for is not there."""

    nlp: Language
    warning: str = ""


def read_labels(labels: str) -> dict[str, str]:
    """The mapping that the setting ``recogniser_labels`` writes.

    >>> read_labels("GPE=Place, PERSON=Person")
    {'GPE': 'Place', 'PERSON': 'Person'}
    """
    return dict(re.findall(r"(\w+)\s*=\s*(\w+)", labels))


@Language.factory(
    "xianzhi_other",
    requires=["doc._.xianzhi_candidates"],
    assigns=["doc._.xianzhi_candidates"],
    default_config={"source": "zh_core_web_sm", "labels": {}},
)
def make_other(nlp: Language, name: str, source: str, labels: dict[str, str]) -> Callable[[Doc], Doc]:
    """A component that adds the entities of another pipeline, ``source``, whose ``labels`` are mapped to our types."""
    other = spacy.load(source)

    def add(doc: Doc) -> Doc:
        found = (e for e in other(doc.text).ents if e.label_ in labels)
        doc._.xianzhi_candidates += tuple(
            Mention(e.start_char, e.end_char, labels[e.label_], e.text, f"spacy:{other.meta['name']}", _SCORE)  # type: ignore[arg-type]
            for e in found
        )
        return doc

    return add


@cache
def choose(recogniser: str = "", labels: str = "", segmentation: str = "") -> Choice:
    """The recogniser of the settings of these names. Where the pipeline that they name cannot be loaded it is the
    built-in one, with a warning. Raises ``SettingsError`` for a segmentation model that cannot be loaded."""
    if not recogniser:
        return Choice(pipeline(segmentation=segmentation))
    try:
        nlp = with_components(*GRAMMARS, "figures", "decide")
        nlp.add_pipe(
            "xianzhi_other", before="xianzhi_decide", config={"source": recogniser, "labels": read_labels(labels)}
        )
    except (OSError, ImportError, ValueError) as error:
        cause = f"cannot be loaded ({_first_line(error)})"
        missing = SettingsError(recogniser, cause, "install that pipeline; until then the built-in model is used")
        return Choice(pipeline(segmentation=segmentation), str(missing))
    return Choice(nlp)


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
