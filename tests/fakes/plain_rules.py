"""The plain rules of the small shop: a quote and a sale that a person can check in their head.

Milk is 5.00 off for members, from 100.00 on there is 10.00 off the basket, 100 points pay 1.00 in
steps of 100 with a scanned card, each whole yuan earns a point, the birthday offer never applies.
"""

from __future__ import annotations

from datetime import (
    date,
)

from posloyalty.domain.engine.by_hand import take_off_by_hand
from posloyalty.domain.engine.goods import arrange
from posloyalty.domain.engine.quote import (
    AppliedOffer,
    AppliedRedemption,
    Earning,
    Proposal,
    Quote,
    QuoteLine,
    Reason,
    RefusedOffer,
    TaxLine,
    TenderGain,
    TierState,
    UsableRedemption,
    WalletState,
)
from posloyalty.domain.engine.snapshots import Pick
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.shop.basket import (
    Basket,
    BasketLine,
    Chosen,
)
from posloyalty.domain.shop.operator import (
    Operator,
)
from posloyalty.domain.shop.product import (
    TaxMode,
)
from posloyalty.domain.shop.sale import (
    Sale,
    SalePoints,
)
from posloyalty.domain.shop.tender import (
    Tender,
    TenderKind,
)
from posloyalty.domain.values.ratio import (
    Ratio,
)
from tests.fakes.small_shop import (
    MILK,
    NOW,
    PROGRAMME,
    TODAY,
)


def a_quote(
    basket: Basket,
    *,
    balance: int = 2480,
    pending: int = 120,
    extra_refused: int = 0,
    taxes_added: bool = False,
    vouchers: bool = False,
    card_off: int = 0,
    lent: tuple[int, int] | None = None,
) -> Quote:
    """The plain rules of this shop; `card_off` is what paying all of it by card takes off, `lent`
    the points that the till may hand out by itself and as far as a supervisor approves.
    """
    known = basket.member_id is not None
    shares: dict[int, list[tuple[str, int]]] = {line.number: [] for line in basket.lines}
    offers = _offers(basket, shares) if known else []
    refused = _refused(basket, extra_refused) if known else []
    proposals: list[Proposal] = []
    if known and vouchers:
        _vouchers(basket, offers, refused, proposals)
    _by_hand(basket, offers, shares)
    offers_minor = sum(offer.amount_minor for offer in offers)
    room = basket.gross_minor - offers_minor
    redemptions, usable = _points(basket, room, balance, lent) if known else ([], [])
    redeemed_minor = sum(each.amount_minor for each in redemptions)
    by_card = basket.tenders == {TenderKind.CARD}
    payable, tax_minor = _payable(room - redeemed_minor - (card_off if by_card else 0), taxes_added)
    earned = payable // 100 if known else 0
    points = sum(each.points for each in redemptions)
    mode = TaxMode.EXCLUSIVE if taxes_added else TaxMode.INCLUSIVE
    more = bool(card_off) and not by_card
    return Quote(
        programme=PROGRAMME,
        at=NOW,
        day=TODAY,
        currency=basket.currency,
        sale_id=basket.sale_id,
        member_id=basket.member_id,
        lines=tuple(_quote_line(line, shares[line.number], mode) for line in basket.lines),
        offers=tuple(offers),
        refused=tuple(refused),
        redemptions=tuple(redemptions),
        usable=tuple(usable),
        taxes=(_tax(payable - tax_minor, tax_minor, mode),),
        earnings=(_earning(basket, payable, earned),) if known else (),
        wallets=(wallet(balance, pending),) if known else (),
        wallets_after=(wallet(balance - points + earned, pending),) if known else (),
        tiers=(tier(),) if known else (),
        tiers_after=(tier(),) if known else (),
        gross_minor=basket.gross_minor,
        offers_minor=offers_minor,
        redeemed_minor=redeemed_minor,
        tax_minor=tax_minor,
        payable_minor=payable,
        proposals=tuple(proposals),
        picks=(PICKED,) if known and vouchers else (),
        tenders=basket.tenders,
        asks_tender=bool(card_off),
        by_tender=(TenderGain(kind=TenderKind.CARD, saves_minor=card_off),) if more else (),
    )


def _payable(goods_minor: int, taxes_added: bool) -> tuple[int, int]:
    """(what is to pay, the tax of 13 % in it) for goods of so much."""
    if not taxes_added:
        return goods_minor, goods_minor * 13 // 113
    tax_minor = goods_minor * 13 // 100
    return goods_minor + tax_minor, tax_minor


