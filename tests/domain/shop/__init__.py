"""Mirrors `posloyalty.domain.shop`."""
