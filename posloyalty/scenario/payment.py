"""Payments: how a sale is paid, and the registry that finds the kinds.

`pay = [{ kind = "card", amount = "30.00" }, { kind = "cash", given = "50.00" }]`, in that order.
Without `pay` a sale is paid in cash, to the coin.

    @pays("cash")
    def read_cash(block: Block) -> Payment: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posloyalty.domain.shop.tender import Tender, TenderKind, still_due, take_cash
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene

Payment = Callable[[int, tuple[Tender, ...], Scene], Tender]
"""From the payable amount, the tenders so far and the scene; refuses as the pay screen does."""
PaymentReader = Callable[[Block], Payment]
PAYMENTS: dict[str, PaymentReader] = {}


def pays(kind: str) -> Callable[[PaymentReader], PaymentReader]:
    """Register a reader under the word that files use."""

    def register(reader: PaymentReader) -> PaymentReader:
        PAYMENTS[kind] = reader
        return reader

    return register


@dataclass(frozen=True, slots=True)
class Paying:
    """One payment as the file has it: its kind's word, and how it is taken."""

    kind: str
    take: Payment


def read_payments(block: Block, key: str = "pay") -> tuple[Paying, ...]:
    """The payments under a key, in their order."""
    found = []
    for table in block.tables(key):
        kind = table.text("kind")
        if kind in PAYMENTS:
            found.append(Paying(kind, PAYMENTS[kind](table)))
            table.close()
        elif kind:
            known = ", ".join(sorted(PAYMENTS))
            table.found("kind", "KIND_UNKNOWN", given=kind, known=known)
    return tuple(found)


def kinds_of(payments: tuple[Paying, ...]) -> frozenset[TenderKind]:
    """The kinds that pay, as the pay screen says before it asks for the last price: cash where the
    file says nothing.
    """
    words = {one.kind for one in payments} or {TenderKind.CASH.value}
    return frozenset(kind for kind in TenderKind if kind.value in words)


def tendered(
    payable_minor: int,
    payments: tuple[Paying, ...],
    scene: Scene,
    begins: tuple[Tender, ...] = (),
) -> tuple[Tender, ...]:
    """The tenders of a sale, after those with which it begins; nothing is asked for where nothing
    is due.
    """
    tenders = begins
    for payment in payments:
        tenders = (*tenders, payment.take(payable_minor, tenders, scene))
    if not payments and still_due(payable_minor, tenders) > 0:
        tenders = (*tenders, cash(payable_minor, tenders, scene))
    return tenders[len(begins) :]


def cash(
    payable_minor: int, tenders: tuple[Tender, ...], scene: Scene, given_minor: int | None = None
) -> Tender:
    """Cash: an amount that was given, or exactly what is asked for in coins."""
    rounding = scene.till.shop.details().cash
    due = still_due(payable_minor, tenders)
    return take_cash(
        payable_minor,
        tenders,
        given_minor=rounding.payable(due) if given_minor is None else given_minor,
        rounding=rounding,
    )
