"""`lots = [{ left = 30, last = 2026-03-31 }]`: every lot that holds something.

Each may state `wallet`, `points` (what it opened with), `left`, `earned`, `from` (its first good
day), `last` (its last; `last = "never"` for one without), `funder` (`"partner:air"`,
`"campaign:spring"`, `"shop"`) and `shop_cost` (of one whole point, as a programme writes it;
`"none"` where nobody had said). Pending lots are there, run out ones are not. The order does not
matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.programme.section import SHOP_COST
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.listed import read_listed
from posloyalty.scenario.seen import Check, Difference, MemberSeen
from posloyalty.scenario.shop_costs import told_shop_cost

KEYS = ("earned", "from", "funder", "last", "left", "points", SHOP_COST, "wallet")
NEVER = "never"
SHOP = "shop"


@expects("lots", of=MemberSeen)
def read_lots(block: Block, key: str) -> Check:
    """Read every lot."""
    wanted = read_listed(block, key, KEYS)

    def told(seen: MemberSeen, lot: Lot) -> dict[str, str]:
        """A lot as a scenario writes it."""
        wallet = lot.account.ledger.removeprefix(seen.programme.ledger(""))
        return {
            "wallet": wallet,
            "points": wanted.points_text(wallet, lot.original),
            "left": wanted.points_text(wallet, lot.remaining),
            "earned": lot.earned_on.isoformat(),
            "funder": lot.funder or SHOP,
            SHOP_COST: told_shop_cost(lot.shop_cost, wallet, wanted.block),
            "from": NEVER if lot.usable_from is None else lot.usable_from.isoformat(),
            "last": NEVER if lot.last_day is None else lot.last_day.isoformat(),
        }

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        here = [one for one in seen.state.lots if one.remaining and not one.expired_on(seen.day)]
        yield from wanted.differences(told(seen, lot) for lot in here)

    return thing_check(MemberSeen, differences)
