"""`leases = 150`: what this till holds of a member's points and has not spent.

Of head office: `lent = [{ till = "T1", left = 150 }]`, every lease that is open, and
`alerts = [{ alert = "overspent", store = "S1", amount = 50 }]`, what somebody should look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from posloyalty.domain.values.money import Currency
from posloyalty.scenario.block import Block, money_text
from posloyalty.scenario.expectation import expects, points_check, thing_check
from posloyalty.scenario.head_office import OfficeBooks
from posloyalty.scenario.listed import read_listed
from posloyalty.scenario.seen import Check, Difference, MemberSeen
from posloyalty.sync.found import Anomaly, Found
from posloyalty.sync.leases import LEASE, AssetKind


@expects("leases", of=MemberSeen)
def read_leases(block: Block, key: str) -> Check:
    """Read the points that are left, by wallet."""
    return points_check(block, key, MemberSeen, _held)


@expects("lent", of=OfficeBooks)
def read_lent(block: Block, key: str) -> Check:
    """Read the open leases."""
    wanted = read_listed(block, key, ("left", "till", "used"))

    def differences(books: OfficeBooks) -> Iterator[Difference]:
        told = (
            {"till": books.till_code(one.till_id), "left": str(one.left), "used": str(one.used)}
            for one in books.office.lending.book.open_leases()
        )
        yield from wanted.differences(told)

    return thing_check(OfficeBooks, differences)


@expects("alerts", of=OfficeBooks)
def read_alerts(block: Block, key: str) -> Check:
    """Read everything that somebody should look at."""
    wanted = read_listed(block, key, ("alert", "amount", "store", "what"))

    def differences(books: OfficeBooks) -> Iterator[Difference]:
        currency = books.programme.currency
        yield from wanted.differences(_told(one, currency) for one in books.office.alerts())

    return thing_check(OfficeBooks, differences)


def _held(seen: MemberSeen) -> Mapping[str, int]:
    held: dict[str, int] = {}
    for wallet in seen.programme.wallets:
        of = f"{AssetKind.POINTS.value}:{seen.programme.ledger(wallet.id)}"
        good = (r for r in seen.state.rights if r.kind == LEASE and r.of == of)
        held[wallet.id] = sum(one.left or 0 for one in good if one.good_on(seen.day))
    return held


def _told(found: Found, currency: Currency) -> dict[str, str]:
    money = found.anomaly in (Anomaly.OVERRIDDEN, Anomaly.OVER_REPAID)
    return {
        "alert": found.anomaly.value,
        "store": found.store,
        "what": found.what.rpartition("/")[2],
        "amount": money_text(found.amount, currency) if money else str(found.amount),
    }