def _tax(base_minor: int, tax_minor: int, mode: TaxMode) -> TaxLine:
    return TaxLine(
        tax_class="std13",
        rate=Ratio(13, 100),
        mode=mode,
        base_minor=base_minor,
        tax_minor=tax_minor,
    )


PICKED = Pick(list="mine", offer="ten-off", place=1, why="bought_before", as_of=TODAY, shown=True)


def a_sale(basket: Basket, quote: Quote, tenders: tuple[Tender, ...], operator: Operator) -> Sale:
    """The booked sale, as far as the screens look at it."""
    after = {wallet.wallet: wallet for wallet in quote.wallets_after}
    return Sale(
        id=basket.sale_id,
        number=f"S01-T01-1-{int.from_bytes(basket.sale_id, 'big'):04d}",
        at=NOW,
        day=TODAY,
        currency=basket.currency.code,
        operator_id=operator.id,
        member_id=basket.member_id,
        proof=basket.proof,
        programme_id=quote.programme.id,
        programme_version=quote.programme.version,
        programme_hash=quote.programme.hash,
        lines=(),
        offers=(),
        taxes=(),
        tenders=tenders,
        points=tuple(
            SalePoints(
                wallet=earning.wallet,
                wallet_name="Points",
                scale=0,
                earned=earning.points,
                redeemed=sum(r.points for r in quote.redemptions),
                redeemed_minor=quote.redeemed_minor,
                balance_after=after[earning.wallet].balance,
                pending_after=after[earning.wallet].pending,
            )
            for earning in quote.earnings
        ),
        gross_minor=quote.gross_minor,
        offers_minor=quote.offers_minor,
        redeemed_minor=quote.redeemed_minor,
        tax_minor=quote.tax_minor,
        payable_minor=quote.payable_minor,
        rounding_minor=sum(tender.rounding_minor for tender in tenders),
    )


def wallet(balance: int, pending: int) -> WalletState:
    return WalletState(
        wallet="points",
        balance=balance,
        pending=pending,
        debt=0,
        next_expiry=None,
        next_expiry_points=0,
    )


def tier() -> TierState:
    return TierState(
        scheme="level",
        level="gold",
        level_name="金卡",
        rank=3,
        levels=4,
        held_through=date(2026, 12, 31),
        progress=1380,
        next_level_name="铂金",
        next_at=2000,
    )


def _offers(basket: Basket, shares: dict[int, list[tuple[str, int]]]) -> list[AppliedOffer]:
    offers = []
    milk = [line for line in basket.lines if line.product.id == MILK.id]
    if milk and "member-milk" not in basket.declined:
        shares[milk[0].number].append(("member-milk", 500))
        offers.append(
            AppliedOffer(
                offer_id="member-milk",
                name="会员价",
                amount_minor=500,
                shares=((milk[0].number, 500),),
                reasons=(Reason("OFF_AMOUNT", (("amount_minor", 500),)),),
            )
        )
    if basket.gross_minor >= 10000 and "ten-off" not in basket.declined:
        offers.append(
            AppliedOffer(
                offer_id="ten-off",
                name="满 100 减 10 券",
                amount_minor=1000,
                shares=((basket.lines[0].number, 1000),),
                reasons=(Reason("OFF_AMOUNT", (("amount_minor", 1000),)),),
                whole_order=True,
            )
        )
    return offers


def _by_hand(
    basket: Basket, offers: list[AppliedOffer], shares: dict[int, list[tuple[str, int]]]
) -> None:
    """What the cashier takes off, as the engine spreads it."""
    goods = arrange(basket.lines)
    left = (
        line.gross_minor - sum(share for _, share in shares[line.number]) for line in goods.lines
    )
    given, _ = take_off_by_hand(goods, basket, tuple(left))
    offers += given
    for one in given:
        for number, share in one.shares:
            shares[number].append((one.offer_id, share))


def _refused(basket: Basket, extra: int) -> list[RefusedOffer]:
    short = 10000 - basket.gross_minor
    refused = []
    if "ten-off" in basket.declined:
        refused.append(
            RefusedOffer(
                offer_id="ten-off",
                name="满 100 减 10 券",
                reasons=(Reason("DECLINED"),),
                declined=True,
                loss_minor=1000,
            )
        )
    elif short > 0:
        reason = Reason("BELOW_MINIMUM", (("short_by_minor", short), ("minimum_minor", 10000)))
        refused.append(RefusedOffer(offer_id="ten-off", name="满 100 减 10 券", reasons=(reason,)))
    birthday = Reason("NOT_BIRTHDAY", (("before_days", 0), ("after_days", 0)))
    refused.append(RefusedOffer(offer_id="birthday", name="生日 8 折", reasons=(birthday,)))
    refused += [
        RefusedOffer(offer_id=f"more-{n}", name=f"优惠 {n}", reasons=(Reason("NO_GOODS"),))
        for n in range(extra)
    ]
    return refused


