"""`python -m tests.benchmarks.bare_window`: what Qt for Python needs for any window at all.

A main window with a label and a button, in Qt's own face and style; behind the window's first paint
the program prints an empty line and ends, as the till does with `--quit-after-first-paint`.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class BareWindow(QMainWindow):
    """Quits once it was painted."""

    def __init__(self) -> None:
        super().__init__()
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.addWidget(QLabel("Till"))
        column.addWidget(QPushButton("Sign in"))
        self.setCentralWidget(middle)
        self.resize(1366, 768)

    def event(self, event: QEvent) -> bool:
        """Quit behind the first paint."""
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, _painted)
        return super().event(event)


def _painted() -> None:
    print(flush=True)
    QApplication.quit()


def main() -> int:
    """Show the window until it was painted."""
    application = QApplication(sys.argv[:1])
    window = BareWindow()
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
