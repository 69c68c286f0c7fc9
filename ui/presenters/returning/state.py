"""The return screen's state: texts and raw sums; `ReturnWording` makes it and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.refund_quote import Waiver
from posloyalty.domain.members.member import masked_name
from posloyalty.domain.shop.refund import POINTS_SPENT, WAIVED, Withheld
from posloyalty.domain.shop.sale import SalePoints
from posloyalty.domain.shop.tender import Tender, TenderKind, instrument
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.quantity import format_quantity
from ui.presenters.amounts import Figures, signed
from ui.presenters.refusal_text import refusal_sentence
from ui.presenters.returning.taking import Loose, Picked, Taking

if TYPE_CHECKING:
    from posloyalty.services.ports import SaleRow
    from posloyalty.services.refusal import ServiceRefusal
    from posloyalty.services.returning.build_refund import RefundPreview


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """One row: what could come back of it, how much does, what for. `why_not` says what stands
    against it.
    """

    number: int
    name: str
    sub: str
    count: str
    amount: str
    ticked: bool
    can_tick: bool
    can_count: bool
    why_not: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleChoice:
    """A sale that the goods may be of."""

    sale_id: bytes
    number: str
    sub: str
    amount: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverChoice:
    """Something that would be kept back and may be let go."""

    waiver: Waiver
    label: str
    let_go: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnState:
    """The whole screen. `rows` of money and points are label, amount and tone.

    `choices` stand where the lines will, until a sale is chosen; `hint` where both are empty.
    `chosen` says that there is something that the main button is about, and no `finding` against
    it; what it lacks beside that, such as a reason, it tells when it is pressed.
    """

    title: str = ""
    code: str = ""
    heading: str = ""
    lines: tuple[ReturnLine, ...] = ()
    choices: tuple[SaleChoice, ...] = ()
    selected: int = 0
    hint: str = ""
    reasons: tuple[str, ...] = ()
    reason: int = -1
    money_label: str = ""
    money: str = ""
    money_minor: int = 0
    money_rows: tuple[tuple[str, str, str], ...] = ()
    points_rows: tuple[tuple[str, str, str], ...] = ()
    waivers: tuple[WaiverChoice, ...] = ()
    finding: str = ""
    main: str = ""
    chosen: bool = False
    ready: bool = False
    can_exchange: bool = False
    can_price: bool = False
    second: str = ""
    voiding: bool = False
    reading: bool = False
    busy: bool = False


class ReturnWording:
    """Words what is taken back."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._words = figures.words

    def asking(
        self, code: str, rows: tuple[SaleRow, ...], at: int, *, reading: bool
    ) -> ReturnState:
        """No sale yet: what to do, or the sales to choose from."""
        words = self._words
        choices = tuple(self._choice(row, chosen=place == at) for place, row in enumerate(rows))
        return ReturnState(
            title=words("return.title"),
            code=code,
            heading=words("return.choose_sale") if choices else "",
            choices=choices,
            hint="" if choices or reading else words("return.hint"),
            money_label=words("return.money_back"),
            second=words("return.exchange"),
            main=words("return.open_sale") if choices else words("return.main"),
            chosen=bool(choices),
            ready=bool(choices),
            reading=reading,
        )

    def taking(
        self,
        taking: Taking,
        preview: RefundPreview | None,
        finding: ServiceRefusal | None,
        *,
        code: str,
        said: str,
        quoting: bool,
        busy: bool,
        asking: bool = False,
        declined: bool = False,
    ) -> ReturnState:
        """What comes back and what it comes to; `said` are the words of the finding. `asking` says
        that the terminal is asked, `declined` that it would not give the money back.
        """
        words, goods = self._words, taking.goods
        shown = preview if not taking.nothing and finding is None else None
        given = 0 if shown is None else shown.given_minor
        reasons = tuple(words(f"return.reason_{name}") for name in taking.reasons)
        state = ReturnState(
            title=words("return.void_title" if goods.voiding else "return.title"),
            code=code,
            heading=self._heading(goods),
            lines=tuple(self._line(goods, number, shown) for number in goods.numbers),
            hint="" if goods.numbers else words("return.hint_loose"),
            selected=taking.at,
            reasons=reasons,
            reason=taking.reasons.index(taking.reason) if taking.reason else -1,
            money_label=words("return.money_back"),
            finding=said if finding is not None else "",
            main=self._main_before(taking),
            chosen=(goods.voiding or not taking.nothing) and finding is None,
            second=words("return.by_hand" if declined else "return.exchange"),
            voiding=goods.voiding,
            busy=busy,
            reading=quoting,
            can_price=isinstance(goods, Loose) and bool(goods.numbers),
        )
        if shown is None:
            return state
        return replace(
            state,
            money=self._figures.total(given),
            money_minor=given,
            money_rows=(*self._kept(shown), *self._tenders(shown)),
            points_rows=self._points(shown),
            waivers=self._waivers(taking, shown),
            main=self._main(given, asking=asking, voiding=goods.voiding),
            ready=not busy and not quoting,
            can_exchange=isinstance(goods, Picked) and (declined or not goods.voiding),
        )

    def _main_before(self, taking: Taking) -> str:
        """What the main button says before the money is known: what it waits for, or its name."""
        if taking.goods.voiding:
            return self._words("return.void_title")
        return self._words("return.main_choose" if taking.nothing else "return.main")

    def _main(self, given: int, *, asking: bool, voiding: bool) -> str:
        """What the main button does, or waits for."""
        if asking:
            return self._words("pay.terminal_asked")
        if not given:
            return self._words("return.main_nothing")
        code = "return.main_void" if voiding else "return.main_money"
        return self._words(code, amount=self._figures.money(given))

    # The left

    def _heading(self, goods: Picked | Loose) -> str:
        words = self._words
        if isinstance(goods, Picked):
            sale = goods.found.sale
            code = "return.of_voided" if goods.voiding else "return.of_sale"
            return words(code, number=sale.number, at=sale.at.strftime("%Y-%m-%d %H:%M"))
        if goods.receipt is None:
            return words("return.without_receipt")
        digest = goods.receipt.digest
        return words(
            "return.of_till" if goods.receipt.elsewhere else "return.of_elsewhere",
            number=goods.receipt.number,
            day=digest.day.isoformat(),
            amount=self._figures.money(digest.payable_minor),
            till=goods.receipt.till,
        )

    def _line(self, goods: Picked | Loose, number: int, shown: RefundPreview | None) -> ReturnLine:
        words, figures = self._words, self._figures
        taken, most = goods.milli_of(number), goods.most_of(number)
        back = {} if shown is None else {one.number: one.net_minor for one in shown.quote.lines}
        why_not = ""
        if isinstance(goods, Picked):
            line = goods.line(number)
            name = line.name
            refused = dict(goods.refused).get(number)
            sub = words(
                "return.bought", bought=_count(line.quantity_milli), left=_count(max(0, most))
            )
            amount = back.get(number, 0) if taken else line.net_minor
            if refused is not None:
                why_not = refusal_sentence(refused, figures)
            elif line.donation and not goods.voiding:
                why_not = words("return.donation_stays")
            elif not goods.voiding and not goods.found.left.get(number):
                why_not = words("return.came_back")
        else:
            one = goods.goods[number - 1]
            name, amount = one.product.name, one.amount_minor
            paid = one.product.id in goods.as_paid
            sub = words("return.price_paid" if paid else "return.price_today")
        count = _count(taken) if taken else "0"
        return ReturnLine(
            number=number,
            name=name,
            sub=why_not or sub,
            count=count,
            amount=figures.money(amount),
            ticked=bool(taken),
            can_tick=not why_not and not goods.voiding,
            can_count=not why_not and not goods.voiding and goods.counts(number),
            why_not=why_not,
            spoken=", ".join((name, why_not or sub, count, figures.money(amount))),
        )

    def _choice(self, row: SaleRow, *, chosen: bool) -> SaleChoice:
        words = self._words
        who = masked_name(row.member_name or "") or words("history.member_unnamed")
        parts = (row.at.strftime("%m-%d %H:%M"), "" if row.member_id is None else who)
        return SaleChoice(
            sale_id=row.sale_id,
            number=row.number,
            sub=" · ".join(part for part in parts if part),
            amount=self._figures.money(row.payable_minor),
            chosen=chosen,
        )

    # The right

    def _tenders(self, shown: RefundPreview) -> tuple[tuple[str, str, str], ...]:
        return tuple(tender_row(tender, self._figures) for tender in shown.quote.tenders)

    def _kept(self, shown: RefundPreview) -> tuple[tuple[str, str, str], ...]:
        names = {points.wallet: points.wallet_name for points in shown.points}
        return tuple(self._kept_row(kept, names) for kept in shown.quote.withheld)

    def _kept_row(self, kept: Withheld, names: dict[str, str]) -> tuple[str, str, str]:
        code = kept.code
        if kept.amount_minor < 0 and not code.endswith(WAIVED):
            code = f"{code}_RELEASED"
        what = names.get(kept.what, kept.what) if kept.code == POINTS_SPENT else kept.what
        amount = signed(self._figures.money(abs(kept.amount_minor)), -kept.amount_minor)
        return self._words(f"withheld.{code}", what=what), amount, "warn"

    def _points(self, shown: RefundPreview) -> tuple[tuple[str, str, str], ...]:
        rows = [row for points in shown.points for row in points_rows(points, self._figures)]
        return (*rows, *(self._gives(one) for one in shown.quote.awards if one.amount > 0))

    def _gives(self, award: Award) -> tuple[str, str, str]:
        """What a rule gives because goods come back."""
        said = self._words("return.gives", name=award.name)
        if award.kind != POINTS:
            return said, f"{award.amount:,}", "ink"
        wallet = self._figures.wallet_name(award.of)
        said = self._words("return.gives_points", name=award.name, wallet=wallet)
        return said, self._figures.signed_points(award.of, award.amount), "ink"

    def _waivers(self, taking: Taking, shown: RefundPreview) -> tuple[WaiverChoice, ...]:
        offered = shown.quote.waivable | taking.waived
        return tuple(
            WaiverChoice(
                waiver=waiver,
                label=self._words(f"return.let_go_{waiver.value}"),
                let_go=waiver in taking.waived,
            )
            for waiver in Waiver
            if waiver in offered
        )


