"""Restored text → the names and figures in it."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from kg.model import Recognised, RestoredText
from kg.recognise.components import TEXT, pipeline
from kg.recognise.sentences import sentences

__all__ = ["recognise", "recognise_with"]


def recognise(restored: RestoredText) -> Recognised:
    """The sentences, mentions and figures of a text; offsets count in ``restored.text``."""
    return recognise_with(pipeline(), restored)


def recognise_with(nlp: Language, restored: RestoredText) -> Recognised:
    """The same by a pipeline of one's own, which ends in ``xianzhi_decide`` and has ``xianzhi_figures``."""
    # Every character is a token, so there is nothing for spaCy to split or to put together again.
    doc = Doc(nlp.vocab, words=list(restored.text), spaces=[False] * len(restored.text))
    doc.user_data[TEXT] = restored.text
    doc = nlp(doc)
    return Recognised(sentences(restored.text), doc._.xianzhi_mentions, doc._.xianzhi_figures)
