"""Campaigns' budgets in points, and what acts give of any budget: lent, and never overdrawn.

Real books and a real desk, as in `test_lent_budgets`, whose words are used here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.services.doings.programme_acts import Acted
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.members.enrol_member import TERMS, EnrolForm
from posloyalty.services.selling.sale_wishes import Spending
from tests.headoffice.a_chain import MEMBER, Chain, Placed, out_of_reach
from tests.headoffice.a_published_chain import asking, pass_minutes, published
from tests.headoffice.judged import judged
from tests.headoffice.members.test_receipt_claims import code_of, sold
from tests.headoffice.test_lent_budgets import held

EACH = 2_000
"""What a sale of 20.00 earns, and what the campaign adds to it."""
BONUS = f"""
[[campaign]]
id = "double"
name = {{ en = "Double points" }}
status = "approved"
budget = {{ points = {3 * EACH}, wallet = "points" }}

[[multiplier]]
id = "twice"
name = {{ en = "Twice" }}
wallet = "points"
times = 2
campaign = "double"

[[wallet]]
id = "stars"
name = {{ en = "Stars" }}
unit = "points"

[[earn]]
id = "star"
name = {{ en = "A star" }}
wallet = "stars"
per_sale = {{ points = 7 }}
campaign = "double"

[[campaign]]
id = "bags"
name = {{ en = "Bags" }}
status = "approved"
budget = {{ count = 3 }}

[[activity]]
id = "survey"
name = {{ en = "A survey" }}
wallet = "stars"
points = 1

[[voucher]]
id = "bag"
name = {{ en = "A bag" }}
amount = "1.00"

[[rule]]
id = "a-bag"
trigger = "activity"
what = "survey"
campaign = "bags"
gives = {{ voucher = "bag" }}

[[campaign]]
id = "first"
name = {{ en = "The first to join" }}
status = "approved"
budget = {{ points = 100, wallet = "stars" }}

[[rule]]
id = "welcome-stars"
trigger = "sign_up"
campaign = "first"
gives = {{ points = 50, wallet = "stars" }}

