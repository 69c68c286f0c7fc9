"""`python -m tests.benchmarks.bare_sign_in FOLDER`: what a sign-in needs, and nothing of a till.

A window of bare PySide6 is painted; behind it the same encrypted book is opened by bare
`sqlcipher3` with the key in the file beside it, the names are read, and a PIN is verified by bare
`argon2-cffi` against the same hash with the same cost. Then another label is painted, an empty line
printed, and the program ends. It imports no module of ours.
"""

from __future__ import annotations

import sys
from pathlib import Path

from argon2 import PasswordHasher
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QLabel
from sqlcipher3 import dbapi2 as sqlcipher

PIN = "1234"
ASK = "SELECT name, role, pin_hash FROM operator WHERE active ORDER BY name"


class Names(QLabel):
    """Signs in behind its first painting, and ends behind its second."""

    def __init__(self, folder: Path) -> None:
        super().__init__("Till")
        self._folder = folder
        self._signed_in = False
        self.resize(1366, 768)

    def event(self, event: QEvent) -> bool:
        """Go on behind a painting."""
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self._end if self._signed_in else self._sign_in)
        return super().event(event)

    def _sign_in(self) -> None:
        if self._signed_in:
            return
        key = (self._folder / "till.key").read_text("ascii").strip()
        book = sqlcipher.connect(str(self._folder / "till.book"))
        book.execute(f"PRAGMA key = \"x'{key}'\"")
        people = book.execute(ASK).fetchall()
        book.close()
        hashed = next(hashed for _name, role, hashed in people if role == "cashier")
        PasswordHasher().verify(hashed, PIN)
        self._signed_in = True
        self.setText("\n".join(name for name, _role, _hashed in people))

    def _end(self) -> None:
        print(flush=True)
        QApplication.quit()


def main(folder: Path) -> int:
    """Show the window until somebody is signed in."""
    application = QApplication(sys.argv[:1])
    window = Names(folder)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
