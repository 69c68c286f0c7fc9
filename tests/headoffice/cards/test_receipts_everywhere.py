"""A receipt of one till proves its sale at every till of the chain: nobody carries a file, because
head office vouches for each till's key.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office import hear_card_keys
from posloyalty.services.office.receipt_signers import halves_called, signer_of
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.receipt_digest import TILL_BYTES
from posloyalty.sync.wire.card_keys import CardKey, sealed
from tests.headoffice.a_chain import Chain, Counter, Placed
from tests.headoffice.cards.card_scans import (
    alone_for_a_year,
    forget_keys,
    hears,
    out_of_reach,
    till_id,
)
from tests.headoffice.test_returned_twice import back_there, book_there, named, shown, sold

NAMES = ["S1-T1", "S2-T2", "S3-T3"]


def code_of(till: Placed, sale: Sale) -> str:
    with till.shop.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    return code


def proven(till: Placed, code: str) -> str:
    """Which till sold it, as another one reads the receipt; or why it proves nothing."""
    try:
        return till.shop.till.refunds_unknown.prove(code).till
    except ServiceRefusal as refused:
        return refused.reason


def takes_back(till: Placed) -> None:
    """The shop's rule at a till: goods of the others come back, with a supervisor."""
    details = replace(till.shop.till.shop.details(), elsewhere=ElsewherePolicy.SUPERVISED)
    till.shop.till.shop.save(details, till.shop.manager)


def half_of(till: Placed) -> bytes:
    return till.shop.till.facts.till_id[:TILL_BYTES]


def keep(till: Placed, key: CardKey, by: SigningKey) -> None:
    with till.shop.till.book.write() as unit:
        hear_card_keys.keep(unit, key, sealed(key, by.sign))
        unit.commit()


def told_of(till: Placed, other: Placed) -> CardKey:
    with till.shop.till.book.read() as reader:
        key = reader.card_keys.told(bytes.fromhex(till_id(other)))
    assert key is not None
    return key


def labels(till: Placed) -> dict[str, bool]:
    """The tills that were trusted here by a file, and whether they still are."""
    return {one.label: one.revoked_at is None for one in till.shop.till.tills.known()}


def test_goods_of_one_store_come_back_at_another_out_of_reach(
    on_both: Chain,
) -> None:
    one, other, third = on_both.tills
    for till in (other, third):
        takes_back(till)
    sale = sold(one)
    hears(on_both)
    with out_of_reach(other):
        assert proven(other, code_of(one, sale)) == NAMES[0]
        assert back_there(other, one, sale).total_minor == 4_000
    hears(on_both)
    assert named(on_both) == []
    with pytest.raises(ServiceRefusal, match="RETURN_HELD"):
        back_there(third, one, sale)
    assert labels(other) == {}
    assert [till.shop.till.tills.of_chain() for till in on_both.tills] == [2, 2, 2]


def test_what_two_stores_take_back_out_of_reach_is_named_once_they_are_heard(
    chain: Chain,
) -> None:
    one, other, third = chain.tills
    sale = sold(one)
    hears(chain)
    for till in (other, third):
        takes_back(till)
        with out_of_reach(till):
            book_there(till, shown(till, one, sale))
    hears(chain)
    ((what, _, thousandths),) = named(chain)
    assert (what, thousandths) == (f"{sale.number}/Article 1", 2_000)


def test_the_shops_own_rule_still_says_whether_goods_of_others_come_back(chain: Chain) -> None:
    one, other, _ = chain.tills
    sale = sold(one)
    with pytest.raises(ServiceRefusal, match="ELSEWHERE_REFUSED"):
        shown(other, one, sale)


def test_head_office_says_for_the_whole_chain_how_much_a_receipt_brings_back_elsewhere(
    on_both: Chain,
) -> None:
    one, other, _ = on_both.tills
    sale = sold(one)
    policies = on_both.office.policies

    def says(most: int | None) -> None:
        changed = replace(policies.current(), returns_minor=most)
        policies.approve(policies.propose(changed, by="ann"), by="ben")
        hears(on_both)

    says(3_000)
    with pytest.raises(ServiceRefusal, match="ELSEWHERE_ABOVE"):
        back_there(other, one, sale)
    says(0)
    takes_back(other)  # which is not for the shop to say
    with pytest.raises(ServiceRefusal, match="ELSEWHERE_REFUSED"):
        back_there(other, one, sale)
    says(None)
    assert back_there(other, one, sale).total_minor == 4_000


def test_a_till_that_was_not_told_of_the_key_says_that_it_knows_nobody_who_signed(
    chain: Chain,
) -> None:
    one, other, _ = chain.tills
    code = code_of(one, sold(one))
    forget_keys(other)
    assert proven(other, code) == "RECEIPT_TILL_UNKNOWN"
    assert other.shop.till.tills.of_chain() == 0


