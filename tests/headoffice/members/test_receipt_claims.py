"""Missing points by receipt, on real books: given once, by the rules of the day, heard by tills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.members.members import Members
from posloyalty.headoffice.members.receipt_claims import WAITS_DAYS
from posloyalty.headoffice.store.case_tables import RECEIPT_CLAIM
from posloyalty.headoffice.store.tables import TILL
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from tests.headoffice.a_chain import MEMBER, PROGRAMME, Chain, Placed
from tests.headoffice.a_kept_chain import chain_after
from tests.headoffice.cases.test_findings import proved
from tests.services.counter import goods

CLAIMING = "\n[claim]\ndays = 7\nminutes = 15\n"
LEDGER = "chain/points"


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """Two tills whose programme head office knows; in the end it verifies."""
    with chain_after(keeps_programme, tmp_path, url=database_url, more=CLAIMING) as found:
        yield found
        assert proved(found.office)


def keeps_programme(chain: Chain, more: str) -> None:
    chain.office.publishing.keep((PROGRAMME + more).encode(), by="Ann")
    chain.talk()


def sold(till: Placed, pieces: int = 2) -> Sale:
    """So many of article 1, to nobody in particular."""
    basket = till.counter.till.check_out.open_basket()
    for _ in range(pieces):
        basket = basket.add(goods(1))
    return till.counter.book(basket)


def code_of(till: Placed, sale: Sale) -> str:
    with till.shop.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    return code


def due(till: Placed, pieces: int = 2) -> int:
    """What a member would have earned."""
    basket = till.counter.till.check_out.open_basket()
    for _ in range(pieces):
        basket = basket.add(goods(1))
    quote = till.counter.quote(basket.for_member(MEMBER))
    return sum(one.points for one in quote.earnings)


def one_back(till: Placed, sale: Sale) -> None:
    """One piece comes back."""
    refunds = till.shop.till.refunds
    wish = RefundWish(refund_id=till.shop.ids.new_id(), back=((1, 1000),), cause="unwanted")
    refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), till.shop.manager)


@pytest.mark.parametrize("by_code", [True, False])
def test_a_receipt_is_given_once_and_every_till_hears_of_it(chain: Chain, by_code: bool) -> None:
    one, other = chain.tills
    sale = sold(one)
    receipt = code_of(one, sale) if by_code else sale.number
    chain.talk()
    row = chain.office.claims.claim(receipt, MEMBER.hex(), by="Ann")
    points = due(one)
    assert points > 0
    assert (row.state, row.given, row.receipt) == ("given", ((LEDGER, points),), sale.number)
    chain.talk()
    assert [till.counter.points() for till in (one, other)] == [points, points]
    with pytest.raises(ServiceRefusal) as again:
        chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ben")
    assert again.value.reason == "CLAIM_HAD"
    assert again.value.facts["who"] == "Ann"
    with pytest.raises(ServiceRefusal, match="CLAIMED_ALREADY"):
        one.shop.till.claims.claim(code_of(one, sale), MEMBER, one.shop.manager)
    with chain.office.database.read() as connection:
        (entry,) = entries(connection, limit=1)
    assert (entry.what, entry.who) == ("claim_given", "Ann")


def test_the_database_itself_lets_a_sale_be_claimed_once(chain: Chain) -> None:
    sale = sold(chain.tills[0])
    chain.talk()
    chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")
    with chain.office.database.read() as connection:
        row = dict(connection.execute(RECEIPT_CLAIM.select()).one()._mapping)
    with pytest.raises(DBAPIError), chain.office.database.write() as connection:
        connection.execute(RECEIPT_CLAIM.insert().values({**row, "number": 2}))


def test_goods_that_come_back_take_their_points_back(chain: Chain) -> None:
    one = chain.tills[0]
    sale = sold(one)
    chain.talk()
    chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")
    chain.talk()
    one_back(one, sale)
    chain.talk()
    assert one.counter.points() == due(one, 1)


@pytest.mark.long(beside="test_goods_that_come_back_take_their_points_back")
def test_what_came_back_before_earns_nothing(chain: Chain) -> None:
    one = chain.tills[0]
    sale = sold(one)
    one_back(one, sale)
    chain.talk()
    row = chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")
    assert row.given == ((LEDGER, due(one, 1)),)


def test_a_members_sale_is_refused_with_whose_it_is(chain: Chain) -> None:
    sale = chain.tills[0].counter.sell()
    chain.talk()
    with pytest.raises(ServiceRefusal) as refused:
        chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")
    assert refused.value.reason == "CLAIM_OF_MEMBER"
    assert refused.value.facts["member"] == MEMBER.hex()[:12]
    assert chain.office.claims.newest() == []


def test_one_that_its_till_gave_already_is_refused(chain: Chain) -> None:
    one = chain.tills[0]
    sale = sold(one)
    one.shop.till.claims.claim(code_of(one, sale), MEMBER, one.shop.manager)
    chain.talk()
    with pytest.raises(ServiceRefusal, match="CLAIM_AT_TILL"):
        chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")


def test_a_sale_that_is_not_here_yet_waits_and_is_given_when_it_comes(chain: Chain) -> None:
    one = chain.tills[0]
    sale = sold(one)
    claims = chain.office.claims
    assert claims.claim(code_of(one, sale), MEMBER.hex(), by="Ann").state == "waiting"
    with pytest.raises(ServiceRefusal, match="CLAIM_HAD"):
        claims.claim(sale.number, MEMBER.hex(), by="Ben")
    chain.clock.pass_time(timedelta(minutes=2))
    claims.step()
    assert claims.newest()[0].state == "waiting"
    chain.talk()
    chain.clock.pass_time(timedelta(minutes=2))
    claims.step()
    (row,) = claims.newest()
    assert (row.state, row.given) == ("given", ((LEDGER, due(one)),))
    assert claims.step() == 0


def test_a_claim_that_a_clock_ahead_looked_for_is_looked_for_once_it_is_mended(
    chain: Chain,
) -> None:
    one = chain.tills[0]
    claims = chain.office.claims
    claims.claim(code_of(one, sold(one)), MEMBER.hex(), by="Ann")
    chain.clock.set_wall(timedelta(days=1))
    assert claims.step() == 1
    chain.clock.set_wall(timedelta(days=-1))
    chain.talk()
    assert claims.step() == 1
    assert claims.newest()[0].state == "given"


@pytest.mark.long(beside="test_a_sale_that_is_not_here_yet_waits_and_is_given_when_it_comes")
def test_a_claim_that_was_made_in_time_may_wait_longer(chain: Chain) -> None:
    one = chain.tills[0]
    sale = sold(one)
    chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")
    chain.clock.pass_time(timedelta(days=20))
    chain.talk()
    chain.office.claims.step()
    assert chain.office.claims.newest()[0].state == "given"


def test_what_never_comes_ends_and_makes_room(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posloyalty.headoffice.members.receipt_claims.WAITING_MOST", 1)
    one = chain.tills[0]
    first, second = sold(one), sold(one)
    claims = chain.office.claims
    claims.claim(first.number, MEMBER.hex(), by="Ann")
    with pytest.raises(ServiceRefusal, match="CLAIMS_FULL"):
        claims.claim(second.number, MEMBER.hex(), by="Ann")
    chain.clock.pass_time(timedelta(days=WAITS_DAYS, minutes=2))
    claims.step()
    assert claims.newest()[0].state == "expired"
    assert claims.claim(second.number, MEMBER.hex(), by="Ann").state == "waiting"


def test_a_clock_that_leaps_ends_no_claim_that_still_waits(chain: Chain) -> None:
    one, leap = chain.tills[0], timedelta(days=400)
    first, second = sold(one), sold(one)
    claims = chain.office.claims
    for sale in (first, second):
        claims.claim(sale.number, MEMBER.hex(), by="Ann")
    chain.clock.set_wall(leap)
    claims.step()
    assert [row.state for row in claims.newest()] == ["waiting", "waiting"]
    chain.clock.set_wall(-leap)
    chain.clock.pass_time(timedelta(minutes=2))
    chain.talk()
    claims.step()
    assert [row.state for row in claims.newest()] == ["given", "given"]


def test_a_day_too_late_is_too_late(chain: Chain) -> None:
    sale = sold(chain.tills[0])
    chain.talk()
    chain.clock.pass_time(timedelta(days=7))
    with pytest.raises(ServiceRefusal, match="CLAIM_TOO_LATE"):
        chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")


@pytest.mark.long(beside="test_a_receipt_is_given_once_and_every_till_hears_of_it")
def test_a_number_from_before_the_till_joined_is_found_by_the_names_it_then_had(
    chain: Chain,
) -> None:
    """The till went on printing the store's code of the time when it was alone."""
    one, other = chain.tills
    sale, theirs = sold(one), sold(other)
    chain.talk()
    assert (sale.number[:5], theirs.number[:5]) == ("S1-T1", "S2-T2")
    # Head office knows the second till by the names that the first one prints.
    with chain.office.database.write() as connection:
        connection.execute(TILL.update().where(TILL.c.store_code == "S1").values(till_code="T9"))
        connection.execute(
            TILL.update().where(TILL.c.store_code == "S2").values(store_code="S1", till_code="T1")
        )
    row = chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")
    assert (row.state, row.receipt) == ("given", sale.number)
    row = chain.office.claims.claim(theirs.number, MEMBER.hex(), by="Ann")
    assert (row.state, row.receipt) == ("given", theirs.number)
    members = Members(chain.office.database, chain.office.office, chain.clock)
    assert members.find(theirs.number) == MEMBER.hex()
    later = other.counter.sell()
    other.talk()
    assert members.find(later.number) == MEMBER.hex()


