"""Points above the policy's most: held back, and what each decision does to the last point."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

import resources
from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.headoffice.judging.holds import HELD, REFUSED, RELEASED
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.demo_shop import PROGRAMME
from posloyalty.sync import events
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.judged import journal_of, judged, send
from tests.headoffice.judging.test_judging import Journal, sales_of
from tests.headoffice.policies import adopt_policy
from tests.services.a_shop import new_shop

RULES = resources.read(PROGRAMME)
TIMES = 1_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    with new_shop(tmp_path_factory.mktemp("demo"), programme=None) as shop:
        shop.till.demo.fill(shop.manager, "en", members=12)
        return journal_of(shop)


def last_earning(demo: Journal) -> events.Sale:
    """The last sale by which a member earned: nobody spends what it gave."""
    return [one for one in sales_of(demo) if any(post.code == "earn" for post in one.post)][-1]


def times(sale: events.Sale) -> events.Sale:
    """A thousand times the points, as a slip in the rules gives them."""
    return structs.replace(
        sale,
        post=tuple(
            structs.replace(one, n=one.n * TIMES) if one.code == "earn" else one
            for one in sale.post
        ),
    )


def points_in(sale: events.Sale) -> int:
    return sum(one.n for one in sale.post if one.code == "earn")


def balance(office: OpenOffice, sale: events.Sale) -> int:
    """What the sale's member has, as head office folds it."""
    (ledger,) = {one.ledger for one in sale.post if one.code == "earn"}
    owner = bytes.fromhex(str(sale.member))
    with office.database.write() as connection:
        fold = office.head_office(connection).fold(owner)
    return fold.accounts.get(Account(ledger, AccountKind.MEMBER, owner), 0)


def proved(office: OpenOffice) -> bool:
    while office.follow():
        pass
    return verify_office(office.database, office.office, lambda done, total: None).holds


def set_policy(office: OpenOffice, **changes: int) -> None:
    adopt_policy(office.administration, replace(RiskPolicy(), **changes))  # type: ignore[arg-type] # ints


@pytest.fixture
def slipped(office: OpenOffice, till: ATill, demo: Journal) -> events.Sale:
    """An office in which the last earning sale gave a thousand times its points."""
    office.publishing.keep(RULES, by="Ann")
    victim = last_earning(demo)
    set_policy(office, sale_points=2_000)
    send(till, office, demo, lambda one: times(one) if one.id == victim.id else one)
    judged(office)
    return victim


def test_what_is_above_the_most_of_a_sale_is_held_and_the_rest_is_there(
    office: OpenOffice, slipped: events.Sale
) -> None:
    (row,) = office.holds.open_holds()
    gained = TIMES * points_in(slipped)
    most = 2_000 * 10**row.scale
    assert (row.number, row.cap, row.state) == (slipped.no, "sale", HELD)
    assert (row.gained, row.most, row.held, row.spent) == (gained, most, gained - most, 0)
    assert office.holds.count_open() == 1
    assert proved(office)


@pytest.mark.parametrize(("decision", "back"), [(RELEASED, True), (REFUSED, False)])
def test_each_decision_does_exactly_what_it_says(
    office: OpenOffice, slipped: events.Sale, decision: str, back: bool
) -> None:
    (row,) = office.holds.open_holds()
    before = balance(office, slipped)
    office.holds.decide(row.hold_id, decision, "looked at", by="Ben")
    assert balance(office, slipped) == before + (row.held if back else 0)
    assert office.holds.open_holds() == []
    (done,) = office.holds.decided()
    assert (done.state, done.note, done.who) == (decision, "looked at", "Ben")
    assert proved(office)
    with pytest.raises(ServiceRefusal, match="NO_SUCH_MATTER"):
        office.holds.decide(row.hold_id, RELEASED, "again", by="Ben")


def test_released_points_are_the_very_lots_of_the_receipt(
    office: OpenOffice, slipped: events.Sale
) -> None:
    owner = bytes.fromhex(str(slipped.member))
    opened = {
        bytes.fromhex(one.opens.id)
        for one in slipped.post
        if one.code == "earn" and isinstance(one.opens, events.LotOpened)
    }
    (row,) = office.holds.open_holds()
    office.holds.decide(row.hold_id, RELEASED, "right", by="Ben")
    with office.database.write() as connection:
        fold = office.head_office(connection).fold(owner)
    lots = [lot for lot in fold.lots if lot.id in opened]
    assert lots
    assert all(lot.remaining == lot.original for lot in lots)


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(
    ("decision", "why", "code"),
    [("perhaps", "x", "NO_SUCH_DECISION"), (RELEASED, "", "NOTE_LENGTH")],
)
def test_a_decision_needs_a_word_and_a_reason(
    office: OpenOffice, slipped: events.Sale, decision: str, why: str, code: str
) -> None:
    (row,) = office.holds.open_holds()
    with pytest.raises(ServiceRefusal, match=code):
        office.holds.decide(row.hold_id, decision, why, by="Ben")


