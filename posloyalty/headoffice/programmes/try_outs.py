"""Try-outs at head office: a kept file over the chain's past sales, beside the one in effect.

Shape: `ask` puts a file on the list, a thread of its own works the list off, `of` says how far it
is and what came of it. Bounded: one at a time, 20,000 sales, two minutes; nothing is booked. What
was under way when the server stopped is asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any, Final

from sqlalchemy import select

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.ratio import Ratio
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.programmes.chain_sales import past_of_chain
from posloyalty.headoffice.programmes.publications import current
from posloyalty.headoffice.running.logs import tell_fault
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE, TRY_OUT
from posloyalty.headoffice.store.database import Database
from posloyalty.insight.try_out_run import TriedOut, TryOutStopped, tried_out
from posloyalty.insight.try_out_told import told_difference, told_report
from posloyalty.services.ports import Clock
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import LANGUAGES, Words

SALES_MAX: Final = 20_000
WORKS_MS_MAX: Final = 120_000
GROUPS_SHOWN: Final = 12
REDEEMERS: Final = Ratio.parse("50%")
"""So many members are taken to spend their points as soon as they can."""
_T: Final = TRY_OUT.c
_UNDER_WAY: Final = ("waiting", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOutRow:
    """How a try-out stands; `lines` are its report in one language."""

    state: str
    done: int
    total: int
    lines: tuple[str, ...]

    @property
    def under_way(self) -> bool:
        """Whether there is more to come."""
        return self.state in _UNDER_WAY


class TryOuts:
    """The list, and the thread that works it off."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._closing = Event()
        self._lane: ThreadPoolExecutor | None = None

    def ask(self, digest: bytes, *, by: str) -> None:
        """Try a kept file out; refuses NO_SUCH_FILE. One under way is left alone."""
        with self._database.write() as connection:
            known = select(PROGRAMME_FILE.c.hash).where(PROGRAMME_FILE.c.hash == digest)
            if connection.execute(known).first() is None:
                raise ServiceRefusal("NO_SUCH_FILE")
            now_s = int(self._clock.now().timestamp())
            connection.execute(TRY_OUT.delete().where(_T.hash == digest))
            connection.execute(
                TRY_OUT.insert().values(
                    hash=digest, state="waiting", asked_by=by, asked_s=now_s, done=0, total=0,
                    report="{}",
                )
            )  # fmt: skip
            note(connection, now_s, by, "tried_out", hash=digest.hex())
        if self._lane is None:
            self._lane = ThreadPoolExecutor(1, thread_name_prefix="try-out")
        self._lane.submit(self._work, digest)

    def of(self, digest: bytes, language: str) -> TryOutRow | None:
        """How the try-out of a file stands; None when there was none."""
        with self._database.read() as connection:
            row = connection.execute(select(TRY_OUT).where(_T.hash == digest)).first()
        if row is None:
            return None
        lines = tuple(json.loads(row.report).get(language, ()))
        return TryOutRow(state=row.state, done=row.done, total=row.total, lines=lines)

    def close(self) -> None:
        """Stop what is under way, and wait until it has."""
        self._closing.set()
        if self._lane is not None:
            self._lane.shutdown(cancel_futures=True)

    def _work(self, digest: bytes) -> None:
        try:
            report = self._tried(digest)
        except TryOutStopped:
            self._put(digest, state="stopped")
        except Exception as fault:  # noqa: BLE001 - a thread's fault would be seen by nobody
            tell_fault("try_out_failed", fault)
            self._put(digest, state="failed")
        else:
            self._put(digest, state="done", report=json.dumps(report, ensure_ascii=False))

    def _tried(self, digest: bytes) -> dict[str, list[str]]:
        rules = self._rules(digest)
        with self._database.read() as connection:
            past = past_of_chain(connection, most=SALES_MAX)
        began_ms = self._clock.monotonic_ms()
        self._put(digest, state="running", total=past.total)

        def late() -> bool:
            over = self._clock.monotonic_ms() - began_ms > WORKS_MS_MAX
            return over or self._closing.is_set()

        found = tried_out(
            rules,
            past,
            redeemers=REDEEMERS,
            progress=lambda done, _total: self._put(digest, done=done),
            stopped=late,
        )
        return {language: list(_told(found, rules, Words(language))) for language in LANGUAGES}

    def _rules(self, digest: bytes) -> list[Programme]:
        """The file, and the one in effect where it is another one of the same currency."""
        files = select(PROGRAMME_FILE.c.toml).where(PROGRAMME_FILE.c.hash == digest)
        with self._database.read() as connection:
            rules = [read_programme(bytes(connection.execute(files).scalar_one()))]
            running = current(connection, self._clock.now())
            if running is None or bytes(running.hash) == digest:
                return rules
            other = select(PROGRAMME_FILE.c.toml).where(PROGRAMME_FILE.c.hash == running.hash)
            against = read_programme(bytes(connection.execute(other).scalar_one()))
        return [*rules, against] if against.currency == rules[0].currency else rules

    def _put(self, digest: bytes, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(TRY_OUT.update().where(_T.hash == digest).values(values))


def _told(found: TriedOut, rules: Sequence[Programme], words: Words) -> Sequence[str]:
    if not found.rung:
        return (words("console.no_past_sales"),)
    return (
        *told_report(found.reports[0], rules[0], found.day, words, groups_most=GROUPS_SHOWN),
        *told_difference(found.change, rules[0].currency, words, groups_most=GROUPS_SHOWN),
    )
