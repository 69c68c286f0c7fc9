"""A till burnt down: its receipts are keyed in at another one, and head office counts each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.cases.matters import Matters
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.store.archive_tables import RETURN_WAITING
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.key_in import KeyIn
from posloyalty.services.selling.key_in_rows import Slip, SlipLine
from posloyalty.services.selling.lost_papers import LostPaper
from posloyalty.sync.receipt_digest import TILL_BYTES
from tests.headoffice.a_chain import MEMBER, Chain, Placed
from tests.headoffice.a_kept_chain import chain_after
from tests.headoffice.test_returned_twice import book_there, shown

LEDGER = "chain/points"


@dataclass
class Burnt:
    """A chain of three tills; the first sells out of reach of head office and is gone."""

    chain: Chain
    papers: list[tuple[Sale, str]] = field(default_factory=list)

    @property
    def dead(self) -> Placed:
        return self.chain.tills[0]

    @property
    def other(self) -> Placed:
        return self.chain.tills[1]

    def sell(self, *, article: int = 1, points: int = 0) -> tuple[Sale, str]:
        """At the first till, of which head office hears nothing."""
        sale = self.dead.counter.sell(article=article, points=points)
        with self.dead.shop.till.book.read() as reader:
            stored = reader.sales.by_id(sale.id)
            assert stored is not None
            code = receipt_code(reader, stored)
        assert code is not None
        self.chain.clock.pass_time(timedelta(minutes=5))
        return sale, code

    def talk(self) -> None:
        """Every till that is there, until each has heard of everything."""
        for _ in range(3):
            for one in self.chain.tills[1:]:
                one.hear_news()
                one.talk()

    def gone(self) -> int:
        return self.chain.office.administration.declare_gone(self.till_id)

    @property
    def till_id(self) -> str:
        return self.dead.shop.till.facts.till_id.hex()

    def key_in(self, at: Placed, sale: Sale, code: str, **more: object) -> Sale:
        keying, paper = self.read(at, code)
        return keying.book(paper, slip_of(sale, code, **more), at.counter.manager)

    def read(self, at: Placed, code: str) -> tuple[KeyIn, LostPaper]:
        keying = at.shop.till.key_in
        keying._papers._ask = at.way.about_papers.ask
        return keying, keying.read(code, at.counter.manager)

    def refusal(self, at: Placed, code: str) -> str:
        with pytest.raises(ServiceRefusal) as refused:
            self.read(at, code)
        return refused.value.reason

    def at_head_office(self) -> int:
        """What the member has in head office's ledger, when all of it verifies."""
        office = self.chain.office
        while office.follow():
            pass
        proof = verify_office(office.database, office.office, lambda *_: None)
        assert proof.holds, proof.first
        with office.database.read() as connection:
            now = self.chain.clock.now()
            fold = head_office(office.database, connection, office.office, now=now).fold(MEMBER)
        return sum(
            amount
            for account, amount in fold.accounts.items()
            if (account.owner, account.ledger) == (MEMBER, LEDGER)
        )

    def borne(self) -> int:
        """What stores bear of the member's points."""
        office = self.chain.office
        with office.database.read() as connection:
            now = self.chain.clock.now()
            fold = head_office(office.database, connection, office.office, now=now).fold(MEMBER)
        return fold.risk(LEDGER)

    def matters(self) -> list[str]:
        return [
            one.code for one in Matters(self.chain.office.database, self.chain.clock).open_matters()
        ]


def slip_of(sale: Sale, code: str, **more: object) -> Slip:
    """The paper as somebody types it."""
    said: dict[str, object] = {
        "receipt": code,
        "day": sale.at.date(),
        "time": sale.at.time().replace(microsecond=0),
        "total_minor": sale.payable_minor,
        "member_id": sale.member_id,
        "lines": tuple(SlipLine(code=line.sku) for line in sale.lines),
        "spent": sum(one.redeemed for one in sale.points),
    }
    return Slip(**said | more)  # type: ignore[arg-type]


@pytest.fixture
def burnt(tmp_path: Path, database_url: str) -> Iterator[Burnt]:
    with chain_after(sold_first, tmp_path, tills=3, url=database_url) as chain:
        yield Burnt(chain)


