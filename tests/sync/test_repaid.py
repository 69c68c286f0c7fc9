"""A debt that went over with a record and that a later journal had repaid is not owed twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.ledger.transfer import LONG_AGO
from posloyalty.domain.programme.definition import Programme
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.head_office import HeadOffice
from tests.domain.engine.made import rules
from tests.sync.books import left_of, same_books
from tests.sync.fleet import LEDGER, OFFICE, START, SmallTill
from tests.sync.small_rules import SmallRules
from tests.sync.test_decisions_in_disorder import ANNA, BEN, LATER, Chain, earn, spend

MINUTE = timedelta(minutes=1)


def owe(till: SmallTill, who: bytes, points: int) -> None:
    """Goods come back whose points are spent."""

    def do(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).take_back(LEDGER, points, policy=NegativePolicy.NEGATIVE)

    till.act(who, START, do)


class Lasting(SmallRules):
    """A programme whose points last for twelve months."""

    def programme(self, at: datetime) -> Programme | None:
        """The usual one."""
        return rules()


@pytest.fixture
def chain() -> Chain:
    return owing()


def owing(office: HeadOffice | None = None) -> Chain:
    """Ben owes 50, as both tills know."""
    made = Chain(office)
    owe(made.one, BEN, 50)
    made.exchange(made.one, made.other, at=START)
    return made


def agreed(chain: Chain, *others: SmallTill) -> None:
    """Everybody has the same of both, also who hears it in another order; nothing is left of Ben,
    neither points nor debts.
    """
    again = HeadOffice(OFFICE, overspend=chain.office.overspend, rules=SmallRules())
    again.resume(chain.office.decided)
    for till in (*others, chain.other, chain.one):
        again.enrol(till.id, store=till.store, genesis=till.genesis)
        again.receive(till.id, till.journal)
    for who in (ANNA, BEN):
        assert again.fold(who) == chain.office.fold(who)
        for till in (chain.one, chain.other, *others):
            same_books(till.books[who], Belongings.of(chain.office.fold(who)))
    gone = chain.office.fold(BEN)
    assert (gone.debt(LEDGER), [lot for lot in gone.lots if lot.remaining]) == (0, [])
    assert sum(chain.office.accounts().values()) == 0


@pytest.mark.parametrize("points", [20, 50, 80])
def test_what_had_repaid_a_debt_repays_it_where_it_went(chain: Chain, points: int) -> None:
    earn(chain.other, BEN, points, START + MINUTE)  # out of reach, and before the merge
    assert chain.office.merge(ANNA, BEN, LATER)
    assert chain.office.fold(ANNA).debt(LEDGER) == 50, "as far as head office knows"
    chain.exchange(chain.one, chain.other)
    assert chain.left(ANNA) == points - 50
    assert chain.office.fold(ANNA).debt(LEDGER) == max(0, 50 - points)
    agreed(chain)


def test_what_is_repaid_after_the_merge_under_the_old_name_repays_it_too(chain: Chain) -> None:
    assert chain.office.merge(ANNA, BEN, START + MINUTE)
    earn(chain.other, BEN, 30, LATER)
    chain.exchange(chain.one, chain.other)
    assert chain.office.fold(ANNA).debt(LEDGER) == 20
    agreed(chain)


def test_who_has_repaid_meanwhile_has_the_points_back_which_last_as_those_of_today() -> None:
    chain = owing(HeadOffice(OFFICE, rules=Lasting()))
    earn(chain.other, BEN, 50, START + MINUTE)
    assert chain.office.merge(ANNA, BEN, LATER)
    chain.exchange(chain.one)
    earn(chain.one, ANNA, 70, LATER + MINUTE)
    chain.exchange(chain.one, chain.other, at=LATER + 2 * MINUTE)
    assert (chain.left(ANNA), chain.office.fold(ANNA).debt(LEDGER)) == (70, 0)
    back = [one for one in chain.office.fold(ANNA).lots if one.earned_on == LONG_AGO]
    assert [(one.remaining, one.last_day) for one in back] == [(50, date(2027, 3, 1))]
    agreed(chain)


def test_more_that_comes_late_changes_how_much_had_been_repaid(chain: Chain) -> None:
    """First a repayment arrives, then a debt of before, then another repayment of before that."""
    third = SmallTill("T3", "S1")
    chain.office.enrol(third.id, store=third.store, genesis=third.genesis)
    third.greet(BEN, START)
    third.greet(ANNA, START)
    earn(chain.other, BEN, 40, START + 3 * MINUTE)
    owe(third, BEN, 25)
    assert chain.office.merge(ANNA, BEN, LATER)
    chain.exchange(chain.one, chain.other)
    assert chain.office.fold(ANNA).debt(LEDGER) == 10
    chain.exchange(third, chain.one, chain.other)
    assert chain.left(ANNA) == -35
    agreed(chain, third)


def test_an_erased_member_is_given_nothing_back(chain: Chain) -> None:
    earn(chain.other, BEN, 50, START + MINUTE)
    assert chain.office.erase(BEN, LATER)
    chain.exchange(chain.one, chain.other)
    fold = chain.office.fold(BEN)
    assert left_of(Belongings.of(fold)) == 0
    assert all(not lot.remaining and lot.earned_on != LONG_AGO for lot in fold.lots)


def test_points_that_a_record_spent_before_it_went_are_owed_less_what_had_been_repaid(
    chain: Chain,
) -> None:
    earn(chain.one, BEN, 90, START + MINUTE)
    chain.exchange(chain.one)
    spend(chain.one, BEN, 40, START + 2 * MINUTE)
    earn(chain.other, BEN, 60, START + MINUTE)
    assert chain.office.merge(ANNA, BEN, LATER)
    chain.exchange(chain.one, chain.other)
    assert chain.left(ANNA) == 90 + 60 - 50 - 40
    agreed(chain)
