"""Language tags as people write them: zh-Hans, zh-Hant."""

from __future__ import annotations

import re

# pyoxigraph keeps language tags in lower case; RDF compares them without case, but people and some stores do not.
_TAG = re.compile(rb'("(?:[^"\\]|\\.)*")(?:(@zh-)(hans|hant))?')
_OF_TEXT = re.compile(rb'[\\ \t]"@zh-')


def cased(written: bytes) -> bytes:
    """What pyoxigraph wrote, but for XML, with the scripts of its tags in title case.

    >>> cased(b'<s> <p> "@zh-hans"@zh-hans .')
    b'<s> <p> "@zh-hans"@zh-Hans .'
    """
    if _OF_TEXT.search(written):  # a literal may begin with such words, or quote them: literals are told apart
        return _TAG.sub(_titled, written)
    return written.replace(b'"@zh-hans', b'"@zh-Hans').replace(b'"@zh-hant', b'"@zh-Hant')


def _titled(literal: re.Match[bytes]) -> bytes:
    text, tag, script = literal.groups()
    return text + tag + script.title() if tag else text
