"""`step = "recognise"`: points as deferred revenue, as of now (IFRS 15; `insight/deferral.py`).

    [[when]]
    step = "recognise"
    wallet = "points"
    redeemed = "95%"              # of all points ever issued, as it is estimated now

What the till's sales took and issued since the last such step is split between goods and points;
what was redeemed since is released by the newest estimate. A point is worth what it pays for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.insight.deferral import Deferral, Entry, defer, release
from posloyalty.scenario.block import Block
from posloyalty.scenario.placed_till import TillBooks
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.ports import Reader
from posloyalty.sync import events

ONE: Ratio = Ratio(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The journal entries of a step, and the deferral after it, with what it has seen so far."""

    entries: tuple[Entry, ...]
    deferral: Deferral
    took_minor: int
    issued: int
    redeemed: int


@dataclass(slots=True)
class Recognise:
    """The books are looked at; what an earlier step saw is remembered in the world."""

    wallet: str
    estimate: Ratio
    member: str = field(default="", init=False)

    def run(self, scene: Scene) -> Outcome:
        """Defer what came in, release what was redeemed."""
        world, programme = scene.world, scene.programme
        before = world.recognised.get(self.wallet)
        assert before is None or isinstance(before, Recognised)
        ledger = programme.ledger(self.wallet)
        accounts = TillBooks(scene.placed).accounts()
        sums = {
            kind: sum(
                amount
                for account, amount in accounts.items()
                if account.ledger == ledger and account.kind is kind
            )
            for kind in (AccountKind.ISSUED, AccountKind.REDEEMED)
        }
        with scene.till.book.read() as reader:
            took = _took(reader)
        issued, redeemed = -sums[AccountKind.ISSUED], sums[AccountKind.REDEEMED]
        old = (0, 0, 0) if before is None else (before.took_minor, before.issued, before.redeemed)
        entries: list[Entry] = []
        deferral = Deferral(deferred=0, expected=0) if before is None else before.deferral
        paid, points = took - old[0], issued - old[1]
        if paid or points:
            made, entry = defer(
                paid,
                goods_alone=paid,
                points=points,
                point_value=_worth(programme.wallet(self.wallet)),
                redemption_rate=self.estimate,
            )
            deferral = _joined(deferral, made)
            entries.append(entry)
        expected = self.estimate.apply(issued, Rounding.HALF_UP)
        deferral, entry = release(deferral, redeemed=redeemed - old[2], expected=expected)
        if any(amount for _, amount in entry.postings):
            entries.append(entry)
        seen = Recognised(
            entries=tuple(entries),
            deferral=deferral,
            took_minor=took,
            issued=issued,
            redeemed=redeemed,
        )
        world.recognised[self.wallet] = seen
        return Outcome((seen,))


def _joined(one: Deferral, other: Deferral) -> Deferral:
    return Deferral(
        deferred=one.deferred + other.deferred,
        expected=one.expected + other.expected,
        redeemed=one.redeemed + other.redeemed,
        released=one.released + other.released,
    )


def _worth(wallet: Wallet) -> Ratio:
    """Minor units of money that one minor unit of the wallet pays."""
    return Ratio(0) if wallet.spend is None else Ratio(wallet.spend.worth_minor(10**6), 10**6)


def _took(reader: Reader) -> int:
    """What the sales of a till took."""
    found = 0
    for stored in reader.journal.events():
        event = events.decode(stored.body) if stored.kind == "sale" else None
        if isinstance(event, events.Sale):
            found += event.total
    return found


@step("recognise", gives=(Recognised,))
def read_recognise(block: Block) -> Recognise:
    """Read the wallet and the estimate."""
    return Recognise(block.wallet(), block.ratio("redeemed", most=ONE))
