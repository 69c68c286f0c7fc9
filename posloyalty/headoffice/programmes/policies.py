"""The risk policy of this head office: proposed by one person, approved by another, then heard.

Shape: `propose` keeps a policy and changes nothing; `approve`, by somebody else, which the database
asks for as well, signs it with head office's key and makes it the next version. Tills hear of it
with their next answer, whose signature is what they believe. Every act is in the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.cases.second_person import check_second, refuse_decided
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.programmes.risk import keep_policy, kept_policy
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.holding_tables import POLICY_PROPOSAL
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.policy import PolicySent, statement

SHOWN: Final = 20
_P: Final = POLICY_PROPOSAL.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """A policy as it was proposed; `version` is the one that it became, 0 until it is approved."""

    number: int
    policy: RiskPolicy
    state: str
    version: int
    proposed_by: str
    decided_by: str


class Policies:
    """Proposes, approves, and says what holds."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    def current(self) -> RiskPolicy:
        """The policy that holds now."""
        with self._database.read() as connection:
            return kept_policy(connection).read()

    def proposals(self) -> list[ProposalRow]:
        """The newest proposals, the newest first."""
        asked = select(POLICY_PROPOSAL).order_by(_P.number.desc()).limit(SHOWN)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(asked)]

    def propose(self, policy: RiskPolicy, *, by: str) -> int:
        """Keep a policy for somebody else to approve; refuses POLICY_SAME for one that holds."""
        sent = msgspec.structs.replace(PolicySent.of(policy), version=0)
        with self._database.write() as connection:
            if msgspec.structs.replace(kept_policy(connection), version=0) == sent:
                raise ServiceRefusal("POLICY_SAME")
            last = connection.execute(select(func.max(_P.number))).scalar()
            number = int(last or 0) + 1
            connection.execute(
                POLICY_PROPOSAL.insert().values(
                    number=number, body=msgspec.json.encode(sent).decode("utf-8"),
                    state="proposed", version=0, signature=b"", proposed_by=by,
                    proposed_s=self._now_s(), decided_by="", decided_s=0,
                )
            )  # fmt: skip
            note(connection, self._now_s(), by, "policy_proposed", number=str(number))
        return number

    def approve(self, number: int, *, by: str) -> int:
        """Make somebody else's proposal the policy; gives its version.

        Refuses NO_SUCH_PROPOSAL and as `refuse_decided` and `check_second`.
        """
        with self._database.write() as connection:
            row = _proposed(connection, number)
            check_second(connection, row.proposed_by, by, Right.PUBLISH)
            sent = msgspec.json.decode(row.body, type=PolicySent)
            version = keep_policy(connection, sent, at_s=self._now_s())
            sent = msgspec.structs.replace(sent, version=version)
            signed = self._office.key.sign(statement(self._office.id, sent))
            self._decide(connection, number, "approved", by, version=version, signature=signed)
            note(
                connection, self._now_s(), by, "policy_approved",
                number=str(number), version=str(version),
            )  # fmt: skip
        return version

    def withdraw(self, number: int, *, by: str) -> None:
        """Take a proposal back, one's own or another's; refuses NO_SUCH_PROPOSAL and as
        `refuse_decided`.
        """
        with self._database.write() as connection:
            _proposed(connection, number)
            self._decide(connection, number, "withdrawn", by)
            note(connection, self._now_s(), by, "policy_withdrawn", number=str(number))

    def _decide(
        self,
        connection: Connection,
        number: int,
        state: str,
        by: str,
        *,
        version: int = 0,
        signature: bytes = b"",
    ) -> None:
        changed = POLICY_PROPOSAL.update().where(_P.number == number)
        connection.execute(
            changed.values(
                state=state, version=version, signature=signature, decided_by=by,
                decided_s=self._now_s(),
            )
        )  # fmt: skip

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _proposed(connection: Connection, number: int) -> Any:
    asked = select(POLICY_PROPOSAL).where(_P.number == number, _P.state == "proposed")
    row = connection.execute(asked.with_for_update()).first()
    if row is None:
        refuse_decided(connection, POLICY_PROPOSAL, number)
        raise ServiceRefusal("NO_SUCH_PROPOSAL", number=number)
    return row


def _row(row: Any) -> ProposalRow:
    return ProposalRow(
        number=row.number,
        policy=msgspec.json.decode(row.body, type=PolicySent).read(),
        state=row.state,
        version=row.version,
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
    )
