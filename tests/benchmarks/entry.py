"""What a benchmark says: entries of name, ours, reference, ratio, limit, met.

Shape: `Entry` with figures in `unit`; `ratio` is ours to reference where there is one, and `limit`
bounds the ratio, or the figure itself where there is no reference (`limit_on`). `met` is derived.
What could not be measured here has no figure and says why; it is neither met nor missed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter_ns


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One figure beside its reference."""

    name: str
    ours: float | None
    reference: float | None = None
    limit: float
    unit: str = "ms"
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to the reference; None without one."""
        if self.ours is None or not self.reference:
            return None
        return self.ours / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the limit holds; None when nothing was measured."""
        judged = self.ours if self.reference is None else self.ratio
        if judged is None:
            return None
        return judged >= self.limit if self.at_least else judged <= self.limit

    def as_json(self) -> dict[str, object]:
        """The entry with figures rounded to four places."""
        return {
            "name": self.name,
            "ours": _rounded(self.ours),
            "reference": _rounded(self.reference),
            "ratio": _rounded(self.ratio),
            "limit": self.limit,
            "limit_on": "ours" if self.reference is None else "ratio",
            "met": self.met,
            "unit": self.unit,
            "note": self.note,
        }

    def line(self) -> str:
        """The entry for whoever watches the run."""
        if self.met is None:
            return f"{self.name}: {self.note}"
        judged = "" if self.ratio is None else f", {self.ratio:.2f} times the reference"
        verdict = "met" if self.met else f"MISSED, limit {self.limit:g}"
        return f"{self.name}: {self.ours:.4g} {self.unit}{judged}: {verdict}"


def printed(entries: Iterable[Entry]) -> str:
    """The entries as one JSON array, an entry a line."""
    lines = [json.dumps(entry.as_json(), ensure_ascii=False) for entry in entries]
    return "[\n" + ",\n".join(lines) + "\n]"


def in_turn(
    ours: Callable[[int], object], reference: Callable[[int], object], *, times: int, warm: int
) -> tuple[list[float], list[float]]:
    """Run both in turn, ours, reference, ours, ...; milliseconds of each, sorted.

    A machine's speed swings; in turn both meet the same weather. The first `warm` are not counted.
    """
    mine: list[float] = []
    other: list[float] = []
    for n in range(warm + times):
        for job, into in ((ours, mine), (reference, other)):
            took = timed(job, n)
            if n >= warm:
                into.append(took)
    return sorted(mine), sorted(other)


def timed(job: Callable[[int], object], n: int) -> float:
    """Milliseconds of one call."""
    started = perf_counter_ns()
    job(n)
    return (perf_counter_ns() - started) / 1e6


def at(figures: list[float], share: float) -> float:
    """The figure below which a share of the sorted figures lies; 0.5 is the median."""
    return figures[min(len(figures) - 1, int(len(figures) * share))]


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
