"""When Python looks for garbage: on the GUI thread, between two turns, and nowhere else.

Left to itself Python looks whenever enough was made, on whichever lane is at work. A Qt object that
is found there dies on that lane: its timer stays behind, and the next turn of the GUI thread calls
an object that is gone, which ends the program. And a look at everything holds Python's lock for 20
to 60 ms. So if the program began with the collector off it stays off (otherwise it is somebody
else's, and is left alone), and the GUI thread looks:

    until the first paint   not at all; what that made is frozen, for it stays to the end
    from then on            at what is young, often where enough was made, and very soon
                            again where it was, for imports and long jobs on the lanes make a
                            hundred thousand objects in a quarter of a second: 20 ms of one turn;
                            until every screen was made such a burst is frozen unseen, for it is
                            modules and classes
    once a minute           at all that came since the last freezing, in an idle moment and where
                            enough was made, by `look`

A look costs about 0.2 ms for a thousand objects that are not frozen, so their number is bounded:
what outlived a look at more than `LOOSE_MOST` is frozen too. A circle that is frozen and then
dropped is never freed, which is why views let go of their parts when they are thrown away
(`ui/letting_go.py`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final, Protocol

TICK_MS: Final = 40
# Behind a look that was worth it.
SOON_MS: Final = 15
# So much that is young is worth a look: some two milliseconds.
YOUNG: Final = 7_000
# So much at once is some six milliseconds.
BURST: Final = 4 * YOUNG
EVERY_MS: Final = 60_000
# So many looks at what is young are worth a whole one; fewer wait for the next minute.
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
        # A till that follows another in the same program (training) finds it off as well.
        self._ours = not gc.isenabled()
        self._looks = 0
        self._warm = False

    def painted(self) -> None:
        """The first paint is over."""
        if self._ours:
            gc.freeze()
            self._timer.after(TICK_MS, self._tick)

    def warm(self) -> None:
        """Every screen was made: none of it is looked at again."""
        self._warm = True
        if self._ours:
            gc.freeze()
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

    def _tick(self) -> None:
        young = gc.get_count()[0]
        much = young >= YOUNG
        if young >= BURST and not self._warm:
            gc.freeze()
        elif much:
            gc.collect(1)
        self._timer.after(SOON_MS if much else TICK_MS, self._tick)

    def _in_a_minute(self) -> None:
        if _looks() - self._looks >= WORTH:
            self._quiet(self.look)
        self._timer.after(EVERY_MS, self._in_a_minute)


def _looks() -> int:
    """How often what is young was looked at so far."""
    return int(gc.get_stats()[1]["collections"])
