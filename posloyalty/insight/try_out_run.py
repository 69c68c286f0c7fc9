"""A whole try-out in one call, for console and screens: rung, ended, reported, compared.

Shape: `tried_out(programmes, past, ...)` rings past sales through up to two programmes and answers
a `TriedOut`: a report of each, and the difference of the first to the second. `progress` is told
(done, total) every few hundred sales; `stopped` is asked as often, and when it says so the try-out
ends with `TryOutStopped`. Nothing is booked, whatever happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.product import TaxClass
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.try_out_report import Comparison, TryOutReport, compare, report
from posloyalty.services.programmes.try_out import (
    MemberOutcome,
    PastSale,
    Progress,
    TryOut,
    try_out,
)


class TryOutStopped(Exception):
    """Somebody did not want to wait for the end."""


@dataclass(frozen=True, slots=True)
class Past:
    """Past sales in the order of time, how many there are about, and the taxes that they name."""

    sales: Iterator[PastSale]
    total: int
    tax_classes: Mapping[str, TaxClass]


@dataclass(frozen=True, slots=True)
class TriedOut:
    """What came of it: reports and outcomes of each programme, in their order.

    `change` is the first programme against the second; None where there is one alone. `day` is
    that at whose end everything is reckoned.
    """

    rung: int
    day: date
    reports: tuple[TryOutReport, ...]
    outcomes: tuple[list[MemberOutcome], ...]
    change: Comparison | None


def tried_out(
    programmes: Sequence[Programme],
    past: Past,
    *,
    redeemers: Ratio,
    as_of: date | None = None,
    progress: Progress = lambda done, total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> TriedOut:
    """Ring everything. `as_of` None ends it on the day of the last sale.

    Raises `TryOutStopped` soon after `stopped` says so.
    """
    zone, last = programmes[0].zone, date.min
    runs = [
        TryOut(
            one,
            tax_classes=past.tax_classes,
            store=StoreContext(zone=one.zone),
            redeemers=redeemers,
        )
        for one in programmes
    ]

    def noted() -> Iterator[PastSale]:
        nonlocal last
        for sale in past.sales:
            last = max(last, store_day(sale.at, zone))
            yield sale

    def told(done: int, total: int) -> None:
        if stopped():
            raise TryOutStopped
        progress(done, total)

    rung = try_out(runs, noted(), total=past.total, progress=told)
    day = last if as_of is None else as_of
    outcomes = tuple(run.outcomes(day) for run in runs)
    reports = tuple(
        report(run.programme, end, run.unidentified)
        for run, end in zip(runs, outcomes, strict=True)
    )
    change = None
    if len(outcomes) > 1:
        new, old = reports
        change = compare(outcomes[1], outcomes[0], before=old, after=new)
    return TriedOut(rung, day, reports, outcomes, change)
