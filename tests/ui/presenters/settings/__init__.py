"""Mirrors `ui.presenters.settings`."""
