"""Mirrors `posloyalty.domain.values`."""
