"""Why: what stands behind a line's price, an offer, the points that are earned or cannot be spent.

Shape: `opened(about=...)` with "line:<number>", "offer:<id>", "points:<wallet>" or "earning:". The
state lists facts as rows: held ✓, failed ⊘, or plain figures, and names the rule and its version.
Everything comes from the quote's reasons; nothing is reckoned here, and it follows the sale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from posloyalty.domain.engine.quote import (
    AppliedOffer,
    Earning,
    Proposal,
    Quote,
    QuoteLine,
    Reason,
    RefusedOffer,
)
from posloyalty.domain.engine.snapshots import Pick
from posloyalty.domain.shop.basket import Basket
from ui.presenters.amounts import Figures
from ui.presenters.base import Presenter
from ui.presenters.chip_presses import without_offer
from ui.presenters.chips import (
    GIFT,
    GIVING,
    GOAL,
    LINE,
    MARK,
    OFFER,
    POINTS,
    STEP,
    TENDER,
    ChipIs,
    chip_states,
    points_title,
)
from ui.presenters.counter import Counter, counter_of
from ui.presenters.faults import fault_text
from ui.presenters.ports import ToastKind
from ui.presenters.reason_text import rate_text, reason_text
from ui.presenters.session import Session


class WhyIs(StrEnum):
    """What a row is: a condition that holds, one that fails, a figure, a heading, plain words."""

    HELD = "held"
    FAILED = "failed"
    FIGURE = "figure"
    HEADING = "heading"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyRow:
    """One row; `amount` stands at the right of figures."""

    kind: WhyIs
    text: str
    amount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyState:
    """The sheet."""

    title: str = ""
    verdict: str = ""
    holds: bool = True
    rows: tuple[WhyRow, ...] = ()
    rule: str = ""
    can_save: bool = False
    can_turn_down: bool = False


class WhyPresenter(Presenter[WhyState]):
    """Words the reasons of what was asked about."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(WhyState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._sale = self._counter.sale
        self._about = ""
        self._without: tuple[str, int] | None = None
        self._counter.subscribe(self._tell)

    def opened(self, **arguments: object) -> None:
        """Explain what was asked about; for an offer also what the sale costs without it."""
        self._about = str(arguments.get("about", ""))
        self._without = None
        self._ask_without()
        self._tell()

    def closed(self) -> None:
        """The sheet closed."""
        self._about = ""

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def escape(self) -> None:
        """Close the sheet."""
        self._session.navigator.close_sheet()

    def enter(self) -> None:
        """Enter has nothing to take here: close."""
        self.escape()

    def main_action(self) -> None:
        """F12 is the Pay button beside the sheet."""
        self._session.navigator.close_sheet()
        self._counter.pay()

    def save(self) -> None:
        """Write what the quote was made from as a scenario file, in which the member has no name.

        So a doubt at the counter becomes a test that anybody can run.
        """
        basket, quote, desks = self._sale.basket, self._sale.quote, self._session.desks
        if basket is None or quote is None or desks is None or not _told_of(basket, quote):
            return
        words, toasts = self._session.words, self._session.toasts
        self._session.lanes.printing(
            lambda: desks.papers.save_quote(basket, quote),
            lambda path: toasts.say(words("why.saved", path=path), ToastKind.GOOD),
            lambda fault: toasts.say(fault_text(fault, words), ToastKind.REFUSED),
        )

    def turn_down(self) -> None:
        """The member does not want an offer that was picked for them: it rests for its days."""
        pick, quote, operator = self._pick(), self._sale.quote, self._session.operator
        if pick is None or quote is None or quote.member_id is None or operator is None:
            return
        member_id, till = quote.member_id, self._session.till

        def rests(_acted: object) -> None:
            self._counter.said("why.turned_down")
            self._session.navigator.close_sheet()
            self._sale.requote()

        self._session.lanes.write(
            lambda: till.snapshots.turn_down(pick.list, member_id, pick.offer, operator),
            rests,
            self._counter.say_fault,
        )

    def _pick(self) -> Pick | None:
        """What is asked about, where it was picked for this member and is shown to them."""
        quote = self._sale.quote
        name = self._about.removeprefix(OFFER) if self._about.startswith(OFFER) else ""
        picks = () if quote is None else quote.picks
        return next((one for one in picks if one.offer == name and one.shown), None)

    def _ask_without(self) -> None:
        basket, quote = self._sale.basket, self._sale.quote
        offer_id = self._about.removeprefix(OFFER)
        if basket is None or quote is None or not self._about.startswith(OFFER):
            return
        if all(offer.offer_id != offer_id for offer in quote.offers):
            return
        payable_minor = quote.payable_minor

        def reckoned(without: Quote) -> None:
            self._without = (offer_id, without.payable_minor - payable_minor)
            self._tell()

        self._sale.what_if(without_offer(basket, quote, offer_id), reckoned)

    # Wording

    def _tell(self) -> None:
        quote, figures = self._sale.quote, self._counter.figures
        if not self._about:
            return
        if quote is None:
            self._show(WhyState(title=figures.words("why.title_plain")))
            return
        basket = self._sale.basket
        told = basket is not None and _told_of(basket, quote)
        can_save = told and self._session.desks is not None
        state = replace(self._about_it(quote, figures), can_save=can_save)
        pick = self._pick()
        if pick is not None:
            known = figures.words.has(f"picked.{pick.why}")
            said = figures.words(f"picked.{pick.why if known else 'best'}")
            row = WhyRow(kind=WhyIs.HELD, text=said)
            state = replace(state, rows=(row, *state.rows), can_turn_down=True)
        self._show(state)

    def _about_it(self, quote: Quote, figures: Figures) -> WhyState:
        if self._about.startswith(LINE):
            return self._line(int(self._about.removeprefix(LINE)), quote, figures)
        if self._about.startswith(OFFER):
            return self._offer(self._about.removeprefix(OFFER), quote, figures)
        if self._about.startswith((MARK, GIVING, GOAL, STEP, GIFT, TENDER)):
            return choice_why(self._about, quote, figures)
        if self._about.startswith(POINTS):
            return points_why(self._about.removeprefix(POINTS), quote, figures)
        return earning_why(quote, figures)

    def _line(self, number: int, quote: Quote, figures: Figures) -> WhyState:
        line = next((each for each in quote.lines if each.line.number == number), None)
        if line is None:
            return WhyState(title=figures.words("why.title_plain"), rule=rule_text(quote, figures))
        return line_why(line, quote, figures)

    def _offer(self, offer_id: str, quote: Quote, figures: Figures) -> WhyState:
        for applied in quote.offers:
            if applied.offer_id == offer_id:
                loss = self._without
                loss_minor = loss[1] if loss is not None and loss[0] == offer_id else None
                return applied_why(applied, quote, figures, loss_minor=loss_minor)
        for refused in quote.refused:
            if refused.offer_id == offer_id:
                return refused_why(refused, quote, figures)
        for proposal in quote.proposals:
            if proposal.offer_id == offer_id:
                return proposal_why(proposal, quote, figures)
        return WhyState(
            title=figures.words("why.title_plain"),
            verdict=figures.words("why.no_longer"),
            rule=rule_text(quote, figures),
        )


