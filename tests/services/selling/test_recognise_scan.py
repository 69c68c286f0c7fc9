"""What a scan means, against a real book with goods, members and cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.members.card_token import MemberToken, encode
from posloyalty.domain.members.member import (
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.members.short_code import short_code
from posloyalty.domain.shop.basket import Chosen
from posloyalty.domain.shop.scan_code import (
    Charset,
    EmbedKind,
    EmbedRule,
    ForeignRule,
    ScanRules,
    ScanScreen,
)
from posloyalty.domain.values.check_digit import gs1_check_digit
from posloyalty.domain.values.identifiers import base32_encode
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.ports import TillKey
from posloyalty.services.selling.find_voucher import FindVoucher
from posloyalty.services.selling.recognise_scan import RecogniseScan
from posloyalty.services.selling.scanned import (
    ScannedGiftCard,
    ScannedMember,
    ScannedProduct,
    ScannedReceipt,
    ScannedVoucher,
    ScanRefused,
    UnknownProduct,
)
from posloyalty.sync.consequence_event import rights_changed
from posloyalty.sync.events import Act, CardRevoke, MemberCreate
from tests.domain.engine.made import rules
from tests.services.counter import Counter, by_weight, goods, opened

PROGRAMME = rules(
    '[[voucher]]\nid = "spring"\ncode = "SPRING-20"\namount = "20.00"',
    '[[voucher]]\nid = "cup"\ncodes = "each"\namount = "5.00"',
)
KEY = SigningKey.generate(b"k" * 32)
STRANGER = SigningKey.generate(b"s" * 32)
CODE = short_code(bytes(range(5)))
RULES = ScanRules(
    embeds=(
        EmbedRule(prefix="21", item_digits=5, kind=EmbedKind.PRICE, decimals=2),
        EmbedRule(prefix="22", item_digits=5, kind=EmbedKind.WEIGHT, decimals=3),
    ),
    foreign=(
        ForeignRule(
            scheme="old", prefix="OLD-", length_min=4, length_max=8, charset=Charset.DIGITS
        ),
    ),
)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with opened(tmp_path) as made:
        with made.rig.book.write() as unit:
            unit.tokens.add_key(
                TillKey(
                    key_id=1,
                    seed=b"k" * 32,
                    public_key=KEY.public,
                    certificate=b"",
                    made_at=made.rig.clock.now(),
                )
            )
            unit.commit()
        yield made


@pytest.fixture
def scan(counter: Counter) -> RecogniseScan:
    return RecogniseScan(
        book=counter.rig.book,
        clock=counter.rig.book.clock,
        rules=lambda: RULES,
        read_receipt=lambda payload: payload.decode() if payload.startswith(b"S01") else None,
        vouchers=FindVoucher(
            clock=counter.rig.book.clock, programme_at=lambda _reader, _at: PROGRAMME
        ),
    )


def recognise(scan: RecogniseScan, text: str) -> object:
    return scan.recognise(text, screen=ScanScreen.SALE)


def member(counter: Counter, status: MemberStatus = MemberStatus.ACTIVE) -> bytes:
    """A member with a short code and a number of an older scheme."""
    member_id = counter.rig.ids.new_id()
    with counter.rig.book.write() as unit:
        stamp = unit.journal.stamp()
        appended = unit.journal.append(
            MemberCreate(
                id=counter.rig.ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                member=member_id.hex(),
                joined="2026-01-01",
                store="S01",
                source="till",
            )
        )
        unit.members.add(
            Member(
                id=member_id,
                status=status,
                joined_on=counter.rig.clock.now().date(),
                home_store="S01",
                profile=Profile(
                    name="王小雨",
                    identifiers=(
                        Identifier(IdentifierKind.CARD, CODE),
                        Identifier(IdentifierKind.FOREIGN, "123456"),
                    ),
                ),
            ),
            appended=appended,
        )
        unit.commit()
    return member_id


def card(
    counter: Counter,
    member_id: bytes,
    *,
    key: SigningKey = KEY,
    key_id: int = 1,
    issued: timedelta = timedelta(days=-1),
    expires: timedelta = timedelta(days=700),
) -> str:
    now = counter.rig.clock.now()
    token = MemberToken(
        key_id=key_id,
        member_id=member_id,
        issued_s=int((now + issued).timestamp()),
        expires_s=int((now + expires).timestamp()),
    )
    return encode(token, key.sign)


def label(prefix_item_value: str) -> str:
    return prefix_item_value + gs1_check_digit(prefix_item_value)


def test_a_trade_code_is_its_product_however_many_digits_were_scanned(
    counter: Counter, scan: RecogniseScan
) -> None:
    body = "690000000111"
    code = body + gs1_check_digit(body)
    made = replace(goods(11), codes=(code.zfill(14),))
    with counter.rig.book.write() as unit:
        unit.catalogue.save_product(made, initials="a")
        unit.commit()
    found = recognise(scan, code)
    assert isinstance(found, ScannedProduct)
    assert found.product.sku == "ART011"
    assert (found.quantity_milli, found.gross_minor) == (None, None)


def test_a_trade_code_of_another_shop_is_unknown(scan: RecogniseScan) -> None:
    code = "4006381333931"
    assert recognise(scan, code) == UnknownProduct(code.zfill(14))


@pytest.mark.parametrize("text", ["ART003", "art003"])
def test_a_typed_stock_number_is_its_product(scan: RecogniseScan, text: str) -> None:
    found = recognise(scan, text)
    assert isinstance(found, ScannedProduct)
    assert found.product.sku == "ART003"


@pytest.mark.parametrize(
    ("text", "quantity_milli", "gross_minor"),
    [
        ("2100017" + "00559", 437, 559),
        ("2200017" + "00437", 437, None),
    ],
)
def test_a_scale_label_brings_weight_and_price(
    scan: RecogniseScan, text: str, quantity_milli: int, gross_minor: int | None
) -> None:
    found = recognise(scan, label(text))
    assert found == ScannedProduct(
        product=by_weight(), quantity_milli=quantity_milli, gross_minor=gross_minor
    )


def test_an_empty_scale_label_is_refused(scan: RecogniseScan) -> None:
    assert recognise(scan, label("210001700000")) == ScanRefused("label_empty")


@pytest.mark.parametrize(
    ("price", "gross_minor"),
    [
        ("(3922)559", 559),
        ("(3932)840559", None),  # in a named currency: left to our own price
    ],
)
def test_a_gs1_string_brings_the_article_its_weight_and_a_price_in_our_money(
    counter: Counter, scan: RecogniseScan, price: str, gross_minor: int | None
) -> None:
    body = "0690000000999"
    gtin = body + gs1_check_digit(body)
    with counter.rig.book.write() as unit:
        unit.catalogue.save_product(replace(by_weight(), codes=(gtin,)), initials="pg")
        unit.commit()
    found = recognise(scan, f"(01){gtin}(3103)000437{price}")
    assert isinstance(found, ScannedProduct)
    assert (found.quantity_milli, found.gross_minor) == (437, gross_minor)


def test_a_members_card_proves_itself(counter: Counter, scan: RecogniseScan) -> None:
    member_id = member(counter)
    assert recognise(scan, card(counter, member_id)) == ScannedMember(member_id, "card")


def test_a_typed_short_code_and_a_foreign_code_are_lesser_proofs(
    counter: Counter, scan: RecogniseScan
) -> None:
    member_id = member(counter)
    assert recognise(scan, CODE.lower()) == ScannedMember(member_id, "code")
    assert recognise(scan, "OLD-123456") == ScannedMember(member_id, "foreign")


@pytest.mark.parametrize(
    ("code", "kind"), [(CODE, IdentifierKind.CARD), ("OLD-99999", IdentifierKind.FOREIGN)]
)
def test_codes_of_nobody_are_refused_with_what_head_office_may_know_them_by(
    scan: RecogniseScan, code: str, kind: IdentifierKind
) -> None:
    found = recognise(scan, code)
    assert isinstance(found, ScanRefused)
    assert found.reason == "member_unknown"
    assert found.whom is not None
    assert found.whom.kind is kind
    assert found == ScanRefused("member_unknown", whom=found.whom)


def test_a_card_of_nobody_here_is_refused(counter: Counter, scan: RecogniseScan) -> None:
    assert recognise(scan, card(counter, b"x" * 16)) == ScanRefused("member_unknown")


@pytest.mark.parametrize("status", [MemberStatus.CLOSED, MemberStatus.ERASED])
def test_a_member_who_left_is_not_attached(
    counter: Counter, scan: RecogniseScan, status: MemberStatus
) -> None:
    member_id = member(counter, status)
    assert recognise(scan, card(counter, member_id)) == ScanRefused("member_left")


def test_a_frozen_member_is_attached_so_that_the_screen_can_say_so(
    counter: Counter, scan: RecogniseScan
) -> None:
    member_id = member(counter, MemberStatus.FROZEN)
    assert recognise(scan, card(counter, member_id)) == ScannedMember(member_id, "card")


def test_bad_cards_are_refused_with_the_reason(counter: Counter, scan: RecogniseScan) -> None:
    member_id = member(counter)
    forged = card(counter, member_id, key=STRANGER)
    assert recognise(scan, forged) == ScanRefused("card_forged")
    other_key = card(counter, member_id, key_id=9)
    assert recognise(scan, other_key) == ScanRefused("card_unknown_key")
    old = card(counter, member_id, expires=timedelta(hours=-1))
    today = counter.rig.clock.now().date()
    assert recognise(scan, old) == ScanRefused("card_expired", (("on", today),))
    early = card(counter, member_id, issued=timedelta(days=2))
    assert recognise(scan, early) == ScanRefused(
        "card_not_yet_valid", (("on", today + timedelta(days=2)),)
    )


def test_a_replaced_card_is_withdrawn(counter: Counter, scan: RecogniseScan) -> None:
    member_id = member(counter)
    lost = card(counter, member_id)
    now = counter.rig.clock.now()
    with counter.rig.book.write() as unit:
        stamp = unit.journal.stamp()
        appended = unit.journal.append(
            CardRevoke(
                id=counter.rig.ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                member=member_id.hex(),
                before=int(now.timestamp()),
                cause="lost",
            )
        )
        unit.tokens.revoke(member_id, before=now, appended=appended)
        unit.commit()
    assert recognise(scan, lost) == ScanRefused("card_revoked")
    fresh = card(counter, member_id, issued=timedelta(0))
    assert recognise(scan, fresh) == ScannedMember(member_id, "card")


def test_a_typed_receipt_number_finds_the_sale(counter: Counter, scan: RecogniseScan) -> None:
    sale = counter.ring(counter.check_out.open_basket().add(goods(1)))
    found = recognise(scan, sale.number.lower())
    assert isinstance(found, ScannedReceipt)
    assert found.sale_number == sale.number


def test_a_receipts_code_finds_the_sale_or_says_whose_it_is(
    counter: Counter, scan: RecogniseScan
) -> None:
    sale = counter.ring(counter.check_out.open_basket().add(goods(1)))
    ours = recognise(scan, "LR1:" + base32_encode(sale.number.encode()))
    assert ours == ScannedReceipt(sale.number, sale.number)
    other = recognise(scan, "LR1:" + base32_encode(b"S01-T09-1-0001"))
    assert other == ScannedReceipt(None, "S01-T09-1-0001")
    assert recognise(scan, "LR1:" + base32_encode(b"noise")) == ScanRefused("receipt_unreadable")


@pytest.mark.parametrize(
    ("prefix", "reason"),
    [
        ("LV1:", "voucher_unknown"),
        ("LB1:", "badge_not_taken"),
    ],
)
def test_our_codes_without_a_use_here_are_refused_by_name(
    scan: RecogniseScan, prefix: str, reason: str
) -> None:
    assert recognise(scan, prefix + base32_encode(b"12345")) == ScanRefused(reason)


def test_a_gift_cards_code_comes_back_as_it_is_typed_and_is_not_shown(scan: RecogniseScan) -> None:
    code = "LG1:" + base32_encode(b"12345")
    found = recognise(scan, code.lower())
    assert found == ScannedGiftCard(code)
    assert code not in repr(found)


def test_half_a_scan_says_how_much_is_missing(counter: Counter, scan: RecogniseScan) -> None:
    whole = card(counter, member(counter))
    found = recognise(scan, whole[:90])
    assert isinstance(found, ScanRefused)
    assert found.reason == "incomplete"
    assert dict(found.facts) == {"length": 90, "length_expected": 150}


def test_two_scans_back_to_back_are_refused_with_the_place(scan: RecogniseScan) -> None:
    found = recognise(scan, "40063813339314006381333931")
    assert found == ScanRefused("two_scans", (("position", 14),))


def test_a_payment_code_is_refused_and_not_kept(scan: RecogniseScan) -> None:
    found = recognise(scan, "134567890123456789")
    assert isinstance(found, ScanRefused)
    assert (found.reason, dict(found.facts)) == ("payment_code", {"scheme": "wechat"})
    assert "134567890123456789" not in repr(found)


def test_instants_of_cards_are_judged_by_the_tills_clock(
    counter: Counter, scan: RecogniseScan
) -> None:
    member_id = member(counter)
    text = card(counter, member_id, expires=timedelta(days=1))
    assert recognise(scan, text) == ScannedMember(member_id, "card")
    counter.rig.clock.pass_time(timedelta(days=1))
    found = recognise(scan, text)
    assert isinstance(found, ScanRefused)
    assert found.reason == "card_expired"


def issued(counter: Counter, code: str, *, of: str = "cup", uses: int = 0, **more: object) -> bytes:
    """A voucher for whoever has its code; used so often."""
    right = Right(
        id=counter.rig.ids.new_id(), kind="voucher", of=of, owner=b"", programme="test", code=code
    )
    right = structs.replace(right, **more)  # type: ignore[arg-type]
    event_id = counter.rig.ids.new_id()
    plan = [
        RightChange(
            id=counter.rig.ids.new_id(),
            right_id=right.id,
            move=RightMove.ISSUE,
            event_id=event_id,
            opens=right,
        )
    ]
    plan += [
        RightChange(
            id=counter.rig.ids.new_id(), right_id=right.id, move=RightMove.USE, event_id=event_id
        )
        for _ in range(uses)
    ]
    with counter.rig.book.write() as unit:
        stamp = unit.journal.stamp()
        act = Act(
            id=event_id.hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            kind="activity",
            what="voucher/cup",
            day=stamp.at[:10],
            rights=rights_changed(plan),
        )
        unit.acts.book(act)
        unit.commit()
    return right.id


def test_a_vouchers_code_is_what_the_basket_is_to_hold(
    counter: Counter, scan: RecogniseScan
) -> None:
    code = "LV1:" + base32_encode(b"0123456789")
    right_id = issued(counter, code)
    wanted = Chosen(kind="voucher", of="cup", right_id=right_id, code=code)
    assert recognise(scan, code.lower()) == ScannedVoucher(wanted)
    spring = Chosen(kind="voucher", of="spring", code="SPRING-20")
    assert recognise(scan, "spring-20") == ScannedVoucher(spring)


def test_a_voucher_that_can_never_be_used_again_is_refused_at_once(
    counter: Counter, scan: RecogniseScan
) -> None:
    codes = ["LV1:" + base32_encode(bytes([n]) * 10) for n in range(3)]
    issued(counter, codes[0], uses=1)
    last = counter.rig.clock.now().date() - timedelta(days=1)
    issued(counter, codes[1], last_day=last)
    issued(counter, codes[2], of="gone")
    assert [recognise(scan, code) for code in codes] == [
        ScanRefused("voucher_used"),
        ScanRefused("voucher_expired", (("on", last),)),
        ScanRefused("voucher_not_now"),
    ]


def test_after_five_wrong_codes_in_ten_minutes_none_is_looked_at(
    counter: Counter, scan: RecogniseScan
) -> None:
    code = "LV1:" + base32_encode(b"0123456789")
    issued(counter, code)
    for n in range(4):
        wrong = recognise(scan, "LV1:" + base32_encode(bytes([n]) * 10))
        assert wrong == ScanRefused("voucher_unknown")
    assert recognise(scan, "GUESS-1") == UnknownProduct("GUESS-1")
    locked = ScanRefused("voucher_locked", (("minutes", 10),))
    assert [recognise(scan, code), recognise(scan, "SPRING-20")] == [locked, locked]
    assert isinstance(recognise(scan, "ART003"), ScannedProduct)
    counter.rig.clock.pass_time(timedelta(minutes=10))
    assert isinstance(recognise(scan, code), ScannedVoucher)
