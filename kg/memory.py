"""How often Python looks for unreachable cycles, in a process that is ours: a worker, or the command line."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""Objects made between two looks. A document makes tens of thousands, almost none of them in a cycle; at Python's
default of 700 the looks find nothing and take a tenth of the time."""


def settle() -> None:
    """Take all that is loaded so far, which stays, out of every later look for garbage, and look less often.

    It changes the whole process, so a library that is imported into somebody else's does not call it.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
