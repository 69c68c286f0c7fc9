"""A receipt as data: its figures add up, its words are right, and it gives nobody away."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.shop.sale import Sale, SaleOffer, SaleTax, Told
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.papers.receipt import (
    Bar,
    Footer,
    Heading,
    Items,
    Phrases,
    Receipt,
    Row,
    Rows,
    SaleCode,
    Table,
    Weight,
)
from posloyalty.services.papers.write_receipt import ReceiptPeople, ReceiptShop
from posloyalty.wording import LANGUAGES
from tests.fakes.sold import PEOPLE, RECEIPT_CODE, SHOPS, a_line, a_receipt, a_sale


def rows(receipt: Receipt) -> list[Row]:
    return [row for block in receipt.blocks if isinstance(block, Rows) for row in block.rows]


def items(receipt: Receipt) -> Items:
    return next(block for block in receipt.blocks if isinstance(block, Items))


def right_of(receipt: Receipt, left: str) -> str:
    return next(row.right for row in rows(receipt) if row.left.startswith(left))


def minor(text: str) -> int:
    return int(text.replace("\N{MINUS SIGN}", "-").replace(",", "").replace(".", "").lstrip("¥"))


def text_of(receipt: Receipt) -> str:
    return repr(receipt)


def test_each_line_says_quantity_unit_price_and_what_it_costs_after_its_own_offers() -> None:
    milk, water, apples, *_ = items(a_receipt("zh_CN")).rows
    assert (milk.quantity, milk.name, milk.unit_price, milk.amount) == (
        "1", "纯牛奶 250ml×12", "49.90", "44.90",
    )  # fmt: skip
    assert [(note.name, note.amount) for note in milk.notes] == [("会员价", "−5.00")]
    assert [(note.name, note.amount) for note in water.notes] == [("6 瓶 10 元", "−2.00")]
    assert (apples.quantity, apples.amount) == ("1.286 kg", "16.46")


def test_an_offer_over_most_lines_stands_once_in_the_totals() -> None:
    receipt = a_receipt("zh_CN")
    named = [note.name for item in items(receipt).rows for note in item.notes]
    assert "满 100 减 10 券" not in named
    assert right_of(receipt, "满 100 减 10 券") == "−10.00"


def test_what_the_member_is_told_stands_below_the_points_with_its_amounts_written_out() -> None:
    told = (
        Told("GIFT_TERMS", (("offer", "mug"), ("line", 3), ("price_minor", 180_000))),
        Told("POINTS_END", (("points", "1,200"), ("wallet", "积分"), ("day", "2026-12-31"))),
    )
    phrases = [
        block.parts
        for block in a_receipt("zh_CN", sale=replace(a_sale(), told=told)).blocks
        if isinstance(block, Phrases)
    ]
    assert phrases[-2:] == [
        ("若退货而赠品不退，扣 1,800.00",),
        ("1,200 积分将于 2026-12-31 到期",),
    ]


def test_words_of_a_later_programme_put_no_code_on_the_receipt() -> None:
    sale = replace(a_sale(), told=(Told("FROM_THE_FUTURE", (("points", 1),)),))
    assert a_receipt(sale=sale) == a_receipt(sale=a_sale())


def test_an_offer_over_two_lines_of_two_stands_under_both() -> None:
    sale = a_sale()
    two = tuple(
        a_line(n, "皂", offers=(("v", share),), net_minor=1000 - share)
        for n, share in ((1, 30), (2, 70))
    )
    offer = SaleOffer(offer_id="v", name="第二件减 1 元", amount_minor=100)
    sale = replace(sale, lines=two, offers=(offer,), gross_minor=2000, offers_minor=100,
                   payable_minor=1900, redeemed_minor=0, points=())  # fmt: skip
    shown = [item.notes for item in items(a_receipt(sale=sale)).rows]
    assert [[note.amount for note in notes] for notes in shown] == [["−0.30"], ["−0.70"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_items_and_steps_add_up_to_what_is_due(language: str) -> None:
    receipt = a_receipt(language)
    totals = rows(receipt)[2:]
    due = next(i for i, row in enumerate(totals) if row.weight is Weight.LARGE)
    subtotal, *steps = (minor(row.right) for row in totals[:due])
    assert subtotal == sum(minor(item.amount) for item in items(receipt).rows)
    assert subtotal + sum(steps) == minor(totals[due].right) == 11276


@given(
    st.lists(
        st.tuples(st.integers(1, 10**7), st.integers(0, 100), st.integers(0, 100)),
        min_size=1,
        max_size=30,
    )
)
def test_whatever_the_offers_cover_the_printed_steps_add_up(
    goods: list[tuple[int, int, int]],
) -> None:
    lines, spread = [], [0, 0]
    for number, (gross, first, second) in enumerate(goods, start=1):
        shares = (gross * first // 300, gross * second // 300)
        spread = [total + share for total, share in zip(spread, shares, strict=True)]
        offers = tuple((o, s) for o, s in zip("ab", shares, strict=True) if s)
        lines.append(a_line(number, f"货 {number}", gross_minor=gross, offers=offers))
    gross_minor = sum(line.gross_minor for line in lines)
    sale = replace(
        a_sale(member=False),
        lines=tuple(lines),
        offers=tuple(
            SaleOffer(offer_id=o, name=f"优惠 {o}", amount_minor=total)
            for o, total in zip("ab", spread, strict=True)
            if total
        ),
        gross_minor=gross_minor,
        offers_minor=sum(spread),
        payable_minor=gross_minor - sum(spread),
    )
    receipt = a_receipt(sale=sale)
    totals = rows(receipt)[2:]
    due = next(i for i, row in enumerate(totals) if row.weight is Weight.LARGE)
    amounts = sum(minor(item.amount) for item in items(receipt).rows)
    steps = [minor(row.right) for row in totals[:due]]
    if steps:
        assert steps[0] == amounts
    assert amounts + sum(steps[1:]) == minor(totals[due].right) == sale.payable_minor


def test_cash_shows_its_rounding_what_was_given_and_the_change() -> None:
    receipt = a_receipt("zh_CN")
    assert right_of(receipt, "现金取整") == "−0.06"
    assert right_of(receipt, "现金") == "−0.06"  # the rounding stands before the cash
    assert [row.right for row in rows(receipt) if row.left == "现金"] == ["200.00"]
    change = next(row for row in rows(receipt) if row.left == "找零")
    assert (change.right, change.weight) == ("87.30", Weight.BOLD)


def test_cards_and_wallets_show_their_reference_and_no_change() -> None:
    receipt = a_receipt("zh_CN", sale=a_sale(cash=False))
    assert right_of(receipt, "扫码支付 2026112222001498761234567890") == "50.00"
    assert right_of(receipt, "银行卡 004512") == "62.76"
    assert "找零" not in {row.left for row in rows(receipt)}


def test_a_return_of_money_is_written_with_a_true_minus() -> None:
    assert "-5.00" not in text_of(a_receipt("en"))
    assert "\N{MINUS SIGN}5.00" in text_of(a_receipt("en"))


def test_taxes_are_summed_up_per_class_by_the_names_the_shop_gave_them() -> None:
    table = next(b for b in a_receipt("zh_CN").blocks if isinstance(b, Table))
    assert table.head == ("税率", "未税金额", "税额")
    assert table.rows == (("增值税 13%", "82.90", "10.78"), ("增值税 9%", "17.49", "1.57"))


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(Ratio(13, 100), "A 13%"), (Ratio(55, 1000), "A 5.5%"), (Ratio(0), "A 0%"),
     (Ratio(1, 3), "A 33.333%")],
)  # fmt: skip
def test_a_tax_class_without_a_name_shows_its_rate(rate: Ratio, shown: str) -> None:
    tax = SaleTax(tax_class="A", rate=rate, mode=TaxMode.INCLUSIVE, base_minor=1, tax_minor=1)
    receipt = a_receipt(sale=replace(a_sale(), taxes=(tax,)), shop=ReceiptShop(name="店"))
    table = next(b for b in receipt.blocks if isinstance(b, Table))
    assert table.rows[0][0] == shown


def test_tax_that_is_added_is_a_step_towards_what_is_due() -> None:
    tax = SaleTax(
        tax_class="S", rate=Ratio(8, 100), mode=TaxMode.EXCLUSIVE, base_minor=1000, tax_minor=80
    )
    sale = replace(
        a_sale("en", member=False), lines=(a_line(1, "Soap"),), offers=(), taxes=(tax,),
        gross_minor=1000, offers_minor=0, payable_minor=1080, tax_minor=80, currency="USD",
    )  # fmt: skip
    receipt = a_receipt("en", sale=sale)
    assert right_of(receipt, "Subtotal") == "10.00"
    assert right_of(receipt, "Tax added") == "0.80"
    assert right_of(receipt, "To pay") == "$10.80"


@pytest.mark.parametrize(
    ("currency", "due"), [("JPY", "¥11,276"), ("KWD", "KD11.276"), ("CNY", "¥112.76")]
)
def test_amounts_have_their_currencys_decimals_and_only_the_total_its_sign(
    currency: str, due: str
) -> None:
    receipt = a_receipt(sale=replace(a_sale(), currency=currency))
    assert right_of(receipt, "应收") == due
    signed = [row for row in rows(receipt) if "¥" in row.right or "KD" in row.right]
    assert len(signed) == 1


def test_points_say_earned_used_balance_as_of_and_pending() -> None:
    phrases = [b for b in a_receipt("zh_CN").blocks if isinstance(b, Phrases)]
    assert phrases[0] == Phrases(("得 +169", "用 −2,400", "余 249"), Weight.BOLD)
    assert phrases[1].parts == ("截至 11-22 14:06", "待入账 120")


def test_several_wallets_are_told_apart_by_name_and_scale() -> None:
    sale = a_sale("en")
    stars = replace(sale.points[0], wallet="stars", wallet_name="stars", scale=2, earned=492,
                    redeemed=0, redeemed_minor=0, balance_after=1492, pending_after=0)  # fmt: skip
    receipt = a_receipt("en", sale=replace(sale, points=(*sale.points, stars)))
    phrases = [b.parts for b in receipt.blocks if isinstance(b, Phrases)]
    assert phrases[2] == ("stars", "Earned +4.92", "Balance 14.92")
    assert phrases[0][0] == "points"


def test_a_sale_without_a_member_says_nothing_of_points() -> None:
    receipt = a_receipt(sale=a_sale(member=False), people=ReceiptPeople(operator="李敏"))
    assert not [b for b in receipt.blocks if isinstance(b, Phrases)]
    assert "会员 " not in text_of(receipt)


@pytest.mark.parametrize(
    ("language", "shown", "hidden"), [("zh_CN", "会员 王**", "小雨"), ("en", "Anna L.", "Lopez")]
)
def test_the_member_is_masked(language: str, shown: str, hidden: str) -> None:
    text = text_of(a_receipt(language))
    assert shown in text
    assert hidden not in text


def test_a_member_who_was_erased_still_has_points_but_no_name() -> None:
    receipt = a_receipt(people=replace(PEOPLE["zh_CN"], member=None))
    assert "会员 " not in text_of(receipt)
    assert [b for b in receipt.blocks if isinstance(b, Phrases)]


@pytest.mark.parametrize(
    ("copy", "training", "bars"),
    [
        (False, False, []),
        (True, False, ["副本 · 重打小票"]),
        (False, True, ["训练模式 · 不入账"]),
        (True, True, ["副本 · 重打小票", "训练模式 · 不入账"]),
    ],
)
def test_copies_and_training_say_so_at_both_ends(
    copy: bool, training: bool, bars: list[str]
) -> None:
    blocks = a_receipt("zh_CN", copy=copy, training=training).blocks
    count = len(bars)
    for end in (blocks[:count], blocks[len(blocks) - count :]):
        assert [b.text for b in end if isinstance(b, Bar)] == bars
    assert sum(isinstance(b, Bar) for b in blocks) == 2 * count


def test_a_copy_says_the_same_as_the_original_between_its_bars() -> None:
    assert a_receipt(copy=True).blocks[1:-1] == a_receipt().blocks


def test_the_heading_leaves_out_what_the_shop_has_not_told() -> None:
    bare = a_receipt(shop=ReceiptShop(name="小店"))
    assert bare.blocks[0] == Heading(name="小店")
    assert not [b for b in bare.blocks if isinstance(b, Footer)]
    full = a_receipt(shop=SHOPS["zh_TW"], language="zh_TW").blocks[0]
    assert isinstance(full, Heading)
    assert full.lines[-2:] == ("電話 02-5555-0101", "統一編號 12345675")


def test_the_code_identifies_the_sale_and_may_be_missing() -> None:
    codes = [b.text for b in a_receipt().blocks if isinstance(b, SaleCode)]
    assert codes == [RECEIPT_CODE]
    assert not [b for b in a_receipt(code=None).blocks if isinstance(b, SaleCode)]


def test_pieces_count_what_was_weighed_as_one() -> None:
    due = next(row for row in rows(a_receipt("en")) if row.weight is Weight.LARGE)
    assert due.left == "To pay\u200212 items"
    single = replace(a_sale("en"), lines=(a_line(1, "Soap"),))
    due = next(row for row in rows(a_receipt("en", sale=single)) if row.weight is Weight.LARGE)
    assert due.left == "To pay\u20021 item"


def test_several_tenders_less_change_are_what_was_asked() -> None:
    sale: Sale = a_sale()
    part = Tender(number=1, kind=TenderKind.CARD, amount_minor=5000, given_minor=5000,
                  reference="77")  # fmt: skip
    cash = replace(sale.tenders[0], number=2, amount_minor=6276, given_minor=7000,
                   change_minor=7000 - 6270)  # fmt: skip
    receipt = a_receipt(sale=replace(sale, tenders=(part, cash)))
    paid = minor(right_of(receipt, "银行卡 77")) + 7000 - minor(right_of(receipt, "找零"))
    assert paid == sale.payable_minor + sale.rounding_minor


def test_a_chinese_receipt_says_what_an_invoice_may_be_asked_for_and_asks_for_it() -> None:
    shop = replace(SHOPS["zh_CN"], invoice_link="https://fp.example/r?n={number}&a={amount}")
    receipt = a_receipt("zh_CN", shop=shop)
    assert right_of(receipt, "可开票金额") == "¥112.70"
    sale_code, invoice = [block for block in receipt.blocks if isinstance(block, SaleCode)]
    assert sale_code.text == RECEIPT_CODE
    assert invoice.text == f"https://fp.example/r?n={receipt.number}&a=112.70"
    assert invoice.caption == "扫码申请开票"


def test_no_invoice_is_asked_for_in_training_nor_for_what_stored_value_paid_alone() -> None:
    shop = replace(SHOPS["en"], invoice_link="https://fp.example/r")
    sale = a_sale("en")
    stored = Tender(
        number=1,
        kind=TenderKind.GIFT_CARD,
        amount_minor=sale.payable_minor,
        given_minor=sale.payable_minor,
        reference="•4711",
        account_id=b"C" * 16,
    )
    paid = replace(sale, tenders=(stored,), rounding_minor=0)
    for receipt in (
        a_receipt("en", shop=shop, training=True),
        a_receipt("en", shop=shop, sale=paid),
    ):
        assert not any(row.left == "Invoiceable" for row in rows(receipt))
