"""What head office's server counts, in Prometheus' form: no name of anybody, no sum of money.

Where several workers answer behind one address, whoever is asked tells the counts of all: each
keeps its own in a file of the folder that they share, and what a worker counted that has ended
still counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import case, func, select

from posloyalty.headoffice.cases.matters import Matters
from posloyalty.headoffice.judging.variances import Variances
from posloyalty.headoffice.running.clock_steps import ClockSteps, whole_s
from posloyalty.headoffice.store.archive_tables import OWNER_PLACE
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.ledger_tables import OWNER_FAULT
from posloyalty.headoffice.store.tables import ANOMALY, FORK_EVENT, TILL
from posloyalty.headoffice.tills.desk import Answer
from posloyalty.headoffice.tills.lives import how_it_stands
from posloyalty.services.ports import Clock

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_S: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Measures:
    """Counts of one server process, or of all that share a folder, and what the database says when
    it is asked.
    """

    def __init__(
        self, database: Database, clock: Clock, steps: ClockSteps, shared: Path | None = None
    ) -> None:
        self._registry = CollectorRegistry()
        self._told = self._registry if shared is None else CollectorRegistry()
        if shared is not None:
            MultiProcessCollector(self._told, str(shared))  # type: ignore[no-untyped-call]
        self._requests = Counter(
            "posloyalty_requests",
            "Requests by path, status and outcome",
            ("path", "status", "outcome"),
            registry=self._registry,
        )
        self._events = Counter(
            "posloyalty_events_taken", "Journal events that were new", registry=self._registry
        )
        self._seconds = Histogram(
            "posloyalty_request_seconds",
            "How long requests took, by path",
            ("path",),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._told.register(_Standing(database, clock, steps))

    def count(self, path: str, answer: Answer, *, took_ms: int) -> None:
        """Count one answered request."""
        self._requests.labels(path, str(answer.status), answer.outcome).inc()
        self._seconds.labels(path).observe(took_ms / 1000)
        self._events.inc(answer.taken)

    def text(self) -> bytes:
        """Everything, as it is scraped."""
        return generate_latest(self._told)


class _Standing:
    """Gauges that are read from the database at each scrape."""

    def __init__(self, database: Database, clock: Clock, steps: ClockSteps) -> None:
        self._database = database
        self._clock = clock
        self._steps = steps

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing beforehand: a registry would otherwise scrape when it is made."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Tills, what waits at them as they said last, and what has to be looked at."""
        with self._database.read() as connection:
            revoked = func.coalesce(func.sum(case((TILL.c.revoked == 1, 1), else_=0)), 0)
            waiting = func.coalesce(func.sum(TILL.c.waiting), 0)
            row = connection.execute(select(func.count(), revoked, waiting).select_from(TILL)).one()
            forks = connection.execute(
                select(func.count(func.distinct(FORK_EVENT.c.till_id)))
            ).scalar_one()
            anomalies = connection.execute(select(func.count()).select_from(ANOMALY)).scalar_one()
            faults = connection.execute(select(func.count()).select_from(OWNER_FAULT)).scalar_one()
            life = how_it_stands(connection)
        stepped_s = whole_s(self._steps.by())
        behind = ledger_lag(self._database, self._clock)
        unsold = Matters(self._database, self._clock).count_unsold()
        judging = Variances(self._database, self._clock).standing()
        for name, told, value in (
            ("posloyalty_tills", "Tills that joined", row[0]),
            ("posloyalty_tills_revoked", "Tills that may not send", row[1]),
            ("posloyalty_events_waiting", "Events that tills said they still hold", row[2]),
            ("posloyalty_tills_forked", "Tills whose journal has another branch", forks),
            ("posloyalty_anomalies", "Events that were kept and look wrong", anomalies),
            ("posloyalty_returns_without_sale", "Undecided returns whose sale is missing", unsold),
            ("posloyalty_life", "The life of the database: 1, then by when it began", life.life),
            ("posloyalty_tills_awaited", "Tills that tell their leases again", len(life.awaited)),
            ("posloyalty_lends", "Whether anything is lent", life.lends),
            ("posloyalty_clock_step_seconds", "How far the clock was set", stepped_s),
            ("posloyalty_ledger_waiting", "Owners whose events wait to be folded", behind.owners),
            ("posloyalty_ledger_lag_seconds", "How long the first of them waits", behind.lag_s),
            ("posloyalty_ledger_faults", "Owners whose events cannot be booked", faults),
            ("posloyalty_judging_waiting", "Events that judging has not reached", judging.behind),
            ("posloyalty_judging_lag_seconds", "How long the first waits", judging.lag_s),
            ("posloyalty_sales_differing", "Sales that differ from their rules", judging.differ),
            ("posloyalty_sales_by_old_rules", "Sales by rules that had ended", judging.old),
            ("posloyalty_sales_not_judged", "Sales not known enough of", judging.waiting),
        ):
            yield GaugeMetricFamily(name, told, value=float(value))


@dataclass(frozen=True, slots=True)
class Behind:
    """How far the ledger is behind: owners who wait, and for how many seconds the first of them."""

    owners: int
    lag_s: int


def ledger_lag(database: Database, clock: Clock) -> Behind:
    """How far the ledger is behind now."""
    c = OWNER_PLACE.c
    asked = select(func.count(), func.min(c.due_s)).where(c.waits == 1)
    with database.read() as connection:
        owners, since_s = connection.execute(asked).one()
    now_s = int(clock.now().timestamp())
    return Behind(owners, 0 if since_s is None else max(0, now_s - since_s))
