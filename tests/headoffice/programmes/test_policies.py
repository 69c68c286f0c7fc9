"""The risk policy: proposed by one, approved by another, signed, and heard with the next answer."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.programmes.risk import kept_policy
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.holding_tables import POLICY_PROPOSAL
from posloyalty.services.book.signing import verify
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.policy import PolicySent, statement

CAUTIOUS = replace(RiskPolicy(), floor_minor=0, sale_points=5_000)


def test_a_policy_holds_once_a_second_person_approved_it(office: OpenOffice) -> None:
    number = office.policies.propose(CAUTIOUS, by="Ann")
    assert office.policies.current() == RiskPolicy()
    with pytest.raises(ServiceRefusal, match="SECOND_PERSON"):
        office.policies.approve(number, by="Ann")
    assert office.policies.approve(number, by="Ben") == 1
    assert office.policies.current() == replace(CAUTIOUS, version=1)
    (row,) = office.policies.proposals()
    assert (row.state, row.version, row.proposed_by, row.decided_by) == (
        "approved", 1, "Ann", "Ben",
    )  # fmt: skip
    with office.database.read() as connection:
        told = [one.what for one in entries(connection, limit=9)]
    assert {"policy_proposed", "policy_approved"} <= set(told)


def test_the_database_itself_asks_for_two_people(office: OpenOffice) -> None:
    number = office.policies.propose(CAUTIOUS, by="Ann")
    with pytest.raises(DBAPIError), office.database.write() as connection:
        connection.execute(
            POLICY_PROPOSAL.update()
            .where(POLICY_PROPOSAL.c.number == number)
            .values(state="approved", decided_by="Ann")
        )


def test_it_is_signed_with_head_offices_key_over_every_key_of_it(office: OpenOffice) -> None:
    number = office.policies.propose(CAUTIOUS, by="Ann")
    office.policies.approve(number, by="Ben")
    with office.database.read() as connection:
        row = connection.execute(select(POLICY_PROPOSAL)).one()
        sent = kept_policy(connection)
    key = office.office.key.public
    assert verify(key, statement(office.office.id, sent), bytes(row.signature))
    other = msgspec.structs.replace(sent, floor=sent.floor + 1)
    assert not verify(key, statement(office.office.id, other), bytes(row.signature))


def test_a_policy_that_holds_is_not_proposed_and_a_withdrawn_one_not_approved(
    office: OpenOffice,
) -> None:
    with pytest.raises(ServiceRefusal, match="POLICY_SAME"):
        office.policies.propose(RiskPolicy(), by="Ann")
    number = office.policies.propose(CAUTIOUS, by="Ann")
    office.policies.withdraw(number, by="Ann")
    with pytest.raises(ServiceRefusal, match="WITHDRAWN_ALREADY"):
        office.policies.approve(number, by="Ben")


@pytest.mark.parametrize(
    "policy", [RiskPolicy(), CAUTIOUS, replace(CAUTIOUS, version=7, till_day_points=1)]
)
def test_a_policy_travels_whole(policy: RiskPolicy) -> None:
    body = msgspec.json.encode(PolicySent.of(policy))
    assert msgspec.json.decode(body, type=PolicySent).read() == policy
