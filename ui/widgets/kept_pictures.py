"""What stands still is drawn once: a widget's or a row's picture is kept, by all that it shows.

Letters that are laid out, edges that are smoothed and ten calls of Python cost a button 0.14 ms and
a quick key 0.26; its kept picture costs 0.03. Whatever is painted behind the screen
(`ui/rehearsal.py`) is thereby painted for good, and two widgets that look alike share a picture.

The state has to name everything that the picture follows from, beside its size: what is not named
is not seen to change. Pictures that were not asked for longest are dropped first.

A turn that paints the screen draws new pictures for a few milliseconds only (`sparing`): what is
left is drawn in the turns behind it, and who presses a key meanwhile is answered first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QElapsedTimer, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

BYTES_KEPT: Final = 40 * 1024 * 1024
# A larger one would push out too many others, and is never one of many.
BYTES_MOST: Final = BYTES_KEPT // 16
BYTES_A_DOT: Final = 4

Draw = Callable[[QPainter, QRect], None]
State = tuple[Hashable, ...]


def _stopwatch() -> Callable[[], float]:
    """Seconds since now; they measure how long drawing took and decide nothing else."""
    watch = QElapsedTimer()
    watch.start()
    return lambda: watch.nsecsElapsed() / 1_000_000_000


class KeptPictures:
    """Pictures by size and state, at most so many bytes of them."""

    def __init__(
        self, bytes_kept: int = BYTES_KEPT, *, now_s: Callable[[], float] | None = None
    ) -> None:
        self._most = bytes_kept
        self._now_s = now_s or _stopwatch()
        self._bytes = 0
        self._pictures: OrderedDict[State, QPixmap] = OrderedDict()
        self._until_s: float | None = None
        self._drew = False

    def __len__(self) -> int:
        return len(self._pictures)

    @property
    def bytes_kept(self) -> int:
        """How much is kept now."""
        return self._bytes

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        state: State,
        draw: Draw,
        later: Callable[[], None] | None = None,
    ) -> None:
        """Paint into `rect` what `draw` draws into a rectangle of its size at the origin.

        `draw` is called where no picture of that size and state is kept. It may draw over no edge
        of its rectangle, for a picture has none beyond. Where pictures are drawn sparingly and
        enough were drawn, nothing is painted, and `later` has to ask for another painting.
        """
        ratio = painter.device().devicePixelRatioF()
        key = (rect.width(), rect.height(), ratio, state)
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        elif later is not None and self._enough_drawn():
            later()
            return
        elif not self._may_keep(rect, ratio):
            painter.save()
            painter.translate(rect.topLeft())
            draw(painter, QRect(0, 0, rect.width(), rect.height()))
            painter.restore()
            return
        else:
            picture = self._drawn(rect, int(ratio), draw)
            self._keep(key, picture)
        painter.drawPixmap(rect.topLeft(), picture)

    @contextmanager
    def sparing(self, seconds: float) -> Iterator[None]:
        """Draw new pictures for so long only; what was begun is finished, and one always is."""
        self._until_s, self._drew = self._now_s() + seconds, False
        try:
            yield
        finally:
            self._until_s = None

    def forget(self) -> None:
        """Keep nothing."""
        self._pictures.clear()
        self._bytes = 0

    def _enough_drawn(self) -> bool:
        # One always is, however busy the machine: otherwise a painting might never come to its end.
        return self._until_s is not None and self._drew and self._now_s() >= self._until_s

    def _may_keep(self, rect: QRect, ratio: float) -> bool:
        size = rect.width() * rect.height() * int(ratio) ** 2 * BYTES_A_DOT
        # Between two real pixels a picture would be blurred: there it is drawn anew each time.
        return ratio == int(ratio) and 0 < size <= min(self._most, BYTES_MOST)

    def _drawn(self, rect: QRect, ratio: int, draw: Draw) -> QPixmap:
        self._drew = True
        picture = QPixmap(rect.width() * ratio, rect.height() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        # A picture within this one must not be left for later: this one would be kept without it.
        until_s, self._until_s = self._until_s, None
        try:
            draw(painter, QRect(0, 0, rect.width(), rect.height()))
        finally:
            self._until_s = until_s
            painter.end()
        return picture

    def _keep(self, key: State, picture: QPixmap) -> None:
        self._pictures[key] = picture
        self._bytes += _bytes_of(picture)
        while self._bytes > self._most:
            _key, gone = self._pictures.popitem(last=False)
            self._bytes -= _bytes_of(gone)


def _bytes_of(picture: QPixmap) -> int:
    return picture.width() * picture.height() * BYTES_A_DOT


_kept: Final = KeptPictures()
paint_kept: Final = _kept.paint
"""`KeptPictures.paint` with the till's own pictures."""


def kept_pictures() -> KeptPictures:
    """The till's own pictures."""
    return _kept