def _told_of(basket: Basket, quote: Quote) -> bool:
    """Whether the quote is of the basket as it stands, and not of one a scan ago."""
    goods = tuple(line.line.on_shelf() for line in quote.lines if not line.donation)
    return bool(basket.lines) and goods == basket.lines


def _blocked(number: int, quote: Quote, figures: Figures) -> list[WhyRow]:
    """Why a line may not be sold to this customer, and what they could do."""
    rows = []
    for one in quote.blocked:
        if one.number == number:
            rows += [_row(WhyIs.FAILED, reason, figures) for reason in one.reasons]
            rows += [WhyRow(kind=WhyIs.WORDS, text=one.prompt)] if one.prompt else []
    return rows


def line_why(line: QuoteLine, quote: Quote, figures: Figures) -> WhyState:
    """How a line's price comes about: price, offers, points, tax, what it earns."""
    words, basket_line = figures.words, line.line
    product = basket_line.product
    each = figures.money(basket_line.unit_price_minor)
    quantity = figures.quantity(product, basket_line.quantity_milli)
    names = {offer.offer_id: offer for offer in quote.offers}
    rows = _blocked(basket_line.number, quote, figures)
    rows += _list_rows(line, quote, figures)
    rows += [_figure(f"{quantity} × {each}", figures.money(basket_line.gross_minor))]
    for offer_id, share in line.offers:
        offer = names.get(offer_id)
        rows.append(_figure(offer.name if offer else offer_id, figures.money(-share)))
        rows += [_row(WhyIs.HELD, r, figures) for r in (offer.reasons if offer else ())]
    if line.redeemed_minor:
        rows.append(_figure(words("why.paid_with_points"), figures.money(-line.redeemed_minor)))
    rate = words("why.tax", rate=rate_text_percent(line))
    rows.append(_figure(rate, figures.money(line.tax_minor)))
    rows.append(_figure(words("why.line_net"), figures.money(line.net_minor)))
    for wallet, points in line.earned:
        text = words("why.line_earns", wallet=figures.wallet_name(wallet))
        rows.append(_figure(text, figures.signed_points(wallet, points)))
    if not product.earning:
        rows.append(WhyRow(kind=WhyIs.FAILED, text=words("why.earns_nothing")))
    if not product.discountable:
        rows.append(WhyRow(kind=WhyIs.FAILED, text=words("why.no_offers")))
    return WhyState(
        title=words("why.title", name=product.name),
        verdict=words("why.line_verdict", amount=figures.money(line.net_minor)),
        rows=tuple(rows),
        rule=rule_text(quote, figures),
    )


