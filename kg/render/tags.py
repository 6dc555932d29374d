"""Language tags as people write them: zh-Hans, zh-Hant."""

from __future__ import annotations

import re

# pyoxigraph keeps language tags in lower case; RDF compares them without case, but people and some stores do not.
# A quote that ends a literal has an even number of backslashes before it (_titled); in XML text no < can stand.
_TAG = re.compile(rb'("@zh-)(hans|hant)')


def cased(written: bytes) -> bytes:
    """Anything written by pyoxigraph with the scripts of its tags in title case."""
    if b'\\"@zh-' in written:
        return _TAG.sub(titled, written)
    return written.replace(b'"@zh-hans', b'"@zh-Hans').replace(b'"@zh-hant', b'"@zh-Hant')


def titled(tag: re.Match[bytes]) -> bytes:
    """The tag with its script in title case, but for the words of a literal that look like one: \\"@zh-hans."""
    at = tag.start()
    while at and tag.string[at - 1] == 0x5C:
        at -= 1
    return tag[1] + tag[2].title() if (tag.start() - at) % 2 == 0 else tag[0]
