"""What is left to somebody by the ledger, and by what came since, is what the fold of all says.

Worlds in which tills are put back, records are joined and erased, and journals come in any order;
the ledger follows now and then, and after each step everybody is looked at both ways.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from posloyalty.domain.ledger.transfer import Lot
from posloyalty.headoffice.ledger import archive as archives
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import OWNER_PLACE
from posloyalty.headoffice.store.ledger_tables import OWNER_FAULT
from posloyalty.sync.fold import Checkpoint, MemberFold, Overspend
from tests.benchmarks import often
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow, ledger_of, spending
from tests.headoffice.ledger.test_archive import ANNA, Joining, add, earning
from tests.headoffice.ledger.test_ledger import FollowedRestored
from tests.sync.fleet import LEDGER, OTHER

STEPS = 60
EARLY = "2026-02-10T09:00:00.000+00:00"
LATE = "2026-02-10T10:00:00.000+00:00"


class Looked(FollowedRestored):
    """A fleet of which everybody is looked at both ways after each step."""

    seen: Counter[str]

    def step(self) -> None:
        super().step()
        archive, bearer = self.office.archive, self.office.overspend
        rows = self.connection.execute(select(OWNER_PLACE.c.owner, OWNER_PLACE.c.waits))
        for owner, waits in [(bytes(row.owner), row.waits) for row in rows]:
            found = archive.stands(owner, bearer)
            if found is None:
                self.seen["folded whole"] += 1
                continue
            self.seen["went on" if waits else "stood"] += 1
            wanted = self.office.fold(owner)
            assert left(found) == left(wanted)
            assert set(found.rights) == set(wanted.rights)
            for ledger in (LEDGER, OTHER):
                assert found.debt(ledger) == wanted.debt(ledger)
                self.seen["debts"] += wanted.debt(ledger) > 0


def left(stands: Checkpoint | MemberFold) -> dict[Any, int]:
    """What is left by ledger, kind and the days on which it can be spent."""
    sums: Counter[Any] = Counter()
    for lot in stands.lots:
        sums[_kind(lot)] += lot.remaining
    return {kind: n for kind, n in sums.items() if n}


def _kind(lot: Lot) -> Any:
    return lot.account, lot.usable_from, lot.last_day


def played(office: OpenOffice, seed: int) -> Counter[str]:
    """A world; how everybody was found in it."""
    with office.database.write() as connection:
        fleet = Looked(seed, archive=Joining(office.database, connection))
        fleet.seen = Counter()
        fleet.ledger, fleet.connection = ledger_of(office, fleet), connection
        fleet.run(STEPS)
        connection.rollback()
    return fleet.seen


def test_what_is_left_is_what_the_fold_says(office: OpenOffice) -> None:
    office.administration.add_store("S0", "Side Street")
    seen: Counter[str] = Counter()

    @settings(
        max_examples=4,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(st.integers(0, 10_000))
    @example(6)  # where a debt is repaid that the ledger knows, and it has yet to follow
    def play(seed: int) -> None:
        seen.update(played(office, seed))

    play()
    assert min(seen[one] for one in ("stood", "went on", "folded whole", "debts")) > 0, seen


def asked(connection: Connection, office: OpenOffice, bearer: Overspend) -> Checkpoint | None:
    return office.head_office(connection).archive.stands(ANNA, bearer)


@pytest.mark.long(beside="test_what_is_left_is_what_the_fold_says")
def test_where_the_ledger_would_not_go_on_neither_does_this(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    add(till, earning(ANNA, 1, 100))
    till.push(office, 1, 1)
    with office.database.read() as connection:
        assert asked(connection, office, Overspend.STORE) is None, "nothing was folded yet"
    follow(office)
    add(till, spending(ANNA, 2, 30, at=LATE))
    till.push(office, 2, 2)
    with office.database.read() as connection:
        stands = asked(connection, office, Overspend.STORE)
        assert stands is not None
        assert sum(left(stands).values()) == 70
        assert asked(connection, office, Overspend.MEMBER) is None, "another bears it"
    follow(office)
    add(other, spending(ANNA, 3, 10, at=EARLY))
    other.push(office, 1, 1)
    with office.database.read() as connection:
        assert asked(connection, office, Overspend.STORE) is None, "an event is late"
    follow(office)
    add(till, spending(ANNA, 4, 90, at="2026-02-10T11:00:00.000+00:00"))
    till.push(office, 3, 3)
    with office.database.write() as connection:
        assert asked(connection, office, Overspend.STORE) is None, "the named lot does not hold it"
        connection.execute(OWNER_PLACE.update().values(folded=OWNER_PLACE.c.arrived))
        assert asked(connection, office, Overspend.STORE) is not None
        connection.execute(OWNER_FAULT.insert().values(owner=ANNA, fault="X", at_s=0))
        assert asked(connection, office, Overspend.STORE) is None, "the ledger could not book"


def test_a_reservation_reads_no_event_that_was_folded(
    office: OpenOffice, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    whole = archives.filed_of_row

    def noted(row: Any) -> Any:
        read.append(row)
        return whole(row)

    counter = often.Counter(office, clock, stores=False)
    counter.sell(40)
    counter.sell_one()
    monkeypatch.setattr(archives, "filed_of_row", noted)
    counter.by_processor(counter.reserve)
    assert len(read) == 1, "the one that waits for the ledger"
