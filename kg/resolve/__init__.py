"""Mentions → entities: the home place, relative names, official divisions, absolute names."""

from __future__ import annotations

from kg.resolve.resolver import resolve

__all__ = ["resolve"]