def sold_first(chain: Chain, _more: str) -> None:
    Burnt(chain).sell()  # 2,000 points and the voucher of a first purchase
    chain.talk()


@pytest.mark.long(
    beside="test_fault_11_a_dead_tills_receipts_give_turnover_and_points_at_another_till"
)
def test_a_till_that_is_still_there_keys_in_its_own(burnt: Burnt) -> None:
    _sale, code = burnt.sell()
    assert burnt.refusal(burnt.other, code) == "RECEIPT_TILL_ALIVE"
    burnt.gone()
    burnt.read(burnt.other, code)
    burnt.chain.office.administration.take_back_gone(burnt.till_id)
    assert burnt.refusal(burnt.chain.tills[2], code) == "RECEIPT_TILL_ALIVE"


def test_a_revoked_till_may_be_in_other_hands_and_proves_nothing(burnt: Burnt) -> None:
    _sale, code = burnt.sell()
    burnt.chain.office.administration.revoke(burnt.till_id)
    assert burnt.refusal(burnt.other, code) == "RECEIPT_TILL_REVOKED"
    with pytest.raises(ServiceRefusal) as refused:
        burnt.gone()
    assert refused.value.reason == "TILL_REVOKED"


def test_fault_11_a_dead_tills_receipts_give_turnover_and_points_at_another_till(
    burnt: Burnt,
) -> None:
    sale, code = burnt.sell(article=2)
    burnt.gone()
    before = burnt.at_head_office()
    keyed = burnt.key_in(burnt.other, sale, code)
    half = bytes.fromhex(burnt.till_id)[:TILL_BYTES]
    assert (keyed.again, keyed.receipt, keyed.again_till) == (sale.number, code, half)
    assert (keyed.day, keyed.payable_minor, keyed.points[0].earned) == (sale.day, 2000, 2000)
    burnt.talk()
    assert burnt.at_head_office() == before + 2000
    assert burnt.other.counter.points() == before + 2000
    assert burnt.refusal(burnt.other, code) == "KEYED_ALREADY"
    assert burnt.matters() == []


def test_points_that_were_spent_on_the_paper_are_spent(burnt: Burnt) -> None:
    burnt.dead.reserve(burnt.dead.counter.basket(points=500))
    before = burnt.at_head_office()
    sale, code = burnt.sell(points=500)
    assert (sale.payable_minor, sale.points[0].redeemed) == (1500, 500)
    assert burnt.gone() == 1  # the lease that the dead till had for it
    keyed = burnt.key_in(burnt.other, sale, code)
    assert (keyed.payable_minor, keyed.points[0].redeemed) == (1500, 500)
    burnt.talk()
    assert burnt.at_head_office() == before - 500 + sale.points[0].earned
    assert burnt.borne() == 0


@pytest.mark.long(beside="test_points_that_were_spent_on_the_paper_are_spent")
def test_points_that_are_not_there_any_more_are_borne_by_the_store(burnt: Burnt) -> None:
    """The dead till's lease became free, and the member spent all of it elsewhere."""
    burnt.dead.reserve(burnt.dead.counter.basket(points=500))
    sale, code = burnt.sell(points=500)
    burnt.gone()
    burnt.talk()
    burnt.chain.tills[2].redeem(2000)
    burnt.talk()
    assert burnt.at_head_office() == 0
    keying, paper = burnt.read(burnt.other, code)
    slip, manager = slip_of(sale, code), burnt.other.counter.manager
    assert keying.check(paper, slip).missing == (("Points", 500),)
    burnt.other.shop.till.lending.online = False
    with pytest.raises(ServiceRefusal) as refused:
        keying.book(paper, slip, manager)
    assert refused.value.reason == "SPENT_UNKNOWN_HERE"
    burnt.other.shop.till.lending.online = True
    keying.book(paper, slip, manager)
    burnt.talk()
    assert (burnt.at_head_office(), burnt.borne()) == (1500, 500)
    assert burnt.other.counter.points() == 1500
    assert burnt.other.shop.till.verify.verify().holds


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("sent_first", [True, False])
def test_fault_11_the_lost_journal_that_turns_up_after_all_counts_once(
    burnt: Burnt, *, sent_first: bool
) -> None:
    sale, code = burnt.sell(article=3)
    burnt.gone()
    before = burnt.at_head_office()
    if sent_first:
        keying, paper = burnt.read(burnt.other, code)
        burnt.dead.talk()
        keying.book(paper, slip_of(sale, code), burnt.other.counter.manager)
        assert burnt.refusal(burnt.chain.tills[2], code) == "RECEIPT_AT_OFFICE"
        burnt.other.talk()
    else:
        burnt.key_in(burnt.other, sale, code)
        burnt.other.talk()
        burnt.dead.talk()
    burnt.talk()
    assert burnt.at_head_office() == before + 2000
    assert burnt.matters() == ["KEYED_AND_SENT" if sent_first else "SENT_AND_KEYED"]
    assert burnt.other.counter.points() == before + 2000
    burnt.dead.talk()
    assert burnt.dead.counter.points() == before + 2000


