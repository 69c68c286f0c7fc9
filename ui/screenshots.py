"""Pictures of every screen: `python -m ui.screenshots --out DIR [--all]`, or `make screenshots`.

A demo book is made with a clock that stands at a Sunday afternoon and chance that is counted, so
the pictures of two runs show the same shop. The usual set is every screen in Chinese and light at
1366x768, and a chosen few in other languages, looks, scales and sizes (those that README and docs
show); `--all` draws every screen in every language, look, scale and size that holds it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QApplication

from posloyalty.wording import LANGUAGES
from ui.appearance.metrics import SCALES
from ui.appearance.tokens import LOOKS
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard, quiet_offscreen
from ui.options import Options
from ui.tour import SCENES, Tour
from ui.tour_scenes import TRAINING

SIZES: Final = ((1366, 768), (1024, 768), (1920, 1080), (1080, 1920))
MOMENT: Final = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
MEMBERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Shot:
    """One way to draw the screens."""

    language: str = "zh_CN"
    look: str = "light"
    scale: int = 100
    size: tuple[int, int] = SIZES[0]

    @property
    def suffix(self) -> str:
        """What the file's name ends in."""
        width, height = self.size
        return f"{width}x{height}-{self.language}-{self.look}-{self.scale}"


# Which scenes the usual set draws in which other ways.
CHOSEN: Final[dict[str, tuple[Shot, ...]]] = {
    "sale": (
        Shot("en"),
        Shot("en", "light", 100, (1024, 768)),
        Shot("zh_CN", "dark", 100, (1080, 1920)),
        Shot("zh_TW", "contrast"),
        Shot("en", "light", 200, (1920, 1080)),
        Shot("en", "dark", 150, (1920, 1080)),
    ),
    "pay": (Shot("en", "dark"), Shot("zh_TW", "light", 100, (1024, 768))),
    "done": (Shot("en", "dark"),),
    "sign-in": (Shot("zh_TW", "dark"),),
    "why": (Shot("en"),),
    "settings": (Shot("zh_TW", "contrast"),),
    "exchange-declined": (Shot("en"),),
    "training": (Shot("en", "dark"),),
    "member": (Shot("en", "dark"),),
    "typing": (
        Shot("en", "dark"),
        Shot("zh_TW", "light", 100, (1024, 768)),
        Shot("zh_CN", "contrast", 100, (1080, 1920)),
        Shot("zh_TW", "light", 200, (1366, 768)),
    ),
}
# A keyboard goes when the till is dressed otherwise: it is called again in each dress.
CALLED_AGAIN: Final = frozenset({"typing"})


class SteppedClock:
    """A clock that stands at one moment; every look at it takes a millisecond."""

    def __init__(self) -> None:
        self._looks = 0
        self._watch = QElapsedTimer()
        self._watch.start()

    def now(self) -> datetime:
        """The moment, and as many milliseconds as there were looks."""
        self._looks += 1
        return MOMENT + timedelta(milliseconds=self._looks)

    def monotonic_ms(self) -> int:
        """Real milliseconds: waiting is not pictured."""
        return self._watch.elapsed()


class CountedChance:
    """Bytes that look random and are the same in every run; for pictures alone."""

    def __init__(self) -> None:
        self._drawn = 0

    def token_bytes(self, count: int) -> bytes:
        """The next bytes."""
        made = b""
        while len(made) < count:
            self._drawn += 1
            made += sha256(f"picture {self._drawn}".encode()).digest()
        return made[:count]


def shots_of(scene: str, *, every: bool) -> Iterator[Shot]:
    """How a scene is drawn."""
    if not every:
        yield Shot()
        yield from CHOSEN.get(scene, ())
        return
    for language in LANGUAGES:
        for look in LOOKS:
            for scale in SCALES:
                for size in SIZES:
                    yield Shot(language, look, scale, size)


def take(out: Path, *, every: bool) -> int:
    """Draw the pictures into a folder; prints how many there are."""
    out.mkdir(parents=True, exist_ok=True)
    quiet_offscreen()
    make_qt_application()
    drawn = 0
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            drawn += _draw(Path(folder) / "book", out, language, every=every)
    print(f"{drawn} -> {out}")
    return 0


def _draw(book: Path, out: Path, language: str, *, every: bool) -> int:
    """Draw what is in one language, on a shop of that language."""
    wanted = {
        scene: [shot for shot in shots_of(scene, every=every) if shot.language == language]
        for scene in (*SCENES, *TRAINING)
    }
    if not any(wanted.values()):
        return 0
    door = BookDoor(book, demo=True, clock=SteppedClock(), chance=CountedChance())
    drawn = _draw_scenes(door, SCENES, wanted, out, language)
    real = door.open()
    try:
        door.make_practice(real)
    finally:
        real.close()
    return drawn + _draw_scenes(
        door.practice(), tuple(TRAINING), wanted, out, language, practice=True
    )


def _draw_scenes(
    door: BookDoor,
    scenes: tuple[str, ...],
    wanted: dict[str, list[Shot]],
    out: Path,
    language: str,
    *,
    practice: bool = False,
) -> int:
    """Draw some scenes of a till, or of one for training."""
    keyboard = Keyboard()
    options = Options(demo=True, data=door.folder, language=language, look="light", scale=100)
    till = TillApplication(
        options, door, practice=practice, now_ms=keyboard.now_ms, key_stamp=keyboard.stamp
    )
    keyboard.window = till.window
    till.start()
    drawn = 0
    try:
        tour = Tour(till, keyboard)
        for scene in scenes:
            tour.go(scene)
            for shot in wanted[scene]:
                _dress(till, shot)
                if scene in CALLED_AGAIN:
                    tour.go(scene)
                tour.settle()
                till.window.grab().save(str(out / f"{scene}-{shot.suffix}.png"))
                drawn += 1
            _dress(till, Shot(language))
    finally:
        till.close()
        till.window.deleteLater()
        QApplication.sendPostedEvents(None, DEFERRED_DELETE)
    return drawn


DEFERRED_DELETE: Final = 52


def _dress(till: TillApplication, shot: Shot) -> None:
    till.window.resize(*shot.size)
    session = till.session
    if (session.look, session.scale) != (shot.look, shot.scale):
        session.look_changed(look=shot.look, scale=shot.scale)
    till.window.change_at_once()
    QApplication.processEvents()


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="ui.screenshots", description="Draw every screen.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--all", action="store_true")
    told = parser.parse_args(arguments)
    return take(told.out, every=told.all)


if __name__ == "__main__":
    import os

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.exit(main(sys.argv[1:]))