FIVE = Chosen(kind="voucher", of="five", right_id=b"5" * 16)
TREAT = Chosen(kind="reward", of="treat")


def _vouchers(
    basket: Basket,
    offers: list[AppliedOffer],
    refused: list[RefusedOffer],
    proposals: list[Proposal],
) -> None:
    """5.00 off from 50.00 on with a voucher; a treat for 800 points that is not on the counter."""
    right = Right(
        id=b"5" * 16,
        kind="voucher",
        of="five",
        owner=basket.member_id or b"",
        programme="dawn-club",
        last_day=date(2026, 12, 24),
    )
    uses = Uses(kind="voucher", of="five", right=right)
    short = 5000 - basket.gross_minor
    below = Reason("BELOW_MINIMUM", (("short_by_minor", short), ("minimum_minor", 5000)))
    if FIVE not in basket.chosen:
        reasons = (below,) if short > 0 else ()
        gain = 0 if short > 0 else 500
        proposals.append(
            Proposal(
                choice=FIVE,
                offer_id="five",
                name="5 元券",
                uses=uses,
                gain_minor=gain,
                reasons=reasons,
            )
        )
    elif short > 0:
        refused.append(RefusedOffer(offer_id="five", name="5 元券", reasons=(below,), choice=FIVE))
    else:
        offers.append(
            AppliedOffer(
                offer_id="five",
                name="5 元券",
                amount_minor=500,
                shares=((basket.lines[0].number, 500),),
                reasons=(Reason("OFF_AMOUNT", (("amount_minor", 500),)),),
                whole_order=True,
                uses=uses,
                choice=FIVE,
            )
        )
    cost = Uses(kind="reward", of="treat", cost=("points", 800))
    proposals.append(
        Proposal(
            choice=TREAT,
            offer_id="treat",
            name="免费点心",
            uses=cost,
            gain_minor=1200 if basket.lines else 0,
            reasons=() if basket.lines else (Reason("NO_GOODS"),),
        )
    )


def _points(
    basket: Basket, room_minor: int, balance: int, lent: tuple[int, int] | None
) -> tuple[list[AppliedRedemption], list[UsableRedemption]]:
    most = min(balance // 100 * 100, room_minor // 100 * 100)
    reasons: tuple[Reason, ...] = (Reason("WITHIN_BALANCE"),)
    if lent is not None and most > (here := lent[basket.approver is not None]):
        most = here
        reasons = (Reason("WITHIN_LEASE", (("most_points", here),)), Reason("FLOOR_USED_UP"))
        if basket.approver is None:
            reasons += (Reason("BY_WORD", (("most_points", lent[1]),)),)
    if basket.proof != "card":
        most, reasons = 0, (Reason("NEEDS_CARD", (("proof", basket.proof or ""),)),)
    usable = UsableRedemption(
        wallet="points",
        balance=balance,
        most_points=most,
        most_minor=most,
        step_points=100,
        least_points=100,
        reasons=reasons,
    )
    redeemed = []
    for wish in basket.redemptions:
        points = min(wish.points, most)
        if points:
            number = basket.lines[0].number
            redeemed.append(
                AppliedRedemption(
                    wallet="points",
                    points=points,
                    amount_minor=points,
                    shares=((number, points),),
                    point_shares=((number, points),),
                    reasons=(
                        Reason(
                            "REDEEMED",
                            (("wallet", "points"), ("points", points), ("amount_minor", points)),
                        ),
                    ),
                )
            )
    return redeemed, [usable]


def _quote_line(line: BasketLine, shares: list[tuple[str, int]], mode: TaxMode) -> QuoteLine:
    net = line.gross_minor - sum(share for _, share in shares)
    return QuoteLine(
        line=line,
        offers=tuple(shares),
        redeemed_minor=0,
        net_minor=net,
        tax_minor=net * 13 // 113,
        tax_class="std13",
        tax_rate=Ratio(13, 100),
        tax_mode=mode,
        earned=(("points", net // 100),),
    )


def _earning(basket: Basket, payable_minor: int, points: int) -> Earning:
    return Earning(
        wallet="points",
        points=points,
        base_minor=payable_minor,
        shares=tuple((line.number, line.gross_minor // 100) for line in basket.lines),
        usable_from=TODAY,
        last_day=date(2027, 11, 22),
        reasons=(Reason("EARN_BASE", (("base_minor", payable_minor),)),),
    )
