"""igraph's random numbers from a seed, so that the same graph gives the same picture."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import igraph

SEED = 20


@contextmanager
def seeded() -> Iterator[None]:
    """igraph draws from one generator for the whole process: ours for the while, then Python's own again."""
    igraph.set_random_number_generator(random.Random(SEED))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)