def test_the_receipts_of_a_stolen_till_prove_nothing_whatever_day_is_on_them(chain: Chain) -> None:
    one, other, _ = chain.tills
    code = code_of(one, sold(one))
    hears(chain)
    chain.clock.pass_time(timedelta(days=2))
    chain.office.administration.revoke(till_id(one))
    hears(chain)
    assert proven(other, code) == "RECEIPT_TILL_REVOKED"
    with other.shop.till.book.read() as reader:
        assert halves_called(reader, NAMES[0]) == []


def test_the_receipts_of_a_till_that_is_no_more_stay_good(chain: Chain) -> None:
    one, other, _ = chain.tills
    code = code_of(one, sold(one))
    chain.office.administration.declare_gone(till_id(one))
    hears(chain)
    assert proven(other, code) == NAMES[0]


def test_a_till_trusted_by_its_file_is_revoked_once_head_office_doubts_it(chain: Chain) -> None:
    one, other, _ = chain.tills
    code = code_of(one, sold(one))
    other.shop.till.tills.trust(one.shop.till.tills.own()[1], other.shop.manager)
    assert (proven(other, code), labels(other)) == (NAMES[0], {NAMES[0]: True})
    chain.office.administration.revoke(till_id(one))
    hears(chain)
    assert (proven(other, code), labels(other)) == ("RECEIPT_TILL_REVOKED", {NAMES[0]: False})


def test_a_till_revoked_here_is_not_believed_because_head_office_vouches_for_it(
    chain: Chain,
) -> None:
    one, other, _ = chain.tills
    code = code_of(one, sold(one))
    manager = other.shop.manager
    other.shop.till.tills.trust(one.shop.till.tills.own()[1], manager)
    other.shop.till.tills.revoke(one.shop.till.facts.till_id, manager)
    assert proven(other, code) == "RECEIPT_TILL_REVOKED"


def test_only_what_this_tills_own_head_office_signed_vouches_for_a_till(chain: Chain) -> None:
    one, other, _ = chain.tills
    code, office = code_of(one, sold(one)), chain.office.office.key
    told = told_of(other, one)
    later = msgspec.structs.replace(told, number=told.number + 1)
    keep(other, later, SigningKey.generate(b"m" * 32))
    assert proven(other, code) == "RECEIPT_TILL_UNKNOWN"
    keep(other, msgspec.structs.replace(later, office="0" * 32), office)
    assert proven(other, code) == "RECEIPT_TILL_UNKNOWN"
    keep(other, msgspec.structs.replace(later, key="5" * 64), office)
    assert proven(other, code) == "RECEIPT_FORGED"
    keep(other, msgspec.structs.replace(later, number=later.number + 1), office)
    assert proven(other, code) == NAMES[0]


def test_two_tills_that_share_what_receipts_name_them_by_prove_nothing(chain: Chain) -> None:
    one, other, _ = chain.tills
    code, told = code_of(one, sold(one)), told_of(other, one)
    twin = msgspec.structs.replace(told, till=told.till[:16] + "0" * 16, code="T9")
    keep(other, twin, chain.office.office.key)
    assert proven(other, code) == "RECEIPT_TILL_UNKNOWN"
    with other.shop.till.book.read() as reader:
        assert halves_called(reader, NAMES[0]) == []


def test_tills_are_found_by_how_their_receipt_numbers_begin(chain: Chain) -> None:
    one, other, third = chain.tills
    office = chain.office.office.key
    long_name = msgspec.structs.replace(told_of(other, third), store="S1-T1", code="T1")
    keep(other, msgspec.structs.replace(long_name, number=long_name.number + 1), office)
    with other.shop.till.book.read() as reader:
        assert halves_called(reader, NAMES[0]) == [half_of(one)]
        assert halves_called(reader, "S1-T1-T1") == [half_of(third)]
        assert halves_called(reader, NAMES[1]) == []  # its own
        assert halves_called(reader, "S1-T") == []
        signer = signer_of(reader, half_of(one))
    assert signer is not None
    assert (signer.label, signer.elsewhere, signer.gone) == (NAMES[0], True, False)


@pytest.mark.long(beside="test_goods_of_one_store_come_back_at_another_out_of_reach")
def test_receipts_of_a_year_alone_prove_their_sales_once_the_shop_has_joined(
    chain: Chain, tmp_path: Path
) -> None:
    with alone_for_a_year(chain, tmp_path / "alone") as (shop, join):
        sale = Counter(shop.till, shop.manager).sell()
        join()
        with shop.till.book.read() as reader:
            stored = reader.sales.by_id(sale.id)
            assert stored is not None
            code = receipt_code(reader, stored)
        assert code is not None
        for till in chain.tills:
            with out_of_reach(till):
                assert proven(till, code) == "S4-T4"