@pytest.mark.long(beside="test_fault_11_the_lost_journal_that_turns_up_after_all_counts_once")
def test_one_paper_that_two_tills_key_in_counts_once(burnt: Burnt) -> None:
    sale, code = burnt.sell(article=3)
    burnt.gone()
    before = burnt.at_head_office()
    third = burnt.chain.tills[2]
    keying, paper = burnt.read(third, code)
    burnt.key_in(burnt.other, sale, code)
    burnt.other.talk()
    assert burnt.refusal(third, code) == "RECEIPT_AT_OFFICE"
    keying.book(paper, slip_of(sale, code), third.counter.manager)
    burnt.talk()
    assert burnt.at_head_office() == before + 2000
    assert burnt.matters() == ["KEYED_TWICE"]
    assert [one.counter.points() for one in (burnt.other, third)] == [before + 2000] * 2


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("keyed_first", [True, False])
def test_goods_of_a_receipt_that_was_keyed_in_do_not_wait_for_their_sale(
    burnt: Burnt, *, keyed_first: bool
) -> None:
    sale, code = burnt.sell()
    burnt.gone()
    third = burnt.chain.tills[2]
    third.shop.till.tills.trust(burnt.dead.shop.till.tills.own()[1], third.shop.manager)
    details = replace(third.shop.till.shop.details(), elsewhere=ElsewherePolicy.SUPERVISED)
    third.shop.till.shop.save(details, third.shop.manager)
    acts = (
        lambda: burnt.key_in(burnt.other, sale, code),
        lambda: book_there(third, replace(shown(third, burnt.dead, sale, 1), member_id=MEMBER)),
    )
    for act in acts if keyed_first else reversed(acts):
        act()
        burnt.talk()
    with burnt.chain.office.database.read() as connection:
        assert connection.execute(select(RETURN_WAITING)).all() == []
    burnt.chain.clock.pass_time(timedelta(days=20))
    assert burnt.matters() == []


def test_out_of_reach_a_till_that_is_known_to_be_gone_is_enough(burnt: Burnt) -> None:
    _first, code = burnt.sell()
    sale, second = burnt.sell()
    burnt.gone()
    burnt.other.way.network.troubles.append("no line")
    assert burnt.refusal(burnt.other, code) == "OFFICE_NOT_REACHED"
    burnt.read(burnt.other, code)
    burnt.other.way.network.troubles.append("no line")
    assert burnt.key_in(burnt.other, sale, second).again == sale.number


@pytest.mark.long(
    beside="test_fault_11_a_dead_tills_receipts_give_turnover_and_points_at_another_till"
)
def test_the_number_alone_finds_the_dead_tills_place(burnt: Burnt) -> None:
    sale, code = burnt.sell(article=4)
    other, _ = burnt.sell(article=5)
    burnt.gone()
    assert burnt.refusal(burnt.other, other.number) == "RECEIPT_OTHER_TILL"
    burnt.key_in(burnt.other, sale, code)
    keyed = burnt.key_in(burnt.other, other, other.number)
    assert (keyed.again, keyed.receipt) == (other.number, "")
    before = burnt.at_head_office()
    burnt.talk()
    assert burnt.at_head_office() == before + 4000
    burnt.dead.talk()
    assert burnt.at_head_office() == before + 4000
    assert sorted(burnt.matters()) == ["SENT_AND_KEYED", "SENT_AND_KEYED"]
