"""Mirrors `ui.views`."""