def forged(code: str) -> str:
    """Within the signature; of the last letter some bits stand for nothing."""
    return code[:-10] + ("A" if code[-10] != "A" else "B") + code[-9:]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda code: "S9-T9-1-0007", "RECEIPT_OF_NO_TILL"),
        (lambda code: "nonsense", "RECEIPT_NOT_OURS"),
        (
            lambda code: code[:-10] + ("A" if code[-10] != "A" else "B") + code[-9:],
            "RECEIPT_FORGED",
        ),
    ],
)
def test_what_is_no_receipt_of_the_chain_is_refused(
    chain: Chain, change: object, code: str
) -> None:
    one = chain.tills[0]
    sale = sold(one)
    assert callable(change)
    with pytest.raises(ServiceRefusal, match=code):
        chain.office.claims.claim(change(code_of(one, sale)), MEMBER.hex(), by="Ann")


def test_nobody_gets_nothing(chain: Chain) -> None:
    sale = sold(chain.tills[0])
    chain.talk()
    with pytest.raises(ServiceRefusal, match="NOBODY_FOUND"):
        chain.office.claims.claim(sale.number, "ab" * 16, by="Ann")


def test_what_a_till_out_of_reach_gave_meanwhile_is_marked(chain: Chain) -> None:
    """Both stand, since both were promised; somebody sees it, and the ledger is sound."""
    one = chain.tills[0]
    sale = sold(one)
    one.talk()
    one.shop.till.claims.claim(code_of(one, sale), MEMBER, one.shop.manager)
    chain.office.claims.claim(sale.number, MEMBER.hex(), by="Ann")
    assert not chain.office.claims.newest()[0].twice
    chain.talk()
    assert chain.office.claims.newest()[0].twice


@pytest.mark.long(beside="test_a_receipt_is_given_once_and_every_till_hears_of_it")
def test_a_member_whom_the_selling_till_never_saw_is_heard_of_there(chain: Chain) -> None:
    one, other = chain.tills
    form = EnrolForm(phone="13900000009", consents=(("terms", "", True),))
    member = other.shop.till.enrol.enrol(form, other.shop.manager).member.id
    sale = sold(one)
    chain.talk()
    row = chain.office.claims.claim(sale.number, member.hex(), by="Ann")
    assert row.given == ((LEDGER, due(one)),)
    chain.talk()
    with pytest.raises(ServiceRefusal, match="CLAIMED_ALREADY"):
        one.shop.till.claims.claim(code_of(one, sale), MEMBER, one.shop.manager)
    assert one.shop.till.verify.verify().holds
