"""When Python looks for garbage: what is young as it goes, everything else in quiet moments only.

Three stages, if the program began with the collector off (otherwise it is somebody else's, and is
left alone):

    until the first paint   off; what that made is frozen, for it stays to the end
    until all screens are   what just came, seldom: modules come in by the hundred
    from then on            what is young, often; the whole of what came since the last freezing
                            once a minute where enough was made, by `look`

Left to itself Python looks at everything whenever a quarter as much again has grown old: in the
middle of whatever runs, on whichever lane, holding its lock over the others for 20 to 60 ms. A look
costs about 0.2 ms for a thousand objects that are not frozen, so their number is bounded: what
outlived a look at more than `LOOSE_MOST` is frozen too. A circle that is frozen and then dropped is
never freed, which is why views let go of their parts when they are thrown away
(`ui/letting_go.py`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final, Protocol

# Only ever the ten thousand that came last: what outlived them is soon frozen, and a look at the
# middle generation would be one at everything since the first paint.
SELDOM: Final = (10_000, 1_000_000, 1_000_000)
# The last never comes by itself: it counts looks at the young, of which a till makes one a sale.
OFTEN: Final = (700, 10, 1_000_000)
EVERY_MS: Final = 60_000
# So many looks at the middle generation are worth a whole one; fewer wait for the next minute.
WORTH: Final = 5
LOOSE_MOST: Final = 30_000
_OLDEST: Final = 2


class Timer(Protocol):
    """Calls back later on the GUI thread."""

    def after(self, ms: int, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` once in `ms` milliseconds; the result forgets it."""


class Collector:
    """The program's way with Python's collector; made when nothing was painted yet."""

    def __init__(self, timer: Timer, quiet: Callable[[Callable[[], None]], None]) -> None:
        """`quiet` calls what it is given back in an idle moment."""
        self._timer = timer
        self._quiet = quiet
        # A till that follows another in the same program (training) finds it as that one left it.
        self._ours = not gc.isenabled() or gc.get_threshold() in (SELDOM, OFTEN)
        self._looks = 0

    def painted(self) -> None:
        """The first paint is over."""
        if self._ours and not gc.isenabled():
            gc.freeze()
            gc.enable()
        if self._ours:
            gc.set_threshold(*SELDOM)

    def warm(self) -> None:
        """Every screen was made: none of it is looked at again."""
        if self._ours:
            gc.freeze()
            gc.set_threshold(*OFTEN)
            self._looks = _looks()
            self._timer.after(EVERY_MS, self._in_a_minute)

    def look(self) -> None:
        """Free what is garbage since the last freezing; freeze the rest if it is much."""
        gc.collect()
        if len(gc.get_objects(generation=_OLDEST)) > LOOSE_MOST:
            gc.freeze()
        self._looks = _looks()

    def over(self) -> None:
        """The window is closed and another is to come: whatever the old one was made of goes."""
        if self._ours:
            gc.unfreeze()
            gc.collect()

    def _in_a_minute(self) -> None:
        if _looks() - self._looks >= WORTH:
            self._quiet(self.look)
        self._timer.after(EVERY_MS, self._in_a_minute)


def _looks() -> int:
    """How often the middle generation was looked at so far."""
    return int(gc.get_stats()[1]["collections"])
