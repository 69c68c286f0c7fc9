"""Mirrors `posloyalty.domain.members`."""
