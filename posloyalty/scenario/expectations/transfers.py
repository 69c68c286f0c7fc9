"""`transfers = [{ code = "redeem", points = 120 }]`: what a step moved between accounts, all of it.

Each may state `code`, `wallet`, `points`, and the kinds of account it went `from` and `to`, such as
"member", "issued", "redeemed", "breakage". The order does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.transfer import Transfer
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.listed import Listed, read_listed
from posloyalty.scenario.seen import Check, Difference

KEYS = ("code", "from", "points", "to", "wallet")


@expects("transfers", of=Consequences)
def read_transfers(block: Block, key: str) -> Check:
    """Read every transfer."""
    wanted = read_listed(block, key, KEYS)

    def differences(does: Consequences) -> Iterator[Difference]:
        yield from wanted.differences(_told(one, wanted) for one in does.transfers)

    return thing_check(Consequences, differences)


def _told(transfer: Transfer, wanted: Listed) -> dict[str, str]:
    wallet = transfer.debit.ledger.partition("/")[2]
    return {
        "code": transfer.code.value,
        "from": transfer.debit.kind.value,
        "to": transfer.credit.kind.value,
        "points": wanted.points_text(wallet, transfer.amount),
        "wallet": wallet,
    }
