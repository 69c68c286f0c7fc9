"""Approval on the spot: somebody with the authority answers for an act with their PIN.

A wrong PIN slows down and is journalled as at the sign-in, for it is the sign-in's own check. The
approval itself writes nothing: the act that it lets happen names who approved, and why.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.shop.authority import Approval, Authority, Need
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.sign_in import PinRefused, SignIn


class Approvals:
    """Who may approve what."""

    def __init__(self, sign_in: SignIn, authority: Callable[[], Authority]) -> None:
        self._sign_in = sign_in
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
        if not self._authority().permits(answer.operator, need):
            raise ServiceRefusal("NOT_ALLOWED", name=answer.operator.name)
        return Approval(answer.operator, reason)