[claim]
days = 7
minutes = 15
"""
SURVEY = Happening(trigger=Trigger.ACTIVITY, recorded=Recorded(what="survey"), member_id=MEMBER)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """Two tills; in the end head office verifies, and judges every sale as its till rang it."""
    with published(tmp_path, database_url, BONUS) as found:
        yield found
        pass_minutes(found, 2)
        assert judged(found.office).variances == {}


def added(till: Placed, *, asks: bool = True) -> int:
    """What a sale as the counter rings it earns beyond the 2,000 points that every sale earns."""
    basket = till.counter.basket().for_member(MEMBER)
    if asks:
        assert till.way.reserving.reserve(Spending(basket=basket)).short == ()
    sale = till.counter.book(basket)
    earned = sum(
        points for line in sale.lines for wallet, points in line.earned if wallet == "points"
    )
    return earned - EACH


def bags(till: Placed, *, asks: bool = True) -> int:
    """How many bags a survey brings."""
    if asks:
        assert asking(till).of(SURVEY).short == ()
    return _issued(till.shop.till.acts.record(SURVEY, till.shop.manager))


def _issued(acted: Acted) -> int:
    return sum(one.opens is not None and one.opens.of == "bag" for one in acted.does.rights)


def welcomed(till: Placed, phone: str, *, asks: bool = True) -> int:
    """How many stars somebody gets who joins."""
    if asks:
        asking(till).of_newcomer()
    form = EnrolForm(phone=phone, name="Bea", consents=((TERMS, "", True),))
    welcome = till.shop.till.enrol.enrol(form, till.shop.manager).welcome
    return 0 if welcome is None else sum(one.amount for one in welcome.does.transfers)


def test_each_till_holds_a_twentieth_of_the_points(chain: Chain) -> None:
    assert [held(till, "double", LimitUnit.POINTS) for till in chain.tills] == [300, 300]


@pytest.mark.long(
    beside="tests/headoffice/test_lent_budgets.py::test_of_three_mugs_two_tills_give_three"
)
def test_tills_in_reach_give_all_points_of_a_budget_and_not_one_more(chain: Chain) -> None:
    given = []
    for till in (*chain.tills, *chain.tills, *chain.tills):
        given.append(added(till))
        pass_minutes(chain, 2)  # who holds some for later is asked for it meanwhile
    assert sum(given) == 3 * EACH
    assert given[:2] == [EACH, EACH]


@pytest.mark.long(beside="test_each_till_holds_a_twentieth_of_the_points")
def test_points_of_another_wallet_use_up_nothing_of_the_budget(chain: Chain) -> None:
    """Each sale brings seven stars of the same campaign beside its points."""
    one = chain.tills[0]
    assert [added(one) for _ in range(4)] == [EACH, EACH, EACH, 0]


def test_out_of_reach_a_till_gives_the_points_that_it_holds_and_no_more(chain: Chain) -> None:
    for till in chain.tills:
        out_of_reach(till)
    assert [added(till) for till in (*chain.tills, *chain.tills)] == [300, 300, 0, 0]


@pytest.mark.long(beside="test_whoever_joins_in_reach_is_given_what_no_till_holds")
def test_an_act_asks_for_what_a_campaign_gives_for_it(chain: Chain) -> None:
    one, other = chain.tills
    assert [held(till, "bags", LimitUnit.COUNT) for till in chain.tills] == [1, 1]
    assert [bags(one), bags(one), bags(one)] == [1, 1, 1]  # the third lay at the other till
    assert [bags(other), bags(one)] == [0, 0]


@pytest.mark.long(beside="test_out_of_reach_a_till_gives_the_points_that_it_holds_and_no_more")
def test_out_of_reach_an_act_gives_of_a_campaign_what_its_till_holds(chain: Chain) -> None:
    for till in chain.tills:
        out_of_reach(till)
    assert [bags(till) for till in (*chain.tills, *chain.tills)] == [1, 1, 0, 0]


def test_whoever_joins_in_reach_is_given_what_no_till_holds(chain: Chain) -> None:
    one, other = chain.tills
    assert [held(till, "first", LimitUnit.POINTS) for till in chain.tills] == [5, 5]
    assert welcomed(one, "13800000001", asks=False) == 0  # 5 stars are no welcome
    assert welcomed(one, "13800000002") == 50
    pass_minutes(chain, 2)
    assert welcomed(other, "13800000003") == 50
    pass_minutes(chain, 2)
    assert welcomed(one, "13800000004") == 0


@pytest.mark.long(beside="test_out_of_reach_a_till_gives_the_points_that_it_holds_and_no_more")
def test_out_of_reach_whoever_joins_is_welcomed_without_what_is_not_here(chain: Chain) -> None:
    other = chain.tills[1]
    out_of_reach(other)
    assert welcomed(other, "13800000001") == 0


def claimed(till: Placed) -> int:
    """What the receipt of a sale to nobody brings beyond 2,000 points, at the till that sold it."""
    sale = sold(till, 1)
    view = till.shop.till.claims.claim(code_of(till, sale), MEMBER, till.shop.manager)
    return view.points["points"] - EACH


def test_a_receipt_that_is_claimed_gives_of_a_budget_what_its_till_holds(chain: Chain) -> None:
    for till in chain.tills:
        out_of_reach(till)
    assert [claimed(till) for till in (*chain.tills, *chain.tills)] == [300, 300, 0, 0]


@pytest.mark.long(beside="test_a_receipt_that_is_claimed_gives_of_a_budget_what_its_till_holds")
def test_in_reach_a_receipt_that_is_claimed_asks_for_what_a_budget_has_left(chain: Chain) -> None:
    """Three claims are given all of the 6,000 points, what another till held of them too."""
    one = chain.tills[0]

    def asked() -> int:
        sale = sold(one, 1)
        code, claims = code_of(one, sale), one.shop.till.claims
        assert asking(one).of_claim(code, MEMBER).short == ()
        return claims.claim(code, MEMBER, one.shop.manager).points["points"] - EACH

    assert [asked() for _ in range(4)] == [2_000, 2_000, 2_000, 0]
    pass_minutes(chain, 2)


@pytest.mark.long(beside="test_a_receipt_that_is_claimed_gives_of_a_budget_what_its_till_holds")
def test_out_of_reach_a_claim_asks_nobody(chain: Chain) -> None:
    one = chain.tills[0]
    out_of_reach(one)
    sale = sold(one, 1)
    assert asking(one).of_claim(code_of(one, sale), MEMBER) == Reservation()


def test_a_receipt_that_head_office_gives_takes_of_a_budget_what_no_till_holds(
    chain: Chain,
) -> None:
    """Of 6,000 points tills hold 600, and two claims are given 4,000."""
    one = chain.tills[0]
    given = []
    for _ in range(4):
        sale = sold(one, 1)
        one.talk()
        chain.office.claims.claim(code_of(one, sale), MEMBER.hex(), by="Ann")
        before = given[-1] if given else 0
        given.append(_earned(chain))
        assert given[-1] > before
    assert given == [2 * EACH, 4 * EACH, 4 * EACH + EACH + 1_400, 4 * EACH + 2 * EACH + 1_400]


def _earned(chain: Chain) -> int:
    """The member's points, as head office has them."""
    with chain.office.database.write() as connection:
        lots = chain.office.head_office(connection).fold(MEMBER).lots
    return sum(lot.remaining for lot in lots if lot.account.ledger == "chain/points")


@pytest.mark.long(beside="test_out_of_reach_a_till_gives_the_points_that_it_holds_and_no_more")
def test_a_till_that_was_never_lent_any_gives_none_and_is_no_variance(
    tmp_path: Path, database_url: str
) -> None:
    """A budget of one point is kept for sales that ask."""
    small = BONUS.replace(f"points = {3 * EACH}", "points = 1")
    with published(tmp_path, database_url, small) as found:
        for till in found.tills:
            out_of_reach(till)
        assert [added(till) for till in found.tills] == [0, 0]
        for till in found.tills:
            till.way.network.troubles = []
        pass_minutes(found, 6)
        said = judged(found.office)
        assert (said.variances, said.explained) == ({}, 2)
