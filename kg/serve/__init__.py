"""Serving: a built graph over HTTP, to read only: SPARQL, a page to ask, a page for each thing, the explorer."""
