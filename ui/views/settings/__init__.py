"""The settings: a list of sections at the left, the open one at the right."""

from __future__ import annotations

from ui.views.settings.screen import SettingsView

__all__ = ["SettingsView"]
