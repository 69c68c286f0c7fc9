"""The goods that come back: checked against what is left of the sale, with all their shares.

Shape: `goods_back(original, wish)` answers `GoodsBack`: the lines with what goes back of each, and
what stays. `share` is what of any other amount of the sale goes back with them, by money. Every
figure is the difference between all that came back so far and what earlier refunds took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from posloyalty.domain.engine.refund_quote import Original, RefundRefusal, RefundWish
from posloyalty.domain.shop.line_back import line_between, line_less
from posloyalty.domain.shop.product import Unit
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import SaleLine, SaleOffer, SaleTax
from posloyalty.domain.shop.tender_shares import with_tender_shares
from posloyalty.domain.values.portion import so_far
from posloyalty.domain.values.quantity import ONE_MILLI

Key = TypeVar("Key", str, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsBack:
    """`sold` are the sale's lines, `lines` what comes back now, `left` what stays by line, `kept`
    what stays with its stored shares.
    """

    original: Original
    sold: tuple[SaleLine, ...]
    lines: tuple[SaleLine, ...]
    left: Mapping[int, int]
    kept: tuple[SaleLine, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing of the sale stays."""
        return not any(self.left.values())

    @property
    def net_minor(self) -> int:
        """What was paid for the goods that come back now."""
        return _net(self.lines)

    @property
    def before(self) -> tuple[SaleLine, ...]:
        """What earlier refunds took."""
        return tuple(line for refund, _ in self.original.earlier for line in refund.lines)

    def without_sound(self, *, faulty: bool) -> tuple[SaleLine, ...]:
        """What stays, and whatever came back faulty: a shop's fault breaks nobody's terms."""
        if not (faulty or any(refund.faulty for refund, _ in self.original.earlier)):
            return self.kept
        sound = [r.lines for r, _ in self.original.earlier if not r.faulty]
        gone = [line for lines in sound for line in lines]
        return _less(self.sold, gone if faulty else [*gone, *self.lines])

    @property
    def earned(self) -> dict[str, int]:
        """The points that the goods had earned, by wallet."""
        return _sums(pair for line in self.lines for pair in line.earned)

    @property
    def redeemed(self) -> dict[str, int]:
        """The points that had paid for the goods, by wallet."""
        return _sums((wallet, points) for line in self.lines for wallet, points, _ in line.redeemed)

    def share(self, amount: int) -> int:
        """What of an amount of the whole sale goes back now: all of it with the last goods."""
        before, now, every = _net(self.before), self.net_minor, _net(self.sold)
        if not every:
            # Nothing was paid: the goods' prices stand in for the money.
            before, now = _gross(self.before), _gross(self.lines)
            every = _gross(self.sold)
        if self.whole:
            return amount - (so_far(amount, before, every) if every else 0)
        if not every:
            return 0
        return so_far(amount, before + now, every) - so_far(amount, before, every)

    def offer_back(self, offer_id: str) -> int:
        """What an offer had taken off the goods that come back now."""
        return _offer(self.lines, offer_id)

    def cost_back(self, offer_id: str) -> int:
        """What of an offer's cost to the shop goes back; where nobody says it, what it took off."""
        if any(name == offer_id for line in self.sold for name, _ in line.shop_cost):
            back = (pair for line in self.lines for pair in line.shop_cost)
            return sum(cost for name, cost in back if name == offer_id)
        return self.offer_back(offer_id)

    def completes(self, offer_id: str) -> bool:
        """Whether all that an offer lowered has come back with these goods, and had not before."""
        every, before = _offer(self.sold, offer_id), _offer(self.before, offer_id)
        if not every:
            return self.whole
        return before < every == before + self.offer_back(offer_id)

    def offers(self) -> tuple[SaleOffer, ...]:
        """The parts of the sale's offers that go back. A right, or a reward's cost, is named where
        it goes back with them.
        """
        found = []
        every: dict[str, int] = _sums(
            (o.offer_id, o.amount_minor) for o in self.original.sale.offers
        )
        ahead: dict[str, int] = {}
        for offer in self.original.sale.offers:
            # Several by one id, such as two vouchers alike, share what they lowered together.
            name, back = offer.offer_id, self.offer_back(offer.offer_id)
            first = ahead.get(name, 0)
            ahead[name] = first + offer.amount_minor
            part = 0
            if every[name]:
                upto = so_far(back, ahead[name], every[name])
                part = upto - so_far(back, first, every[name])
            whole = self.completes(name)
            if part or whole:
                found.append(
                    replace(
                        offer,
                        amount_minor=part,
                        right_id=offer.right_id if whole else None,
                        cost=offer.cost if whole else None,
                    )
                )
        return tuple(found)

    def taxes(self) -> tuple[SaleTax, ...]:
        """The tax of the goods by class; the base is what was paid without it, in money or in
        points that are payment.
        """
        found = []
        for tax in self.original.sale.taxes:
            own = _of_class(self.lines, tax.tax_class)
            amount = sum(line.tax_minor for line in own)
            if own:
                found.append(
                    SaleTax(
                        tax_class=tax.tax_class,
                        rate=tax.rate,
                        mode=tax.mode,
                        base_minor=_net(own) + self._points_paid(tax) - amount,
                        tax_minor=amount,
                        fixed_minor=sum(self._fixed(line) for line in own),
                    )
                )
        return tuple(found)

    def _fixed(self, line: SaleLine) -> int:
        """The fixed tax of some of a line: its share over all that came back so far."""
        sold = next(one for one in self.sold if one.number == line.number)
        if not sold.fixed_minor:
            return 0
        before = sum(o.quantity_milli for o in self.original.earlier_lines(line.number))
        fixed, every = sold.fixed_minor, sold.quantity_milli
        upto = so_far(fixed, before + line.quantity_milli, every)
        return upto - so_far(fixed, before, every)

    def _points_paid(self, tax: SaleTax) -> int:
        """What of the goods of a class was paid in points that are payment: whatever was taxed
        beyond the money, by what points took off the lines.
        """
        sold = _of_class(self.sold, tax.tax_class)
        paid = tax.base_minor + tax.tax_minor - _net(sold)
        if not paid:
            return 0
        every = _redeemed(sold)
        before = _redeemed(_of_class(self.before, tax.tax_class))
        after = before + _redeemed(_of_class(self.lines, tax.tax_class))
        return so_far(paid, after, every) - so_far(paid, before, every)

    def paid_by(self) -> dict[int, int]:
        """What each tender paid of all the goods that came back so far, these included."""
        tenders = self.original.sale.tenders
        gone = (*self.before, *self.lines)
        if len(tenders) == 1:
            return {tenders[0].number: _net(gone)}
        return _sums(pair for line in gone for pair in line.paid)


