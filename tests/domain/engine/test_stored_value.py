"""Gift cards: whatever is loaded and paid, what is owed is what is on the cards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.consequences import Consequences, EventPlan, joined
from posloyalty.domain.engine.stored_value import (
    StoredCard,
    card_id,
    card_ledgers,
    card_name,
    load,
    pay_with,
    stored_card,
)
from posloyalty.domain.ledger.balance import fold
from posloyalty.domain.ledger.lots import SpendRefusal
from posloyalty.domain.ledger.right import fold_rights
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD, GiftCard
from tests.domain.engine.made import NOON, rules

DAY = date(2026, 3, 1)
BONUS = 'bonus = [{ from = "1.00", gets = "0.20" }]'


class Cards:
    """Cards of one kind, and everything that happened to them."""

    def __init__(self, text: str = "") -> None:
        self.programme = rules(f'[[gift_card]]\nid = "gift"\n{text}')
        (self.kind,) = self.programme.of(GiftCard)
        self.ledgers = card_ledgers(self.programme, "gift")
        self.does: list[Consequences] = []
        self.day = DAY

    def known(self, code: str) -> StoredCard | None:
        done = joined(self.does)
        identifier = card_id(code)
        lots = [
            one for one in fold(done.transfers).lots.values() if one.account.owner == identifier
        ]
        rights = [r for r in fold_rights(done.rights).values() if r.code == identifier.hex()]
        return stored_card(self.programme, rights, {"": lots})

    def load(self, code: str, paid: int) -> None:
        plan, known = self.plan(), self.known(code)
        load(plan, self.kind, self.ledgers, card_id(code), paid, known=known)
        if known is None:
            own = card_id(code)
            plan.issue(kind=GIFT_CARD, of="gift", owner=own, code=own.hex(), uses=0)
        self.does.append(plan.consequences())

    def pay(self, code: str, amount: int) -> None:
        card = self.known(code)
        assert card is not None
        plan = self.plan()
        pay_with(plan, card, amount)
        self.does.append(plan.consequences())

    def plan(self) -> EventPlan:
        number = len(self.does).to_bytes(16, "big")
        return EventPlan(event_id=number, at=NOON, day=self.day, programme_id=self.programme.id)


@pytest.mark.parametrize(
    ("uses", "first", "second"),
    [("proportional", (5000, 1000), (2500, 500)), ("principal_first", (4000, 2000), (1000, 2000))],
)
def test_a_payment_falls_on_what_was_paid_for_and_on_the_bonus(
    uses: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    cards = Cards(f'bonus = [{{ from = "100.00", gets = "20.00" }}]\nuses = "{uses}"')
    cards.load("1001", 10_000)
    for amount, left in ((6000, first), (3000, second)):
        cards.pay("1001", amount)
        card = cards.known("1001")
        assert card is not None
        assert (card.principal(DAY), card.bonus(DAY)) == left


def test_a_card_pays_no_more_than_it_holds_and_nothing_that_ran_out() -> None:
    cards = Cards('expiry = { kind = "rolling_months", months = 1, style = "eve" }')
    cards.load("1001", 500)
    with pytest.raises(SpendRefusal) as refused:
        cards.pay("1001", 501)
    assert refused.value.missing == 1
    cards.day = DAY + timedelta(days=31)
    with pytest.raises(SpendRefusal):
        cards.pay("1001", 1)
    card = cards.known("1001")
    assert card is not None
    assert (card.balance(cards.day), card.held()) == (0, 500)


def test_a_card_is_named_by_the_end_of_its_code_however_it_was_typed() -> None:
    assert card_id(" lg1:abc7 ") == card_id("LG1:ABC7")
    assert card_name(" lg1:abc7 ") == "•ABC7"


STEPS = st.lists(st.tuples(st.sampled_from("AB"), st.integers(-400, 400)), max_size=12)


@given(STEPS, st.sampled_from(["proportional", "principal_first"]))
def test_i15_what_is_owed_is_what_is_on_the_cards(steps: list[tuple[str, int]], uses: str) -> None:
    cards = Cards(f'{BONUS}\nuses = "{uses}"')
    owed = {"A": 0, "B": 0}
    for code, amount in steps:
        card = cards.known(code)
        if amount > 0:
            cards.load(code, amount)
            owed[code] += amount + cards.kind.bonus_for(amount)
        elif amount and card is not None and -amount <= card.balance(DAY):
            cards.pay(code, -amount)
            owed[code] += amount
    folded = fold(joined(cards.does).transfers)
    for ledger in cards.ledgers:
        sums: dict[AccountKind, int] = {}
        for account, balance in folded.accounts.items():
            if account.ledger == ledger:
                sums[account.kind] = sums.get(account.kind, 0) + balance
                assert account.kind is not AccountKind.GIFT_CARD or balance >= 0
        gone = sums.get(AccountKind.REDEEMED, 0)
        assert -sums.get(AccountKind.ISSUED, 0) - gone == sums.get(AccountKind.GIFT_CARD, 0)
    for code, balance in owed.items():
        card = cards.known(code)
        assert (0 if card is None else card.balance(DAY)) == balance
