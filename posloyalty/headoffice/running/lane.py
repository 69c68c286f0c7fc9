"""A lane beside the answering: one thread of a server that does a bounded batch at a time.

Shape: `wake()` says that something arrived; the lane also looks by itself, since another worker may
have stopped with work left. Nothing waits for it: what tills sent is safe before it begins, and how
far it is behind is in `/metrics` and `/health`. What the lane cannot do (the database is away) it
tries again after a pause. Looking costs the same whether one thing waits or a hundred, so behind a
step that did little a lane rests, and what arrives meanwhile is one piece of work. The ledger has
one, judging another; `Lanes` begin and end as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Final

from posloyalty.headoffice.running.logs import tell_fault

LOOKS_S: Final = 2.0
"""How often the lane looks without being woken."""
PAUSE_S: Final = 5.0
STOPS_S: Final = 30.0
RESTS_S: Final = 0.25
"""How long a lane rests behind a step that did little, unless it is told otherwise."""


class Lane:
    """Runs `step`, which does a bounded piece of work and says how much it did: where that was less
    than `full`, the lane rests for so long before it looks again.
    """

    def __init__(
        self,
        step: Callable[[], int],
        *,
        pause_s: float = PAUSE_S,
        rests_s: float = RESTS_S,
        full: int = 1,
        name: str = "ledger",
    ) -> None:
        self._step = step
        self._name = name
        self._pause_s = pause_s
        self._rests_s = rests_s
        self._full = full
        self._woken = Event()
        self._stops = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something arrived."""
        self._woken.set()

    def stop(self) -> None:
        """End after the batch that is being done."""
        self._stops.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(STOPS_S)

    def _run(self) -> None:
        while not self._stops.is_set():
            self._woken.clear()
            try:
                done = self._step()
            except Exception as fault:  # noqa: BLE001 - the lane outlives whatever a step meets
                tell_fault(f"{self._name}_fault", fault)
                self._stops.wait(self._pause_s)
                continue
            if done < self._full:
                self._stops.wait(self._rests_s)
            if not done:
                self._woken.wait(LOOKS_S)


class Lanes:
    """Several lanes as one."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._lanes = lanes

    def start(self) -> None:
        """Begin them all."""
        for lane in self._lanes:
            lane.start()

    def wake(self) -> None:
        """Something arrived, which all of them have to do with."""
        for lane in self._lanes:
            lane.wake()

    def stop(self) -> None:
        """End each after the batch that it does."""
        for lane in self._lanes:
            lane.stop()
