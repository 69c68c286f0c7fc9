"""Two people: whoever approves is another one than who proposed, and both may still do it.

What somebody proposed who may not propose any more (another role, or set aside) waits for nobody:
why they may not is not known here, and who approves may not have heard of it. It is withdrawn and
proposed by somebody else.

Whoever decides what is decided already is told how and by whom: mostly it is their own act, whose
answer was lost on the way to them.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, select

from posloyalty.headoffice.console.rights import Right, Role, may
from posloyalty.headoffice.store.console_tables import OFFICE_OPERATOR
from posloyalty.services.refusal import ServiceRefusal


def check_second(connection: Connection, proposed_by: str, by: str, right: Right) -> None:
    """Refuses SECOND_PERSON to whoever proposed it, PROPOSER_MAY_NOT where who proposed has not
    the `right` any more, and APPROVER_MAY_NOT where who approves has just lost theirs.
    """
    if proposed_by == by:
        raise ServiceRefusal("SECOND_PERSON", name=by)
    if not _may(connection, proposed_by, right):
        raise ServiceRefusal("PROPOSER_MAY_NOT", name=proposed_by)
    if not _may(connection, by, Right.APPROVE):
        raise ServiceRefusal("APPROVER_MAY_NOT", name=by)


def refuse_decided(connection: Connection, proposals: Table, number: int) -> None:
    """Refuses APPROVED_ALREADY and WITHDRAWN_ALREADY where a proposal is there and waits no more;
    `proposals` has its `number`, `state` ("withdrawn" or another) and `decided_by`.
    """
    asked = select(proposals.c.state, proposals.c.decided_by).where(proposals.c.number == number)
    row = connection.execute(asked).first()
    if row is not None:
        reason = "WITHDRAWN_ALREADY" if row.state == "withdrawn" else "APPROVED_ALREADY"
        raise ServiceRefusal(reason, number=number, name=row.decided_by)


def _may(connection: Connection, name: str, right: Right) -> bool:
    """Whether an operator has a right now. Who never was one acted at the server itself."""
    columns = OFFICE_OPERATOR.c
    # Locked where the database can, so that nobody is set aside between here and the commit.
    asked = select(columns.role, columns.active).where(columns.name == name).with_for_update()
    row = connection.execute(asked).first()
    return row is None or (bool(row.active) and may(Role(row.role), right))
