"""What cashiers were told, against what head office has: the checker of the fleet.

It reads the tills' histories and head office's tables, and reckons by itself. Every sentence that
it gives is a fault: an acknowledged sale that is missing or there twice, a sale that nobody rang,
a balance that is not what the histories add up to, points that were spent beyond what there were,
a loss that somebody has to bear, a till that was taken for a copy.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, text

from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.system import SystemChance, SystemClock
from tests.fakes.time import SHANGHAI
from tests.fleet.fleet import Fleet
from tests.fleet.history import History, Tried
from tests.fleet.shop import PRICE_MINOR, SPENDERS, member

QUIET: Final = {
    "epochs opened": "SELECT count(*) FROM epoch_base",
    "programs taken for copies": "SELECT count(*) FROM till_start WHERE standing = 'suspect'",
    "branches of journals": "SELECT count(*) FROM fork_event",
    "lives begun": "SELECT count(*) FROM office WHERE life > 1",
    "events that look wrong": "SELECT count(*) FROM anomaly",
    "losses found": "SELECT count(*) FROM finding",
    "owners that cannot be booked": "SELECT count(*) FROM owner_fault",
    "points that stores lost": "SELECT count(*) FROM account WHERE kind = 'store_risk'"
    " AND debits <> credits",
}
"""What there is nothing of where no book was put back and nobody hands out beyond leases."""


def check(fleet: Fleet) -> tuple[dict[str, int], list[str]]:
    """(figures, faults)."""
    histories = [one.read() for one in fleet.tills]
    clock = SystemClock(SHANGHAI)
    with opened_office(fleet.data, fleet.url, clock=clock, chance=SystemChance()) as office:
        while office.follow():
            pass
        with office.database.read() as connection:
            kept = _sales(connection)
            balances = _balances(connection)
            odd = {what: _count(connection, asked) for what, asked in QUIET.items()}
        proof = verify_office(office.database, office.office, lambda _done, _whole: None)
    tried = {sale: one for each in histories for sale, one in each.tried.items()}
    faults = [f"{count} {what}" for what, count in odd.items() if count]
    faults += [] if proof.first is None else [f"head office does not verify: {proof.first}"]
    faults += of_sales(histories, tried, kept)
    faults += of_points(tried, kept, balances, fleet.rounds)
    figures = {
        "acknowledged sales": sum(len(one.sold) for one in histories),
        "cut off before the word": len(kept) - sum(len(one.sold) for one in histories),
        "spent articles": sum(1 for sale in kept if sale in tried and tried[sale].spent),
        "refused": sum(len(one.refused) for one in histories),
        "without enough points": sum(one.passed for one in histories),
        "events at head office": proof.events,
        **{what: count for what, count in fleet.counts.items() if what != "lines healed"},
    }
    return figures, faults


def of_sales(
    histories: list[History], tried: Mapping[str, Tried], kept: Mapping[str, int]
) -> list[str]:
    """`kept` says how often each sale is at head office."""
    faults = []
    for history in histories:
        for sale, number in history.sold.items():
            if kept.get(sale, 0) != 1:
                faults.append(f"sale {number} was acknowledged and is there {kept.get(sale, 0)}×")
            if sale in history.refused:
                faults.append(f"sale {number} was refused and acknowledged")
        faults += [f"sale {one} was refused and is there" for one in history.refused if one in kept]
    faults += [f"sale {one} was never rung" for one in kept if one not in tried]
    numbers = Counter(number for each in histories for number in each.sold.values())
    return faults + [f"number {one} was given {n}×" for one, n in numbers.items() if n > 1]


def of_points(
    tried: Mapping[str, Tried],
    kept: Iterable[str],
    balances: Mapping[str, int],
    rounds: int,
) -> list[str]:
    """Each balance is what was earned less what was spent; nobody spent more than there was."""
    earned, spent = defaultdict[str, int](int), defaultdict[str, int](int)
    for sale in kept:
        if sale in tried:
            earned[tried[sale].member] += tried[sale].payable
            spent[tried[sale].member] += tried[sale].spent
    faults = []
    for one in sorted(earned.keys() | balances.keys()):
        there = balances.get(one, 0)
        if there != earned[one] - spent[one]:
            faults.append(f"{one} has {there}, earned {earned[one]} and spent {spent[one]}")
    for number in range(SPENDERS):
        one, most = member(number).hex(), rounds * PRICE_MINOR
        if earned[one] != most or spent[one] > most:
            faults.append(f"spender {number} earned {earned[one]} and spent {spent[one]}")
    return faults


def _sales(connection: Connection) -> dict[str, int]:
    """How often each sale stands in the journals, by its id."""
    found: Counter[str] = Counter()
    for (body,) in connection.execute(text("SELECT body FROM journal_event")):
        event: dict[str, Any] = json.loads(bytes(body))
        if event["t"] == "sale":
            found[event["id"]] += 1
    return dict(found)


def _balances(connection: Connection) -> dict[str, int]:
    asked = "SELECT owner, sum(remaining) FROM lot GROUP BY owner"
    return {bytes(owner).hex(): int(left) for owner, left in connection.execute(text(asked))}


def _count(connection: Connection, asked: str) -> int:
    return int(connection.execute(text(asked)).scalar_one())
