"""Traditional → Simplified, character for character, by opencc's ``t2s``.

A text, or a paragraph of it, is converted where its Traditional-only characters outweigh its Simplified-only ones;
a single old form in a Simplified paragraph (in a person's name, a shop's sign) stays.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from itertools import islice
from pathlib import Path

import opencc

from kg.restore.edits import Working
from kg.restore.names import SURNAMES

# 乾 is qián in names and in 乾坤, but gān (干) in 乾淨, 乾燥; opencc's phrases know the words, not the names.
_DRY = "淨净燥旱枯脆杯貨货糧粮淚泪涸草果裂洗濕湿冰柴癟瘪咳嘔呕笑親亲爹媽妈股菜"
_NAMES = f"{SURNAMES}餘範於"  # the last as a wrong conversion wrote them
_NAMED_QIAN = re.compile(rf"(?<=[{_NAMES}])乾(?![{_DRY}])|(?<=[{_NAMES}][\u4e00-\u9fff])乾(?![{_DRY}])")
# t2s leaves 著 alone; it is 着 (帶著, 著力) but where it means to write or to be known.
_ZHE = re.compile("(?<![显顯名编編原卓土专專论論巨译譯昭遗遺拙合新撰所共主])著(?![名作称稱述书書录錄者文])")
# Forms of Taiwan and Hong Kong that t2s leaves alone: what opencc's tw2s and hk2s add to it, but for 著 (above) and 抬,
# which both turn into the older 擡. None means anything else elsewhere, so no text need be told for one or the other.
QUOTATION_MARKS = str.maketrans("「」『』", "“”‘’")
"""Those of Traditional texts to those of Simplified ones, which every later stage knows."""
_REGIONAL = str.maketrans("敍衞粧糭枱衹簷痺睪", "叙卫妆粽台只檐痹睾") | QUOTATION_MARKS
_LINE = re.compile(r"[^\n]+")
# Old forms that Simplified texts use too, in names and fixed words: no sign of a Traditional text.
_SHARED = frozenset("乾著藉瞭昇甯於後徵夥餘鍾麽摺迺崑濛硃鉅濬陞喫")
_ALSO_CONVERTED = (*_SHARED, "「", "」")
_LEAST_OLD = 2
_LAST_OF_TABLE = "\uffff"


def simplify(working: Working) -> tuple[Working, str | None]:
    """The text in Simplified characters, and the text as it was, or None where nothing was converted.

    The conversion is no repair: it moves no character, and the second value tells it.
    """
    text = working.text
    if sum(1 for _ in islice(_old_form().finditer(text), _LEAST_OLD)) < _LEAST_OLD:
        return working, None
    if _count(text, old_forms()) >= _count(text, new_forms()):
        simple = _LINE.sub(lambda m: _convert(m.group()), text)
    else:
        simple = _LINE.sub(lambda m: _convert(m.group()) if _leans_old(m.group()) else m.group(), text)
    if simple == text:
        return working, None
    return Working(simple, working.raw, working.origins, working.repairs), text


def simple_form(text: str) -> str:
    """Each character's Simplified form, without a look at words: for comparing, not for reading.

    >>> simple_form("縣委書記")
    '县委书记'
    """
    if not _single_form().search(text):
        return text
    return text.translate(single_forms())


def written_in(text: str) -> str:
    """Which characters a text is written in: "old" (Traditional), "new" (Simplified) or "mixed", where none prevail.

    >>> written_in("縣委書記"), written_in("县委书记")
    ('old', 'new')
    """
    old, new = _count(text, old_forms()), _count(text, new_forms())
    return "old" if old > 3 * new else "new" if new > 3 * old else "mixed"


@lru_cache(maxsize=1)
def old_forms() -> dict[str, bool]:
    """The characters that no Simplified text has."""
    return dict.fromkeys((chr(c) for c in single_forms() if chr(c) not in _SHARED), True)


@lru_cache(maxsize=1)
def new_forms() -> dict[str, bool]:
    """The characters that no Traditional text has."""
    pairs = list(_pairs("STCharacters.txt"))
    return dict.fromkeys((new for new, old in pairs if new not in old.split()), True)


def old_forms_of(character: str) -> tuple[str, ...]:
    """The Traditional forms of a Simplified character, the usual one first.

    >>> old_forms_of("县"), old_forms_of("人")
    (('縣',), ('人',))
    """
    return _old_forms_of().get(character, (character,))


@lru_cache(maxsize=1)
def _old_forms_of() -> dict[str, tuple[str, ...]]:
    return {new: tuple(old.split()) for new, old in _pairs("STCharacters.txt")}


def _count(text: str, forms: Container[str]) -> int:
    """How many characters of the text are among ``forms``: each different one is looked up once."""
    return sum(text.count(c) for c in set(text) if c in forms)


def _leans_old(line: str) -> bool:
    old = len(_old_form().findall(line))
    return old >= _LEAST_OLD and old > len(_new_form().findall(line))


def _convert(line: str) -> str:
    if not _old_form().search(line) and not any(c in line for c in _ALSO_CONVERTED):
        return line
    simple = t2s(line).translate(_REGIONAL)
    for match in _ZHE.finditer(line):
        simple = f"{simple[: match.start()]}着{simple[match.end() :]}"
    for match in _NAMED_QIAN.finditer(line):
        simple = f"{simple[: match.start()]}乾{simple[match.end() :]}"
    return simple


def t2s(text: str) -> str:
    """What opencc's ``t2s`` makes of a text, by its dictionaries, of the same length.

    Opencc puts the longest phrases first, and the first of those of one length; what is left goes by characters.
    Its own search through a text for each of them takes forty times as long.

    >>> t2s("乾隆年間瞭解情況")
    '乾隆年间了解情况'
    """
    simple = text.translate(single_forms())
    begins, phrases = _phrases()
    found = [
        (-len(phrase), match.start(), phrase)
        for match in begins.finditer(text)
        for phrase in phrases[match.group()]
        if text.startswith(phrase, match.start())
    ]
    taken: set[int] = set()
    for size, start, phrase in sorted(found):
        if taken.isdisjoint(range(start, start - size)):
            taken.update(range(start, start - size))
            simple = simple[:start] + phrases[phrase[:1]][phrase] + simple[start - size :]
    return simple


@lru_cache(maxsize=1)
def _phrases() -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    """What a phrase of opencc's begins with, and the phrases by that; none changes the length."""
    found: dict[str, dict[str, str]] = {}
    for line in _dictionary("TSPhrases.txt"):
        old, new = line.split("\t")
        if len(old) == len(new.split()[0]):
            found.setdefault(old[:1], {})[old] = new.split()[0]
    return _one_of(set(found)), found


