"""Restored text → the names and figures in it."""

from __future__ import annotations

from kg.model import Recognised, RestoredText
from kg.recognise.components import pipeline
from kg.recognise.sentences import sentences

__all__ = ["recognise"]


def recognise(restored: RestoredText) -> Recognised:
    """The sentences, mentions and figures of a text; offsets count in ``restored.text``."""
    doc = pipeline()(restored.text)
    return Recognised(sentences(restored.text), doc._.xianzhi_mentions, doc._.xianzhi_figures)
