"""`rights = [{ of = "welcome", state = "good" }]`: vouchers, rewards, passes.

All of the member's, used and run out ones too. Each may state `kind`, `of` (what the programme
declares), `state` ("waiting", "good", "used", "expired", "cancelled"), `left` uses, `used`, `code`,
`from` and `last`. The order does not matter. What head office lent this till is not among them:
that is `leases`.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.ledger.right import Right
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.listed import read_listed
from posloyalty.scenario.seen import Check, Difference, MemberSeen
from posloyalty.sync.leases import LEASE

KEYS = ("code", "from", "kind", "last", "left", "of", "state", "used")


@expects("rights", of=MemberSeen)
def read_rights(block: Block, key: str) -> Check:
    """Read every right."""
    wanted = read_listed(block, key, KEYS)

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        own = [right for right in seen.state.rights if right.kind != LEASE]
        yield from wanted.differences(_told(right, seen) for right in own)

    return thing_check(MemberSeen, differences)


def _told(right: Right, seen: MemberSeen) -> dict[str, str]:
    told = {
        "kind": right.kind,
        "of": right.of,
        "state": right.state(seen.day).value,
        "used": str(right.used),
        "left": "any" if right.left is None else str(right.left),
        "code": right.code,
    }
    days = {"from": right.from_day, "last": right.last_day}
    return told | {name: day.isoformat() for name, day in days.items() if day is not None}