@lru_cache(maxsize=1)
def single_forms() -> dict[int, str]:
    """Traditional characters, by their code, and the Simplified character of each."""
    return {ord(old): new for old, new in _pairs("TSCharacters.txt") if old != new}


@lru_cache(maxsize=1)
def _single_form() -> re.Pattern[str]:
    return _one_of({chr(c) for c in single_forms()})


@lru_cache(maxsize=1)
def _old_form() -> re.Pattern[str]:
    return _one_of(set(old_forms()))


@lru_cache(maxsize=1)
def _new_form() -> re.Pattern[str]:
    """Simplified characters that no Traditional text has: forms made by simplifying that are not old themselves."""
    return _one_of(set(new_forms()))


def _pairs(name: str) -> list[tuple[str, str]]:
    """The lines of one of opencc's dictionaries: a character and its first (t2s) or all (s2t) other forms."""
    split = (line.split("\t") for line in _dictionary(name))
    return [(key, value.split()[0] if name.startswith("TS") else value) for key, value in split if len(key) == 1]


def _dictionary(name: str) -> list[str]:
    lines = (Path(opencc.__file__).parent / "dictionary" / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "\t" in line]


def _one_of(characters: set[str]) -> re.Pattern[str]:
    """Those of the first 65,536 characters, which a pattern looks up in a table; rarer ones are no sign."""
    return re.compile(f"[{re.escape(''.join(sorted(c for c in characters if c <= _LAST_OF_TABLE)))}]")
