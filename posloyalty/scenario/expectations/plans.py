"""`plans = { prime = { state = "active", through = 2027-02-28 } }`: a member's paid memberships.

Each may state `state` ("trial", "active", "grace", "paused", "lapsed", "cancelled", "none"),
`through` (the last day that is paid for, or on trial) and `months` paid so far.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.plans import standing
from posloyalty.domain.programme.kinds.plan import Plan
from posloyalty.scenario.block import Block, alike
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, MemberSeen, differs

KEYS = ("months", "state", "through")


@expects("plans", of=MemberSeen)
def read_plans(block: Block, key: str) -> Check:
    """Read the plans that are named."""
    wanted = []
    for plan, table in block.each(key):
        told = {name: table.written(name) for name in table.untaken if name in KEYS}
        table.close(KEYS)
        wanted.append((plan, table.path, told))

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        for plan, path, told in wanted:
            found = _told(seen, plan)
            for name, text in told.items():
                if not alike(text, found.get(name, NOTHING)):
                    yield differs((*path, name), text, found.get(name, NOTHING))

    return thing_check(MemberSeen, differences)


def _told(seen: MemberSeen, plan_id: str) -> dict[str, str]:
    plan = seen.programme.find(Plan, plan_id)
    if plan is None:
        return {}
    now = standing(seen.programme, plan, seen.state, seen.day)
    told = {"state": now.state.value, "months": str(now.paid_months)}
    return told if now.through is None else told | {"through": now.through.isoformat()}
