"""Any mix of payments, in any order, each taken back until the last one completes: sums match.

A machine keys payments in and takes them back as a cashier might, and holds against the value that
the pay screen shows: what is paid and what is due are what is to pay, nothing is ever overpaid, and
the coins are those of the market.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from posloyalty.domain.shop.tender import CashRounding, TenderKind, TenderRefusal
from posloyalty.domain.values.money import currency
from posloyalty.domain.values.rounding import Rounding
from ui.presenters.tendering import BY_TERMINAL, KINDS, PayField, StoredMoney, Tendering

CNY = currency("CNY")
ROUNDINGS = (
    CashRounding(10, Rounding.FLOOR),
    CashRounding(5, Rounding.HALF_UP),
    CashRounding(),
)


class AnyMix(RuleBasedStateMachine):
    """Payments of one sale."""

    now: Tendering
    steps: list[Tendering]

    @initialize(payable=st.integers(1, 30_000), rounding=st.sampled_from(ROUNDINGS))
    def begin(self, payable: int, rounding: CashRounding) -> None:
        self.now = Tendering(payable_minor=payable, currency=CNY, rounding=rounding)
        self.steps = []

    @precondition(lambda self: self.now.due_minor > 0)
    @rule(kind=st.sampled_from(KINDS), amount=st.integers(0, 40_000), exact=st.booleans())
    def pay(self, kind: TenderKind, amount: int, exact: bool) -> None:
        """Key an amount in, or take what is proposed; what cannot be is refused and changes
        nothing.
        """
        before, chosen = self.now, self.now.choose(kind)
        if kind in (TenderKind.GIFT_CARD, TenderKind.WALLET):
            chosen = chosen.found(StoredMoney(kind=kind, name="stored", left_minor=amount))
        if not exact:
            chosen = chosen.giving(amount)
        if kind in BY_TERMINAL:
            for character in "4711":
                chosen = chosen.filling(PayField.REFERENCE).typed(character)
        reason = ""
        try:
            self.now = chosen.taken()
        except TenderRefusal as refused:
            reason = refused.reason
        assert reason in REFUSED
        if reason:
            assert self.now is before
        else:
            self.steps.append(before)

    @precondition(lambda self: self.now.tenders)
    @rule(place=st.integers(0, 9))
    def take_back(self, place: int) -> None:
        """A payment goes back: the others keep theirs, and cash of more than was due covers it."""
        number = self.now.tenders[place % len(self.now.tenders)].number
        others = [one.given_minor for one in self.now.tenders if one.number != number]
        kept = [given for given in others if given]
        self.steps.append(self.now)
        self.now = self.now.without(number)
        assert [one.given_minor for one in self.now.tenders] == kept

    @precondition(lambda self: self.steps)
    @rule()
    def undo(self) -> None:
        """The step before."""
        self.now = self.steps.pop()

    @invariant()
    def the_sums_match(self) -> None:
        """At any time, whatever was done before."""
        if not hasattr(self, "now"):
            return
        now = self.now
        assert now.paid_minor + now.due_minor == now.payable_minor
        assert sum(one.amount_minor for one in now.tenders) == now.paid_minor
        assert [one.number for one in now.tenders] == list(range(1, len(now.tenders) + 1))
        assert now.due_minor >= 0
        for one in now.tenders:
            assert one.amount_minor > 0
            assert one.given_minor >= one.change_minor >= 0
            stays = one.given_minor - one.change_minor
            assert stays == one.amount_minor + one.rounding_minor
            assert one.kind is TenderKind.CASH or stays == one.given_minor == one.amount_minor
            assert abs(one.rounding_minor) < now.rounding.step_minor

    @invariant()
    def change_and_rounding_are_of_the_cash_that_settled_the_rest(self) -> None:
        """A part payment has neither."""
        if not hasattr(self, "now"):
            return
        rounded = [one for one in self.now.tenders if one.rounding_minor or one.change_minor]
        assert len(rounded) <= 1
        assert not rounded or self.now.due_minor == 0


REFUSED = frozenset(
    {
        "",
        "AMOUNT_NEEDED",
        "NOT_POSITIVE",
        "MORE_THAN_DUE",
        "MORE_THAN_STORED",
        "NOTHING_DUE",
        "REFERENCE_NEEDED",
    }
)
TestAnyMix = AnyMix.TestCase


def test_cash_of_no_coin_goes_when_a_payment_before_it_is_taken_back() -> None:
    now = Tendering(payable_minor=1202, currency=CNY, rounding=ROUNDINGS[0])
    now = now.choose(TenderKind.CARD).typed("4").giving(1200).taken()
    now = now.choose(TenderKind.CASH).taken()
    assert [(one.amount_minor, one.given_minor) for one in now.tenders] == [(1200, 1200), (2, 0)]
    now = now.without(1)
    assert (now.tenders, now.due_minor) == ((), 1202)
