"""What a member uses, in memory: passes and privileges with what is left of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.use_rights import PassView, PrivilegeView, Usable

COFFEES = PassView(
    right_id=b"thirty coffees..",
    id="coffee-30",
    name="30 coffees",
    uses=30,
    left=23,
    last_day=date(2027, 11, 21),
    why_not=None,
)
ENDED = replace(
    COFFEES,
    right_id=b"the coffees ago.",
    last_day=date(2026, 1, 31),
    why_not=Reason("PASS_ENDED", (("name", "30 coffees"), ("day", date(2026, 1, 31)))),
)
TRIAL = PrivilegeView(
    id="trial",
    name="Free trial",
    left=2,
    again=None,
    reserved=(),
    can_reserve=False,
    why_not=None,
)
NOTHING = Usable(passes=(), privileges=())


@dataclass
class FakeUseRights:
    """`usable` of every member; each use is remembered."""

    usable: Usable = NOTHING
    used: list[tuple[str, bytes | None]] = field(default_factory=list)
    given_back: list[tuple[str, Operator]] = field(default_factory=list)
    refuses: str = ""

    def of_member(self, member_id: bytes) -> Usable:
        return self.usable

    def use_pass(
        self, member_id: bytes, pass_id: str, operator: Operator, *, right_id: bytes | None = None
    ) -> None:
        if self.refuses:
            raise ServiceRefusal(self.refuses, name=pass_id)
        self.used.append((f"pass/{pass_id}", right_id))
        passes = tuple(
            replace(one, left=one.left - 1) if one.right_id == right_id else one
            for one in self.usable.passes
        )
        self.usable = replace(self.usable, passes=passes)

    def use_privilege(self, member_id: bytes, privilege_id: str, operator: Operator) -> None:
        self.used.append((f"privilege/{privilege_id}", None))

    def give_back(self, member_id: bytes, what: str, operator: Operator) -> None:
        self.given_back.append((what, operator))