def _list_rows(line: QuoteLine, quote: Quote, figures: Figures) -> list[WhyRow]:
    """What the shelf says and what each price list asks, with why it counts or does not."""
    tried = [one for one in quote.prices if one.line == line.line.number]
    if not tried:
        return []
    shelf = line.line.on_shelf().unit_price_minor
    rows = [_figure(figures.words("why.shelf_price"), figures.money(shelf))]
    for one in tried:
        rows.append(_figure(one.name, figures.money(one.price_minor)))
        kind = WhyIs.HELD if one.counts else WhyIs.FAILED
        rows += [_row(kind, reason, figures) for reason in one.reasons]
    return rows


def applied_why(
    offer: AppliedOffer, quote: Quote, figures: Figures, *, loss_minor: int | None
) -> WhyState:
    """Why an offer applies, to which lines, and what the customer would pay without it."""
    words = figures.words
    lines = {line.line.number: line.line for line in quote.lines}
    rows = [_row(WhyIs.HELD, reason, figures) for reason in offer.reasons]
    rows.append(WhyRow(kind=WhyIs.HEADING, text=words("why.on_lines")))
    for number, share in offer.shares:
        name = lines[number].product.name if number in lines else str(number)
        rows.append(_figure(name, figures.money(-share)))
    if loss_minor is not None:
        rows.append(WhyRow(kind=WhyIs.HEADING, text=words("why.without")))
        said = words("why.pays_more", amount=figures.money(loss_minor))
        rows.append(WhyRow(kind=WhyIs.WORDS, text=said))
    return WhyState(
        title=words("why.title", name=offer.name),
        verdict=words("why.applied", amount=figures.money(-offer.amount_minor)),
        rows=tuple(rows),
        rule=rule_text(quote, figures),
    )


def refused_why(offer: RefusedOffer, quote: Quote, figures: Figures) -> WhyState:
    """Why an offer does not apply: what is missing."""
    words = figures.words
    rows = [_row(WhyIs.FAILED, reason, figures) for reason in offer.reasons]
    verdict = words("why.not_now")
    if offer.declined:
        verdict = words("why.removed")
        if offer.loss_minor:
            said = words("why.if_used", amount=figures.money(offer.loss_minor))
            rows.append(WhyRow(kind=WhyIs.WORDS, text=said))
    return WhyState(
        title=words("why.title", name=offer.name),
        verdict=verdict,
        holds=False,
        rows=tuple(rows),
        rule=rule_text(quote, figures),
    )


def proposal_why(proposal: Proposal, quote: Quote, figures: Figures) -> WhyState:
    """What something that the member owns would save, what it costs, or why it cannot be used."""
    words = figures.words
    holds = bool(proposal.gain_minor)
    kind = WhyIs.HELD if holds else WhyIs.FAILED
    rows = [_row(kind, reason, figures) for reason in proposal.reasons]
    verdict = words("why.not_now")
    if holds:
        verdict = words("why.usable", amount=figures.money(proposal.gain_minor))
        rows.append(WhyRow(kind=WhyIs.HEADING, text=words("why.if_it_were_used")))
        if proposal.uses.cost is not None:
            wallet, points = proposal.uses.cost
            label = words("why.costs_points", wallet=figures.wallet_name(wallet))
            rows.append(_figure(label, figures.points(wallet, points)))
        to_pay = figures.money(quote.payable_minor - proposal.gain_minor)
        rows.append(_figure(words("why.then_to_pay"), to_pay))
    return WhyState(
        title=words("why.title", name=proposal.name),
        verdict=verdict,
        holds=holds,
        rows=tuple(rows),
        rule=rule_text(quote, figures),
    )


