"""Loading: a built graph → a triple store that somebody runs, over HTTP (``kg load``)."""

from kg.load.load import Step, load
from kg.load.stores import STORES

__all__ = ["STORES", "Step", "load"]