def goods_back(original: Original, wish: RefundWish) -> GoodsBack:
    """The goods of a wish; what was given to causes comes back with a void only.

    Raises `RefundRefusal` NOTHING_CHOSEN, NO_SUCH_LINE, NOTHING_LEFT, MORE_THAN_LEFT
    (`left_milli`), WHOLE_PIECES_ONLY, DONATION_STAYS or VOID_AFTER_RETURN.
    """
    sold = with_tender_shares(original.sale.lines, original.sale.tenders)
    if wish.kind is RefundKind.RETURN:
        asked = {number for number, _ in wish.back}
        if any(line.donation and line.number in asked for line in sold):
            raise RefundRefusal("DONATION_STAYS")
        sold = tuple(line for line in sold if not line.donation)
    by_number = {line.number: line for line in sold}
    gone = original.gone_milli()
    left = {line.number: line.quantity_milli - gone.get(line.number, 0) for line in sold}
    if not any(left.values()):
        raise RefundRefusal("NOTHING_LEFT", number=original.sale.number)
    if wish.kind is RefundKind.VOID:
        if original.earlier:
            raise RefundRefusal("VOID_AFTER_RETURN", number=original.sale.number)
        wanted = dict(left)
    else:
        wanted = _wanted(wish, by_number, left)
    lines = []
    for number in sorted(wanted):
        line, quantity = by_number[number], wanted[number]
        lines.append(line_between(line, original.earlier_lines(number), quantity))
        left[number] -= quantity
    before = [line for refund, _ in original.earlier for line in refund.lines]
    kept = _less(sold, [*before, *lines])
    return GoodsBack(original=original, sold=sold, lines=tuple(lines), left=left, kept=kept)


def _wanted(
    wish: RefundWish, lines: Mapping[int, SaleLine], left: Mapping[int, int]
) -> dict[int, int]:
    wanted: dict[int, int] = {}
    for number, quantity in wish.back:
        line = lines.get(number)
        if line is None:
            raise RefundRefusal("NO_SUCH_LINE", line=number)
        wanted[number] = wanted.get(number, 0) + quantity
        if quantity <= 0:
            raise RefundRefusal("NOTHING_CHOSEN")
        if line.unit is Unit.EACH and quantity % ONE_MILLI and line.quantity_milli % ONE_MILLI == 0:
            raise RefundRefusal("WHOLE_PIECES_ONLY")
        if wanted[number] > left[number]:
            raise RefundRefusal("MORE_THAN_LEFT", name=line.name, left_milli=left[number])
    if not wanted:
        raise RefundRefusal("NOTHING_CHOSEN")
    return wanted


def _less(sold: Sequence[SaleLine], gone: Iterable[SaleLine]) -> tuple[SaleLine, ...]:
    """What stays of every line, with its stored shares; a line that nothing went back of is
    itself.
    """
    back: dict[int, list[SaleLine]] = {}
    for one in gone:
        back.setdefault(one.number, []).append(one)
    left = (line_less(line, back[line.number]) if line.number in back else line for line in sold)
    return tuple(line for line in left if line.quantity_milli)


def _net(lines: Iterable[SaleLine]) -> int:
    return sum(line.net_minor for line in lines)


def _redeemed(lines: Iterable[SaleLine]) -> int:
    """What points took off lines."""
    return sum(money for line in lines for _, _, money in line.redeemed)


def _of_class(lines: Iterable[SaleLine], tax_class: str) -> list[SaleLine]:
    """The goods of a class of tax."""
    return [line for line in lines if line.tax_class == tax_class and not line.donation]


def _gross(lines: Iterable[SaleLine]) -> int:
    return sum(line.gross_minor for line in lines)


def _offer(lines: Iterable[SaleLine], offer_id: str) -> int:
    return sum(share for line in lines for name, share in line.offers if name == offer_id)


def _sums(pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for name, amount in pairs:
        sums[name] = sums.get(name, 0) + amount
    return sums
