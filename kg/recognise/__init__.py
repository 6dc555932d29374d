"""Restored text → the names and figures in it."""

from __future__ import annotations

from spacy.language import Language

from kg.model import Recognised, RestoredText
from kg.recognise.components import TEXT, pipeline
from kg.recognise.sentences import sentences

__all__ = ["recognise", "recognise_with"]


def recognise(restored: RestoredText) -> Recognised:
    """The sentences, mentions and figures of a text; offsets count in ``restored.text``."""
    return recognise_with(pipeline(), restored)


def recognise_with(nlp: Language, restored: RestoredText) -> Recognised:
    """The same by a pipeline of one's own, which ends in ``xianzhi_decide`` and has ``xianzhi_figures``."""
    doc = nlp.make_doc(restored.text)
    doc.user_data[TEXT] = restored.text  # which spaCy would put together again, token by token
    doc = nlp(doc)
    return Recognised(sentences(restored.text), doc._.xianzhi_mentions, doc._.xianzhi_figures)
