"""Mirrors `ui.presenters`."""
