"""Recording: ``Extraction`` → quads in an embedded store, named so that graphs merge by concatenation."""
