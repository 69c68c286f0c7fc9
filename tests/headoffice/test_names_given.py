"""Two shops that were each alone as the same till join one head office: both are let in, what they
print from then on has numbers of its own, and what they printed before is told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.scan_code.rules import ScanScreen
from posloyalty.headoffice.members.members import Members
from posloyalty.headoffice.members.told_receipts import read_receipt
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.scanned import ScannedReceipt
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_chain import MEMBER, Chain, Counter, Placed, made_till
from tests.headoffice.a_network import URL, Network, connected
from tests.headoffice.an_office import new_office
from tests.headoffice.test_a_lone_year import journal_of
from tests.services.a_shop import Shop


@dataclass
class Namesakes:
    """Two books that call themselves till T1 of store S1, and what each sold alone."""

    chain: Chain
    sold: list[Sale]

    def join(self, number: int, store: str, *, till_code: str = "") -> None:
        till = self.chain.tills[number]
        code = self.chain.office.administration.new_code(store)
        till.way.joining.join(URL, code, till_code=till_code)
        till.shop.till.shop.forget()  # as `bootstrap` has it done

    def named(self) -> list[str]:
        rows = self.chain.office.administration.tills()
        return sorted(f"{row.store}-{row.code}" for row in rows)

    def meant(self, text: str) -> tuple[bytes, str]:
        with self.chain.office.database.read() as connection:
            told = read_receipt(connection, text)
        return told.place.till, told.number


def as_first_till(shop: Shop) -> None:
    """Its first start was given the codes that every first till has."""
    with shop.till.book.write() as unit:
        query = unit.connection.exec_driver_sql  # type: ignore[attr-defined]
        query("UPDATE book SET store_code = 'S1', till_code = 'T1'")
        unit.commit()
    shop.reopen()


def code_of(till: Placed, sale: Sale) -> str:
    with till.shop.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    return code


def half(till: Placed) -> bytes:
    return till.shop.till.facts.till_id[:8]


@pytest.fixture
def namesakes(tmp_path: Path, database_url: str) -> Iterator[Namesakes]:
    clock = SetClock()
    with ExitStack() as open_:
        office = open_.enter_context(
            new_office(tmp_path / "office", database_url, clock=clock, chance=SeededChance(9))
        )
        placed: list[Placed] = []
        chain = Chain(office, clock, placed)
        for number in (1, 2):
            office.administration.add_store(f"S{number}", f"Street {number}")
            shop = open_.enter_context(made_till(tmp_path / f"{number}", number, clock))
            as_first_till(shop)
            way = connected(shop, Network(office), seed=70 + number, meanwhile=chain.meanwhile)
            open_.callback(way.sending.close)
            placed.append(Placed(shop, Counter(shop.till, shop.manager), way))
        yield Namesakes(chain, [till.counter.sell() for till in placed])


@pytest.mark.parametrize(
    ("store", "till_code", "name"), [("S2", "", "S2-T1"), ("S1", "T2", "S1-T2")]
)
def test_both_are_let_in_and_no_number_is_printed_twice_from_then_on(
    namesakes: Namesakes, store: str, till_code: str, name: str
) -> None:
    one, other = namesakes.chain.tills
    assert namesakes.sold[0].number == namesakes.sold[1].number
    before = [journal_of(till) for till in (one, other)]
    namesakes.join(0, "S1")
    namesakes.join(1, store, till_code=till_code)
    assert namesakes.named() == ["S1-T1", name]
    namesakes.chain.talk()
    after = [till.counter.sell().number for till in (one, other)]
    assert [number.rpartition("-1-")[0] for number in after] == ["S1-T1", name]
    namesakes.chain.talk()
    # What each had written alone went up as it was.
    assert [
        journal_of(till)[: len(was)] for till, was in zip((one, other), before, strict=True)
    ] == (before)
    kept = [row.kept for row in namesakes.chain.office.administration.tills()]
    assert sorted(kept) == sorted(len(journal_of(till)) for till in (one, other))
    assert [till.shop.till.verify.verify().differences for till in (one, other)] == [(), ()]
    details = other.shop.till.shop.details()
    assert f"{details.store_code}-{details.till_code}" == name


def test_in_one_store_the_second_is_refused_under_the_name_of_the_first(
    namesakes: Namesakes,
) -> None:
    namesakes.join(0, "S1")
    with pytest.raises(ServiceRefusal) as refused:
        namesakes.join(1, "S1")
    assert refused.value.reason == "TILL_NAME_TAKEN"
    assert refused.value.facts["till"] == "T1"
    sold = namesakes.chain.tills[1].counter.sell()
    assert sold.number.startswith("S1-T1-1-")  # alone as before


@pytest.mark.parametrize("till_code", ["T-2", "T 2", "TILL002", "收2"])
def test_a_till_code_that_no_receipt_can_show_is_refused_unasked(
    namesakes: Namesakes, till_code: str
) -> None:
    other = namesakes.chain.tills[1]
    with pytest.raises(ServiceRefusal, match="TILL_CODE_FORM"):
        namesakes.join(1, "S1", till_code=till_code)
    assert other.way.network.asked == []


def test_what_was_printed_before_keeps_its_number_and_comes_back_by_it(
    namesakes: Namesakes,
) -> None:
    other, sale = namesakes.chain.tills[1], namesakes.sold[1]
    code = code_of(other, sale)
    namesakes.join(1, "S2")
    for text in (code, sale.number, sale.number.lower()):
        found = other.shop.till.scan.recognise(text, screen=ScanScreen.SALE)
        assert isinstance(found, ScannedReceipt)
        assert found.sale_number == sale.number
    with pytest.raises(ServiceRefusal, match="SALE_IS_HERE"):
        other.shop.till.key_in.read(code, other.counter.manager)
    proven = other.shop.till.refunds_unknown.prove(code)
    assert (proven.number, proven.sale_id) == (sale.number, sale.id)
    wish = RefundWish(refund_id=other.shop.ids.new_id(), back=((1, 1000),), cause="unwanted")
    refunds = other.shop.till.refunds
    refund = refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), other.shop.manager)
    assert refund.number.startswith("S2-T1-1-")
    assert refund.of_number == sale.number


def test_a_number_that_both_printed_is_told_apart_at_head_office(namesakes: Namesakes) -> None:
    one, other = namesakes.chain.tills
    namesakes.join(0, "S1")
    namesakes.join(1, "S2")
    namesakes.chain.talk()
    number = namesakes.sold[0].number
    with pytest.raises(ServiceRefusal) as refused:
        namesakes.meant(number)
    assert refused.value.reason == "NUMBER_OF_SEVERAL"
    assert refused.value.facts == {
        "number": number,
        "tills": "S1-T1, S2-T1",
        "told": f"{number}@S1-T1",
    }
    assert namesakes.meant(f"{number}@S1-T1") == (half(one), number)
    assert namesakes.meant(f" {number} @S2-T1") == (half(other), number)
    assert namesakes.meant(code_of(other, namesakes.sold[1]))[0] == half(other)
    office = namesakes.chain.office
    members = Members(office.database, office.office, namesakes.chain.clock)
    with pytest.raises(ServiceRefusal, match="NUMBER_OF_SEVERAL"):
        members.find(number)
    assert members.find(f"{number}@S2-T1") == MEMBER.hex()


def test_a_till_and_the_machine_that_took_its_place_are_told_apart_by_their_ids(
    namesakes: Namesakes,
) -> None:
    one, other = namesakes.chain.tills
    namesakes.join(0, "S1")
    namesakes.chain.tills[0].talk()
    namesakes.chain.office.administration.declare_gone("S1-T1")
    namesakes.join(1, "S1")
    other.talk()
    number = namesakes.sold[0].number
    with pytest.raises(ServiceRefusal) as refused:
        namesakes.meant(f"{number}@S1-T1")
    ids = str(refused.value.facts["tills"]).split(", ")
    assert refused.value.facts["told"] == f"{number}@{ids[0]}"
    for told, till in zip(ids, sorted((one, other), key=half), strict=True):
        assert till.shop.till.facts.till_id.hex().startswith(told)
        assert namesakes.meant(f"{number}@{told}") == (half(till), number)