def tender_row(tender: Tender, figures: Figures) -> tuple[str, str, str]:
    """What goes back by one instrument, with the number under which it was paid."""
    words = figures.words
    kind = instrument(tender.kind, tender.scheme, lambda code: words(f"pay.{code}"))
    if tender.reference and tender.kind in (TenderKind.CARD, TenderKind.QR_WALLET):
        kind = words("return.by_reference", kind=kind, reference=tender.reference)
    return kind, figures.money(tender.given_minor), "ink"


def points_rows(points: SalePoints, figures: Figures) -> tuple[tuple[str, str, str], ...]:
    """What becomes of a wallet: given back, taken back, and what is then there."""
    words = figures.words
    # In the screen's language, as far as the wallet is still the programme's.
    name = figures.wallets.get(points.wallet, ("", 0))[0] or points.wallet_name

    def text(amount: int) -> str:
        return format_fixed(amount, decimals=points.scale, grouping=True)

    rows = []
    if points.redeemed:
        given = signed(text(points.redeemed), 1)
        rows.append((words("return.points_given", wallet=name), given, "ink"))
    if points.earned:
        taken = signed(text(points.earned), -1)
        rows.append((words("return.points_taken", wallet=name), taken, "ink"))
    if rows:
        after = text(points.balance_after)
        rows.append((words("return.points_after", wallet=name), after, "ink"))
    return tuple(rows)


def _count(milli: int) -> str:
    return format_quantity(milli)
