"""What partners report: points that were issued or spent with them, each row booked once.

Shape: `report` books one row. A row is known by the partner and its number, so that a file that is
taken in twice gives nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works.partners import ISSUE, KIND, REDEEM
from posloyalty.domain.programme.kinds.partner import Partner
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.refusal import ServiceRefusal


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """A row of a partner's statement; points in the wallet's minor units, spent ones negative."""

    partner: str
    row: str
    member_id: bytes
    points: int


class Partners(Grounded):
    """What partners report."""

    def __init__(self, ground: Ground, *, acts: ProgrammeActs) -> None:
        super().__init__(ground)
        self._acts = acts

    def report(self, row: PartnerRow, operator: Operator) -> Acted:
        """Book a row; the same again books nothing.

        Raises `ServiceRefusal` NO_PROGRAMME, NO_SUCH_PARTNER, NOTHING_TO_RECORD, AGREEMENT_OVER,
        PARTNER_LIMIT or POINTS_SHORT.
        """
        with self._book.read() as reader:
            programme = self._in_effect(reader)
        if programme.find(Partner, row.partner) is None:
            raise ServiceRefusal("NO_SUCH_PARTNER", name=row.partner)
        if not row.points:
            raise ServiceRefusal("NOTHING_TO_RECORD")
        happening = Happening(
            trigger=Trigger.ACTIVITY,
            recorded=Recorded(
                what=row.partner,
                quantity=abs(row.points),
                evidence=((KIND, ISSUE if row.points > 0 else REDEEM), ("row", row.row)),
            ),
            member_id=row.member_id,
        )
        event_id = derive_id("partner-row", programme.id, row.partner, row.row)
        return self._acts.record(happening, operator, event_id=event_id)