def choice_why(about: str, quote: Quote, figures: Figures) -> WhyState:
    """What marking something on the sale, giving to a cause, or a goal on its way means."""
    words = figures.words
    chip = next((one for one in chip_states(quote, figures) if one.id == about), None)
    if chip is None:
        return WhyState(title=figures.words("why.title_plain"), rule=rule_text(quote, figures))
    code = f"why.{about.partition(':')[0]}_means"
    figures_of_it = (_figure(words("why.goal_way"), chip.amount),) if chip.share is not None else ()
    return WhyState(
        title=figures.words("why.title", name=chip.title),
        verdict=chip.sub,
        holds=chip.kind is ChipIs.APPLIED,
        rows=(WhyRow(kind=WhyIs.WORDS, text=words(code)), *figures_of_it),
        rule=rule_text(quote, figures),
    )


def points_why(wallet: str, quote: Quote, figures: Figures) -> WhyState:
    """Why so many points can be spent, are spent, or none."""
    words = figures.words
    name = figures.wallet_name(wallet)
    applied = next((r for r in quote.redemptions if r.wallet == wallet), None)
    usable = next((u for u in quote.usable if u.wallet == wallet), None)
    rows: list[WhyRow] = []
    title, verdict, holds = words("why.title", name=name), words("why.not_now"), False
    if applied is not None:
        title = words("why.title", name=points_title(wallet, applied.points, figures))
        verdict = words("why.applied", amount=figures.money(-applied.amount_minor))
        rows += [_row(WhyIs.HELD, reason, figures) for reason in applied.reasons]
        holds = True
    elif usable is not None and usable.most_points:
        title = words("why.title", name=points_title(wallet, usable.most_points, figures))
        verdict = words("why.usable", amount=figures.money(usable.most_minor))
        rows += [_row(WhyIs.HELD, reason, figures) for reason in usable.reasons]
        holds = True
    elif usable is not None:
        rows += [_row(WhyIs.FAILED, reason, figures) for reason in usable.reasons]
    if usable is not None:
        rows.append(_figure(words("why.balance"), figures.points(wallet, usable.balance)))
        if applied is None and usable.most_points:
            rows.append(WhyRow(kind=WhyIs.HEADING, text=words("why.if_it_were_used")))
            left = figures.points(wallet, usable.balance - usable.most_points)
            rows.append(_figure(words("why.left"), left))
            to_pay = figures.money(quote.payable_minor - usable.most_minor)
            rows.append(_figure(words("why.then_to_pay"), to_pay))
    return WhyState(
        title=title, verdict=verdict, holds=holds, rows=tuple(rows), rule=rule_text(quote, figures)
    )


def earning_why(quote: Quote, figures: Figures) -> WhyState:
    """How many points the sale earns, on what, and from when they count."""
    words = figures.words
    rows: list[WhyRow] = []
    verdict = words("why.earns_none")
    for earning in quote.earnings:
        points = figures.signed_points(earning.wallet, earning.points)
        if len(quote.earnings) > 1:
            rows.append(WhyRow(kind=WhyIs.HEADING, text=figures.wallet_name(earning.wallet)))
        if earning is quote.earnings[0]:
            verdict = words("why.earns", points=points)
        rows += _earning_rows(earning, quote, figures)
    return WhyState(
        title=words("why.earning_title"),
        verdict=verdict,
        rows=tuple(rows),
        rule=rule_text(quote, figures),
    )


def _earning_rows(earning: Earning, quote: Quote, figures: Figures) -> list[WhyRow]:
    words = figures.words
    lines = {line.line.number: line.line for line in quote.lines}
    rows = [_figure(words("why.earn_base"), figures.money(earning.base_minor))]
    rows += [_row(WhyIs.HELD, reason, figures) for reason in earning.reasons]
    for number, share in earning.shares:
        if share and number in lines:
            points = figures.signed_points(earning.wallet, share)
            rows.append(_figure(lines[number].product.name, points))
    if earning.usable_from is not None and earning.usable_from > quote.day:
        said = words("why.usable_from", day=figures.day(earning.usable_from))
        rows.append(WhyRow(kind=WhyIs.WORDS, text=said))
    if earning.last_day is not None:
        last = earning.last_day
        said = words("why.good_through", day=figures.day(last), year=last.year)
        rows.append(WhyRow(kind=WhyIs.WORDS, text=said))
    return rows


def rule_text(quote: Quote, figures: Figures) -> str:
    """Which rules said so, small and last."""
    programme = quote.programme
    return figures.words("why.rule", name=programme.id, version=programme.version)


def rate_text_percent(line: QuoteLine) -> str:
    """A tax rate in per cent: 13."""
    return rate_text(line.tax_rate * 100)


def _row(kind: WhyIs, reason: Reason, figures: Figures) -> WhyRow:
    return WhyRow(kind=kind, text=reason_text(reason, figures))


def _figure(text: str, amount: str) -> WhyRow:
    return WhyRow(kind=WhyIs.FIGURE, text=text, amount=amount)
