"""Spending points: the largest useful amount stands there, Enter takes it; or less, in steps.

Shape: `RedeemState` for one wallet: what is keyed in, what it is worth, what stays, what is then to
pay. The worth is the engine's: the basket with this wish is quoted, the newest wish only. When
nothing can be spent, the reasons stand there instead of the pad. Where this till may hand out less
by itself than the member has, it says why, and somebody with more authority may approve more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.engine.quote import Quote, UsableRedemption
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.operator import Right
from posloyalty.domain.values.fixed_point import BadNumber, format_fixed, parse_fixed
from ui.presenters.amounts import Figures
from ui.presenters.approval import ask_approval
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of
from ui.presenters.newest import NewestOnly
from ui.presenters.number_entry import NumberEntry
from ui.presenters.ports import Sheet, Sound
from ui.presenters.reason_text import BY_WORD, WITHIN_LEASE, reason_text
from ui.presenters.session import Session

NEED: Final = Need(Right.WAIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletTab:
    """One of several wallets."""

    wallet: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemState:
    """The sheet; `refused` holds the reasons when nothing can be spent, `approve` what somebody
    with more authority may let the member spend.
    """

    title: str = ""
    tabs: tuple[WalletTab, ...] = ()
    balance: str = ""
    label: str = ""
    amount: str = ""
    amount_points: int = 0
    fresh: bool = False
    whole: bool = True
    worth: str = ""
    left: str = ""
    to_pay: str = ""
    steps: str = ""
    finding: str = ""
    refused: tuple[str, ...] = ()
    ok: str = ""
    ready: bool = False
    can_remove: bool = False
    approve: str = ""


class RedeemPresenter(Presenter[RedeemState]):
    """Chooses how many points the open sale spends."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(RedeemState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._sale = self._counter.sale
        self._wallet = ""
        self._entry = NumberEntry()
        self._tried: Quote | None = None
        self._tried_points = 0
        self._open = False
        self._trying = NewestOnly[Basket, Quote](
            session.lanes.look_up,
            job=self._sale.quote_of,
            done=self._tried_it,
            failed=self._counter.say_fault,
        )
        self._counter.subscribe(self._sale_changed)

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Propose the largest useful amount of the first wallet that has one."""
        self._open = True
        usable = self._usable_all()
        best = max(usable, key=lambda u: u.most_minor, default=None)
        self._wallet = str(arguments.get("wallet") or ("" if best is None else best.wallet))
        self._propose()

    def closed(self) -> None:
        """The sheet closed."""
        self._open = False
        self._trying.forget()

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def typed(self, character: str) -> None:
        """A digit; the first one replaces the proposal."""
        self._change(self._entry.typed(character))

    # Keys and taps

    def choose_wallet(self, wallet: str) -> None:
        """Another wallet's tab."""
        self._wallet = wallet
        self._propose()

    def backspace(self) -> None:
        """The last digit goes."""
        self._change(self._entry.backspace())

    def clear(self) -> None:
        """All digits go."""
        self._change(self._entry.clear())

    def up(self) -> None:
        """One step more, as far as it is of use."""
        self._step(1)

    def down(self) -> None:
        """One step less."""
        self._step(-1)

    def enter(self) -> None:
        """Spend what stands there, and close."""
        if not self.state.ready:
            if self.state.finding:
                self._counter.refuse(self._refusal())
            return
        self._sale.redeem(self._wallet, self._points())
        self._session.sounds.play(Sound.UNDERSTOOD)
        self._session.navigator.close_sheet()

    def main_action(self) -> None:
        """F12 is the Pay button beside the sheet: pay what stands on it."""
        self._session.navigator.close_sheet()
        self._counter.pay()

    def approve(self) -> None:
        """F9: somebody with more authority lets the member spend more than this till may."""
        if not self.state.approve:
            return
        wallet = self._wallet

        def approved(approval: Approval) -> None:
            self._sale.approve(approval)
            self._session.navigator.open_sheet(Sheet.REDEEM, wallet=wallet)

        ask_approval(self._session, NEED, what=lambda: self._by_word(wallet), done=approved)

    def remove(self) -> None:
        """Spend none of this wallet."""
        if self.state.can_remove:
            self._sale.redeem(self._wallet, 0)
            self._session.navigator.close_sheet()
            self._counter.said_with_undo("sale.points_kept")

    def escape(self) -> None:
        """Close the sheet."""
        self._session.navigator.close_sheet()

    # The work

    def _usable_all(self) -> tuple[UsableRedemption, ...]:
        return () if self._sale.quote is None else self._sale.quote.usable

    def _usable(self) -> UsableRedemption | None:
        return next((u for u in self._usable_all() if u.wallet == self._wallet), None)

    def _spent(self) -> int:
        quote = self._sale.quote
        applied = () if quote is None else quote.redemptions
        return next((r.points for r in applied if r.wallet == self._wallet), 0)

    def _decimals(self) -> int:
        return self._counter.figures.decimals(self._wallet)

    def _points(self) -> int:
        try:
            return parse_fixed(self._entry.text, decimals=self._decimals())
        except BadNumber:
            return 0

    def _propose(self) -> None:
        usable = self._usable()
        most = 0 if usable is None else usable.most_points
        text = format_fixed(most, decimals=self._decimals(), grouping=False) if most else ""
        self._change(NumberEntry(decimals=self._decimals()).propose(text))

    def _step(self, by: int) -> None:
        usable = self._usable()
        if usable is None or not usable.most_points:
            return
        step = max(1, usable.step_points)
        points = self._points() // step * step + by * step
        points = max(usable.least_points, min(usable.most_points, points))
        text = format_fixed(points, decimals=self._decimals(), grouping=False)
        self._change(NumberEntry(decimals=self._decimals()).propose(text))

    def _change(self, entry: NumberEntry) -> None:
        self._entry = entry
        basket, points = self._sale.basket, self._points()
        self._tried = None
        if basket is not None and points and self._open and not self._finding():
            wish = Redemption(wallet=self._wallet, points=points)
            self._trying.ask(basket.redeeming(wish, wallet=self._wallet))
        else:
            self._trying.forget()
        self._tell()

    def _tried_it(self, basket: Basket, quote: Quote) -> None:
        self._tried = quote
        self._tell()

    def _sale_changed(self) -> None:
        if not self._open:
            return
        if self._entry.fresh and self._sale.fresh:
            self._propose()
        else:
            self._tell()

    def _refusal(self) -> str:
        """What the message line says of the keyed amount: the finding, and why where the sheet's
        one line has no room for it.
        """
        usable, figures = self._usable(), self._counter.figures
        if usable is None or self._points() <= usable.most_points or not _till_bounds(usable):
            return self.state.finding
        most = figures.points(usable.wallet, usable.most_points)
        why = reason_text(usable.reasons[1], figures)
        return self._session.words("sale.redeem_too_many_here", points=most, why=why)

    def _finding(self) -> str:
        """What is wrong with the keyed amount, on one line; empty when nothing is."""
        usable, points = self._usable(), self._points()
        words, figures = self._session.words, self._counter.figures
        if usable is None or not points:
            return ""
        if points > usable.most_points:
            most = figures.points(usable.wallet, usable.most_points)
            if _till_bounds(usable):
                return words("sale.redeem_most_here", points=most)
            return words("sale.redeem_too_many", points=most)
        if points < usable.least_points:
            least = figures.points(usable.wallet, usable.least_points)
            return words("sale.redeem_too_few", points=least)
        # The engine may value the largest useful amount beside the steps.
        if usable.step_points > 1 and points % usable.step_points and points < usable.most_points:
            step = figures.points(usable.wallet, usable.step_points)
            return words("sale.redeem_steps", points=step)
        return ""

    # Wording

    def _approve(self, wallet: str) -> str:
        """The words of the button; empty where an approval changes nothing."""
        more = self._more(wallet)
        most = 0 if more is None else dict(more.facts).get("most_points")
        if not isinstance(most, int) or not most:
            return ""
        points = self._counter.figures.points(wallet, most)
        return self._session.words("sale.redeem_approve", points=points)

    def _by_word(self, wallet: str) -> str:
        """What somebody with more authority is asked for."""
        more = self._more(wallet)
        return "" if more is None else reason_text(more, self._counter.figures)

    def _more(self, wallet: str) -> Reason | None:
        found = next((one for one in self._usable_all() if one.wallet == wallet), None)
        if found is None:
            return None
        return next((one for one in found.reasons if one.code == BY_WORD), None)

    def _tell(self) -> None:
        usable = self._usable()
        words, figures = self._session.words, self._counter.figures
        wallets = self._usable_all()
        tabs = tuple(
            WalletTab(
                wallet=u.wallet,
                name=figures.wallet_name(u.wallet),
                chosen=u.wallet == self._wallet,
            )
            for u in wallets
        )
        tabs = tabs if len(tabs) > 1 else ()
        if usable is None or not usable.most_points:
            self._show(self._worded_refusal(usable, figures, tabs))
            return
        points, finding = self._points(), self._finding()
        worth, to_pay = self._worth(figures)
        left = figures.points(usable.wallet, usable.balance - points)
        self._show(
            RedeemState(
                title=words("sale.redeem_title"),
                tabs=tabs,
                balance=self._balance(usable, figures),
                label=words("sale.redeem_label"),
                amount=self._entry.text,
                amount_points=points,
                fresh=self._entry.fresh,
                whole=self._decimals() == 0,
                worth=worth,
                left=words("sale.redeem_left", points=left) if not finding else "",
                to_pay=to_pay,
                # Beside what the till may hand out, one line has no room for more.
                steps="" if _till_bounds(usable) else self._steps(usable, figures),
                finding=finding,
                ok=words("sale.redeem_ok", points=figures.points(usable.wallet, points))
                if points
                else words("sale.redeem_none"),
                ready=bool(points) and not finding,
                can_remove=bool(self._spent()),
                approve=self._approve(self._wallet),
            )
        )

    def _balance(self, usable: UsableRedemption, figures: Figures) -> str:
        """What there is to use; where this till may not hand out all of it, what it may."""
        points = figures.points(usable.wallet, usable.balance)
        if not _till_bounds(usable):
            return figures.words("sale.redeem_balance", points=points)
        most = figures.points(usable.wallet, usable.most_points)
        return figures.words("sale.redeem_balance_here", most=most, points=points)

    def _has(self, usable: UsableRedemption, figures: Figures) -> str:
        """What there is where none of it can be used; no more is said of it than that."""
        if _till_bounds(usable):
            return self._balance(usable, figures)
        points = figures.points(usable.wallet, usable.balance)
        return figures.words("sale.redeem_has", points=points)

    def _worded_refusal(
        self, usable: UsableRedemption | None, figures: Figures, tabs: tuple[WalletTab, ...]
    ) -> RedeemState:
        words = figures.words
        reasons = () if usable is None else usable.reasons
        told = tuple(reason_text(one, figures) for one in reasons if one.code != BY_WORD)
        return RedeemState(
            title=words("sale.redeem_title"),
            tabs=tabs,
            balance="" if usable is None else self._has(usable, figures),
            refused=told or (words("sale.redeem_nothing"),),
            can_remove=bool(self._spent()),
            approve="" if usable is None else self._approve(usable.wallet),
        )

    def _worth(self, figures: Figures) -> tuple[str, str]:
        """What the wish is worth and what is then to pay, once the engine said so."""
        if self._tried is None:
            return "", ""
        applied = next((r for r in self._tried.redemptions if r.wallet == self._wallet), None)
        if applied is None:
            return "", ""
        return (
            figures.words("sale.redeem_worth", amount=figures.money(applied.amount_minor)),
            figures.words("sale.redeem_to_pay", amount=figures.total(self._tried.payable_minor)),
        )

    def _steps(self, usable: UsableRedemption, figures: Figures) -> str:
        if usable.step_points <= 1:
            return ""
        return figures.words(
            "sale.redeem_steps", points=figures.points(usable.wallet, usable.step_points)
        )


def _till_bounds(usable: UsableRedemption) -> bool:
    """Whether it is what the till may hand out by itself that bounds it."""
    return bool(usable.reasons) and usable.reasons[0].code == WITHIN_LEASE
