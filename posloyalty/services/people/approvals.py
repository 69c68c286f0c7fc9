"""Approval on the spot: somebody with the authority answers for an act, by PIN or badge.

A wrong PIN slows down and is journalled as at the sign-in, for it is the sign-in's own check. The
approval itself writes nothing: the act that it lets happen names who approved, and why.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.shop.authority import Approval, Authority, Need
from posloyalty.domain.shop.deeds import Deed, DeedKind
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.people.badges import Badges
from posloyalty.services.people.deeds import Deeds
from posloyalty.services.people.sign_in import PinRefused, SignIn
from posloyalty.services.refusal import ServiceRefusal


class Approvals:
    """Who may approve what."""

    def __init__(
        self, sign_in: SignIn, badges: Badges, deeds: Deeds, authority: Callable[[], Authority]
    ) -> None:
        self._sign_in = sign_in
        self._badges = badges
        self._deeds = deeds
        self._authority = authority

    def who_may(self, need: Need) -> tuple[Operator, ...]:
        """Those who can sign in and may do what is needed, the least authority first, by name."""
        authority = self._authority()
        found = [one for one in self._sign_in.operators() if authority.permits(one, need)]
        return tuple(sorted(found, key=lambda one: list(Role).index(one.role)))

    def by_pin(
        self, need: Need, operator_id: bytes, pin: str, reason: str = ""
    ) -> Approval | PinRefused:
        """Try somebody's PIN for an act. Refuses UNKNOWN_OPERATOR or NOT_ALLOWED."""
        answer = self._sign_in.sign_in(operator_id, pin)
        if isinstance(answer, PinRefused):
            return answer
        return self._given(need, answer.operator, reason)

    def by_badge(self, need: Need, text: str, reason: str = "") -> Approval:
        """Approve with somebody's badge. Refuses BADGE_UNKNOWN or NOT_ALLOWED."""
        operator = self._badges.owner(text)
        if operator is None:
            raise ServiceRefusal("BADGE_UNKNOWN")
        return self._given(need, operator, reason)

    def _given(self, need: Need, operator: Operator, reason: str) -> Approval:
        """Whoever lacks the authority is refused, and that they were asked is written down."""
        if not self._authority().permits(operator, need):
            refused = Deed(kind=DeedKind.APPROVAL_REFUSED, what=need.right.value)
            self._deeds.note([refused], operator)
            raise ServiceRefusal("NOT_ALLOWED", name=operator.name)
        return Approval(operator, reason)
