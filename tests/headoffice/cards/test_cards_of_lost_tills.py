"""Cards of a till that was stolen, or is no more: what was made before stays good; what whoever has
its key makes afterwards is refused, whatever day they write on it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from posloyalty.domain.members.card_token import decode
from posloyalty.services.selling.scanned import PROOF_CODE
from posloyalty.sync import events
from posloyalty.sync.wire.card_keys import CARD, Standing
from tests.headoffice.a_chain import Chain, Placed
from tests.headoffice.cards.card_scans import (
    Made,
    dated,
    hears,
    joins,
    out_of_reach,
    refusal,
    scan,
    shown,
    till_id,
)

# A till that was lost


@pytest.fixture
def stolen(chain: Chain) -> Made:
    """A member of the first till, whose making head office heard two days before it was stolen."""
    one = chain.tills[0]
    member = joins(one)
    hears(chain)
    chain.clock.pass_time(timedelta(days=2))
    chain.office.administration.revoke(till_id(one))
    for till in chain.tills[1:]:
        till.talk()
    chain.clock.pass_time(timedelta(minutes=6))
    for till in chain.tills[1:]:
        till.talk()
    return member


def test_a_card_made_before_its_till_was_stolen_stays_good(chain: Chain, stolen: Made) -> None:
    other = chain.tills[1]
    assert scan(other, stolen.card) == shown(stolen)
    with out_of_reach(other):  # what head office said is remembered
        assert scan(other, stolen.card) == shown(stolen)


def test_out_of_reach_it_identifies_its_member_and_proves_no_more_than_a_typed_code(
    chain: Chain, stolen: Made
) -> None:
    other = chain.tills[1]
    with out_of_reach(other):
        unproven = replace(shown(stolen, PROOF_CODE), asks=stolen.card, unproven="card_unproven")
        assert scan(other, stolen.card) == unproven


def test_a_card_made_after_the_loss_is_refused_everywhere_out_of_reach_too(
    chain: Chain, stolen: Made
) -> None:
    one, other, _ = chain.tills
    later = dated(one, stolen.card, issued=timedelta(days=2, hours=1))
    with out_of_reach(other):
        assert refusal(scan(other, later)) == "card_lost_till"
    assert other.way.about_cards.ask(later) is Standing.LOST


def test_a_card_that_a_thief_dates_back_is_refused_because_its_making_was_never_heard(
    chain: Chain, stolen: Made
) -> None:
    one, other, _ = chain.tills
    back = dated(one, stolen.card, issued=timedelta(seconds=1))
    assert refusal(scan(other, back)) == "card_unheard"
    assert refusal(scan(other, back)) == "card_unheard"  # and is not remembered as good
    assert scan(other, stolen.card) == shown(stolen)


def tells_of(till: Placed, member: Made, card: str) -> None:
    """A till's journal says that it made a card."""
    token, _, _ = decode(card)
    with till.shop.till.book.write() as unit:
        stamp = unit.journal.stamp()
        issued = events.CardIssue(
            id=till.shop.ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            member=member.id.hex(),
            card=till.shop.ids.new_id().hex(),
            token=sha256(card.encode("ascii")).hexdigest(),
            kid=token.key_id,
            issued=token.issued_s,
            expires=token.expires_s,
        )
        unit.journal.append(issued)
        unit.commit()


def test_of_a_till_that_was_lost_days_ago_what_came_since_is_no_proof(on_both: Chain) -> None:
    one, other, _ = on_both.tills
    before = joins(one)
    hears(on_both)
    on_both.clock.pass_time(timedelta(days=3))
    since = joins(one, "13900000002", "Bob")  # by whoever has the till now
    back = dated(one, since.card, issued=-timedelta(days=3))
    tells_of(one, since, back)  # like of any other card, while nobody has missed the till
    hears(on_both)
    lost_on = on_both.clock.now().date() - timedelta(days=1)
    on_both.office.administration.revoke(till_id(one), lost_on=lost_on)
    on_both.clock.pass_time(timedelta(minutes=6))
    other.talk()
    assert scan(other, before.card) == shown(before)
    assert refusal(scan(other, since.card)) == "card_lost_till"
    assert refusal(scan(other, back)) == "card_unheard"
    on_both.office.administration.revoke(till_id(one))  # again, and nobody says another day
    on_both.clock.pass_time(timedelta(minutes=6))
    other.talk()
    assert scan(other, before.card) == shown(before)
    assert refusal(scan(other, since.card)) == "card_lost_till"
    assert refusal(scan(other, back)) == "card_unheard"


def test_a_till_that_is_no_more_leaves_cards_that_are_good_without_a_question(
    on_both: Chain,
) -> None:
    one, other, _ = on_both.tills
    member = joins(one)
    hears(on_both)
    on_both.office.administration.declare_gone(till_id(one))
    on_both.clock.pass_time(timedelta(minutes=6))
    other.talk()
    asked = other.way.network.asked.count(CARD)
    with out_of_reach(other):
        assert scan(other, member.card) == shown(member)
    later = dated(one, member.card, issued=timedelta(hours=1))
    assert refusal(scan(other, later)) == "card_lost_till"
    assert other.way.network.asked.count(CARD) == asked


def test_a_till_that_comes_back_makes_good_cards_again(chain: Chain, stolen: Made) -> None:
    one, other, _ = chain.tills
    one.way.join("S1")
    new = joins(one, "13900000003", "Cid")
    one.talk()
    hears(chain)
    with out_of_reach(other):
        assert scan(other, new.card) == shown(new)
        assert scan(other, stolen.card) == shown(stolen)
