"""Mirrors `ui`."""
