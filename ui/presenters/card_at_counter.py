"""A member's card at the counter: shown for a camera, printed, written as PDF.

Shape: `CardShown` is what is turned to the member: a masked name, a code for the eye, the QR's
modules for their telephone; never a balance, a tier or a phone number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posloyalty.domain.members.member import masked_name
from posloyalty.domain.members.short_code import format_short_code
from ui.presenters.desks import Papers
from ui.presenters.ports import Failed, ToastKind
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.members.enrol_member import Enrolled, MemberCard
    from posloyalty.services.papers.receipt_printer import PrintResult

Modules = tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown:
    """A card turned to the member. `can_print` says that there is a printer."""

    member_id: bytes
    title: str
    subtitle: str
    name: str
    shop: str
    code: str
    qr: Modules
    can_print: bool


class CardAtCounter:
    """Holds the card that is shown. `came` is called when one is ready, `failed` when none is."""

    def __init__(
        self, session: Session, papers: Papers, *, came: Callable[[], None], failed: Failed
    ) -> None:
        self._session = session
        self._papers = papers
        self._came = came
        self._failed = failed
        self._card: MemberCard | None = None
        self.shown: CardShown | None = None

    def put_away(self) -> None:
        """Show no card any more."""
        self._card = self.shown = None

    def show_joined(self, enrolled: Enrolled) -> None:
        """The card of somebody who has just joined."""
        from posloyalty.services.members.enrol_member import MemberCard

        shop = self._session.shop
        card = MemberCard(
            member_id=enrolled.member.id,
            shop_name="" if shop is None else shop.name,
            token_text=enrolled.card_token_text,
            short_code=enrolled.short_code,
        )
        self._show(card, enrolled.member.profile.name, "member.joined", "member.joined_sub")

    def show(self, card: MemberCard, name: str) -> None:
        """The card of a member that was opened."""
        self._show(card, name, "member.card_title", "member.card_sub")

    def print(self) -> None:
        """Print the shown card on the receipt printer."""
        card, papers = self._card, self._papers
        if card is not None:
            self._say("member.card_printing", ToastKind.NEWS)
            self._session.lanes.printing(
                lambda: papers.print_card(card), self._printed, self._failed
            )

    def save(self) -> None:
        """Write the shown card as PDF."""
        card, papers = self._card, self._papers
        if card is not None:
            self._session.lanes.printing(
                lambda: papers.save_card(card),
                lambda path: self._say("member.card_saved", ToastKind.GOOD, path=path),
                self._failed,
            )

    def _show(self, card: MemberCard, name: str, title: str, subtitle: str) -> None:
        words, papers, shop = self._session.words, self._papers, self._session.shop
        masked = masked_name(name) or words("member.no_tier")

        def drawn(qr: Modules) -> None:
            self._card = card
            self.shown = CardShown(
                member_id=card.member_id,
                title=words(title, name=masked),
                subtitle=words(subtitle),
                name=masked,
                shop=card.shop_name,
                code=format_short_code(card.short_code),
                qr=qr,
                can_print=shop is not None and shop.printer.kind != "none",
            )
            self._came()

        # Encoding takes some ten milliseconds: not on the thread that paints.
        self._session.lanes.look_up(lambda: papers.matrix(card.token_text), drawn, self._failed)

    def _printed(self, result: PrintResult) -> None:
        if result.outcome == "printed":
            self._say("member.card_printed", ToastKind.GOOD)
            return
        words, condition = self._session.words, result.condition
        state = words(f"settings.printer_{condition.state}")
        if condition.detail:
            state = words(f"printer.{condition.detail}")
        self._say("member.card_not_printed", ToastKind.LOOK, state=state)

    def _say(self, code: str, kind: ToastKind, **facts: object) -> None:
        self._session.toasts.say(self._session.words(code, **facts), kind)
