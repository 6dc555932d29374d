"""Anti-copy noise of forums: runs of random ASCII at the edges of lines.

Discuz puts between the lines of a post, hidden from the reader of the page, 5 to 15 times ``chr(32..59) + " " +
chr(63..126)``; copied text shows it, with runs of spaces shrunk to one. The run is told from real ASCII by that
very shape, and by its disorder: a list such as "A, B, C, D, E" has the shape, but only one sign in it.
"""

from __future__ import annotations

import re

from kg.restore.edits import Edit, Working, apply

_UNIT = r"(?:[!-;]? [?-~])"
# The first unit may have lost its sign and space at the start of a line.
_RUN = re.compile(rf"(?:^[?-~](?={_UNIT}))?{_UNIT}{{3,}}(?:[ !-;]{{0,2}}$)?", re.MULTILINE)
_REST = re.compile(
    rf"(?<=[^\x00-\x7f]){_UNIT}{{1,2}}(?: ?[!-;])?(?=\n|\Z)|^(?:[?-~]{_UNIT}|{_UNIT}{{1,2}})$", re.MULTILINE
)
_LEAST_SIGNS = 3
_LEAST_RUNS = 3


def undo_jam(working: Working) -> Working:
    """Random ASCII runs go; where a text has three of them or more, so do short scraps of the same shape."""
    text = working.text
    if text.count(" ") < 3:
        return working
    runs = [m.span() for m in _RUN.finditer(text) if _is_noise(m.group())]
    if not runs:
        return working
    spans = runs if len(runs) < _LEAST_RUNS else runs + [m.span() for m in _REST.finditer(text)]
    return apply(working, [Edit(start, end, "", "jam") for start, end in spans])


def _is_noise(run: str) -> bool:
    """Whether a run is random: several different signs before the letters, and several letters."""
    units = re.findall(r"([!-;]?) ([?-~])", run)
    signs = {sign for sign, _ in units}
    letters = {letter for _, letter in units}
    return len(signs) >= _LEAST_SIGNS and len(letters) >= _LEAST_SIGNS
