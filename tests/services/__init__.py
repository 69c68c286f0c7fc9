"""Mirrors `posloyalty.services`."""