def test_an_honest_shop_is_held_to_nothing(office: OpenOffice, till: ATill, demo: Journal) -> None:
    office.publishing.keep(RULES, by="Ann")
    send(till, office, demo)
    judged(office)
    assert office.holds.open_holds() == []


def test_a_cap_holds_also_for_rules_that_head_office_never_saw(
    office: OpenOffice, till: ATill, demo: Journal
) -> None:
    victim = last_earning(demo)
    send(till, office, demo, lambda one: times(one) if one.id == victim.id else one)
    set_policy(office, sale_points=2_000)
    assert victim.no in judged(office).waiting
    assert [row.number for row in office.holds.open_holds()] == [victim.no]


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("says", [{"cur": "???"}, {"ph": "none"}, {"no": "\x00"}, {"day": "\x00"}])
def test_a_cap_holds_whatever_a_forger_says_beside_the_points(
    office: OpenOffice, till: ATill, demo: Journal, says: dict[str, str]
) -> None:
    set_policy(office, sale_points=2_000)
    victim = last_earning(demo)
    forged = structs.replace(times(victim), **says)
    send(till, office, demo, lambda one: forged if one.id == victim.id else one)
    judged(office)
    (hold,) = office.holds.open_holds()
    assert hold.held == points_in(forged) - 2_000 * 10**hold.scale


def test_a_tills_day_is_held_to_its_most_sale_by_sale(
    office: OpenOffice, till: ATill, demo: Journal
) -> None:
    """The most is one point less than the day's last sale needs: exactly that point is held."""
    office.publishing.keep(RULES, by="Ann")
    victim = last_earning(demo)
    (ledger,) = {one.ledger for one in victim.post if one.code == "earn"}
    (scale,) = {one.scale for one in victim.points if one.wallet == ledger.rpartition("/")[2]}
    whole = 10**scale
    of_day = sum(
        one.n
        for sale in sales_of(demo)
        if sale.day == victim.day
        for one in sale.post
        if one.code in ("earn", "bonus") and one.ledger == ledger and one.cr[0] == "member"
    )
    set_policy(office, till_day_points=of_day // whole - 1)
    send(till, office, demo)
    judged(office)
    of_that_day = [row for row in office.holds.open_holds() if row.number == victim.no]
    assert [row.cap for row in of_that_day] == ["day"]
    assert (
        sum(row.gained - row.most for row in of_that_day) == of_day - (of_day // whole - 1) * whole
    )


def test_what_was_spent_before_is_said_and_owed_by_nobody(
    office: OpenOffice, till: ATill, demo: Journal, clock: SetClock
) -> None:
    """The member spent from the slip before it came to head office: what is left is held."""
    office.publishing.keep(RULES, by="Ann")
    victim = last_earning(demo)
    set_policy(office, sale_points=2_000)
    (earn,) = [one for one in victim.post if one.code == "earn"][:1]
    assert isinstance(earn.opens, events.LotOpened)
    gone = 5 * points_in(victim)
    spends = events.Act(
        id="5e" * 16,
        at=(clock.now() + timedelta(minutes=1)).isoformat(timespec="milliseconds"),
        hlc=(1, 1),
        kind="adjust",
        what="adjust",
        day=victim.day,
        member=victim.member,
        post=(
            events.Post(
                id="5f" * 16, code="redeem", ledger=earn.ledger, dr=earn.cr, cr=("redeemed",),
                n=gone, uses=((earn.opens.id, gone),),
            ),
        ),
    )  # fmt: skip
    send(till, office, demo, lambda one: times(one) if one.id == victim.id else one)
    till.add(events.encode(spends), event_id=bytes.fromhex(spends.id))
    till.push(office, len(till.journal), len(till.journal))
    judged(office)
    (row,) = office.holds.open_holds()
    owed = max(0, gone - row.most)
    assert (row.spent, row.held) == (owed, row.gained - row.most - owed)
    owner = bytes.fromhex(str(victim.member))
    with office.database.write() as connection:
        fold = office.head_office(connection).fold(owner)
    assert fold.debt(earn.ledger) == 0
    assert proved(office)
