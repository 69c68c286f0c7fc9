"""Asking for a file or a folder, without waiting: the system's own dialog, or Qt's without one.

Qt's has the window for its parent and our palette. Among a view's widgets it would have that view's
style sheet, in which what is not ours has no ground: dark words on black.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.appearance import Appearance
from ui.appearance.stylesheet import palette

FOLDER: Final = "/"


def ask_for_file(
    near: QWidget, look: Appearance, title: str, picks: str, chosen: Callable[[str], None]
) -> QFileDialog:
    """Ask over the window of `near`; `picks` are patterns such as "*.csv *.xlsx", or `FOLDER`."""
    dialog = QFileDialog(near.window(), title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setPalette(palette(look))
    dialog.setFont(look.font())
    if picks == FOLDER:
        dialog.setFileMode(QFileDialog.FileMode.Directory)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        kinds = ", ".join(kind.removeprefix("*.").upper() for kind in picks.split())
        dialog.setNameFilter(f"{kinds} ({picks})")
    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog
