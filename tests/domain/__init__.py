"""Mirrors `posloyalty.domain`."""
