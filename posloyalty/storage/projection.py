"""What the journal says that the book's tables hold: each event's rows, and running sums.

Shape: a `Projection` is told every event in the order of the journal and answers the rows that it
leaves, by table and in the tables' column order, made by the same functions that wrote them. What
is a sum over many events (accounts, what remains of lots, tier levels, rights, members' visits) it
keeps in memory, some 150 bytes each. `audit` holds the stored tables against it; `rebuild` makes
them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeGuard

from posloyalty.domain.engine.consequences import Consequences, MetTier
from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.ledger.right import Right, RightMove, after_change
from posloyalty.domain.ledger.transfer import Account, Transfer
from posloyalty.services.members.no_more import purchases_in
from posloyalty.storage.repositories.acts import act_row
from posloyalty.storage.repositories.audit import audit_row
from posloyalty.storage.repositories.goods import goods_rows
from posloyalty.storage.repositories.ledger_rows import (
    account_id,
    lot_row,
    tier_rows,
    transfer_rows,
    use_rows,
)
from posloyalty.storage.repositories.meters import meter_rows
from posloyalty.storage.repositories.payments import payment_row
from posloyalty.storage.repositories.refunds import (
    refund_line_rows,
    refund_row,
    refund_tender_rows,
    uncounted,
)
from posloyalty.storage.repositories.rights import change_rows, right_row
from posloyalty.storage.repositories.sales import (
    line_rows,
    sale_row,
    share_rows,
    tax_rows,
    tender_rows,
)
from posloyalty.storage.repositories.tills import till_row
from posloyalty.storage.shift_audit import ShiftAudit
from posloyalty.storage.tables import LOT
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of
from posloyalty.sync.fold import MERGE
from posloyalty.sync.refund_event import refund_of
from posloyalty.sync.sale_event import sale_of

Row = tuple[Any, ...]


class Projection:
    """The running state of one reading of a journal."""

    def __init__(self) -> None:
        self.accounts: dict[bytes, list[int]] = {}
        self.names: dict[bytes, Account] = {}
        self.lots: dict[bytes, int] = {}
        self.tiers: dict[tuple[Any, ...], dict[str, object]] = {}
        self.visits: dict[bytes, list[int]] = {}
        self.rights: dict[bytes, tuple[int, Right]] = {}
        self.shifts = ShiftAudit(self.kind_of)

    def rows(self, seq: int, event: events.Event | events.Opaque) -> dict[str, list[Row]]:
        """The rows that an event leaves, by table, lots without what remains of them; its sums are
        added on the way.
        """
        expected: dict[str, list[Row]] = self.shifts.rows(seq, event)
        if isinstance(event, events.Event):
            audited = audit_row(seq, event)
            expected["audit_entry"] = [] if audited is None else [audited]
        if isinstance(event, events.Sale):
            expected |= self._sale(seq, event)
        if isinstance(event, events.Refund):
            expected |= self._refund(seq, event)
        if isinstance(event, events.Heard) or _claims(event) or _merges(event):
            for member_id, more in purchases_in(consequences_of(event)).items():
                self.visits.setdefault(member_id, [0, 0])[0] += more
        if isinstance(event, events.Act):
            expected["act"] = [act_row(seq, event)]
        if isinstance(event, events.Payment):
            expected["payment_step"] = [payment_row(seq, event)]
        if isinstance(event, events.TillTrust):
            expected["till_trust"] = [till_row(seq, event)]
        if isinstance(event, events.Goods):
            expected["goods_told"] = goods_rows(seq, event)
        if isinstance(event, Doing):
            expected |= self._done(seq, consequences_of(event))
        return expected

    def account_rows(self) -> dict[bytes, Row]:
        """The rows of `account`, by id."""
        return {
            key: (key, name.ledger, name.kind.value, name.owner, *self.accounts[key])
            for key, name in self.names.items()
        }

    def tier_rows(self) -> dict[tuple[Any, ...], Row]:
        """The rows of `tier_holding`, by member, scheme and level."""
        return {key: tuple(row.values()) for key, row in self.tiers.items()}

    def right_rows(self) -> dict[bytes, Row]:
        """The rows of `held_right`, by id."""
        return {key: right_row(seq, right) for key, (seq, right) in self.rights.items()}

    def kind_of(self, right_id: bytes) -> str:
        """The kind of a right; empty for one that is not known."""
        _seq, right = self.rights.get(right_id, (0, None))
        return "" if right is None else right.kind

    def _sale(self, seq: int, event: events.Sale) -> dict[str, list[Row]]:
        sale = sale_of(event)
        if sale.member_id is not None:
            visit = self.visits.setdefault(sale.member_id, [0, 0])
            visit[0] += 1
            visit[1] = seq
        return {
            "sale": [sale_row(seq, sale)],
            "sale_line": line_rows(seq, sale),
            "line_share": share_rows(seq, sale),
            "sale_tax": tax_rows(seq, sale),
            "sale_tender": tender_rows(seq, sale),
        }

    def _refund(self, seq: int, event: events.Refund) -> dict[str, list[Row]]:
        refund = refund_of(event)
        if refund.member_id is not None:
            visit = self.visits.setdefault(refund.member_id, [0, 0])
            visit[0] += uncounted(refund, consequences_of(event))
        return {
            "refund": [refund_row(seq, refund)],
            "refund_line": refund_line_rows(seq, refund),
            "refund_tender": refund_tender_rows(seq, refund),
        }

    def _moved(self, seq: int, moved: Sequence[Transfer]) -> dict[str, list[Row]]:
        lots: list[Row] = []
        for transfer in moved:
            for side, account in enumerate((transfer.debit, transfer.credit)):
                key = account_id(account)
                self.names[key] = account
                self.accounts.setdefault(key, [0, 0])[side] += transfer.amount
            if transfer.opens is not None:
                lots.append(without_remaining(lot_row(seq, transfer.opens)))
                self.lots[transfer.opens.id] = transfer.opens.original
        for transfer in moved:
            for use in transfer.uses:
                self.lots[use.lot_id] = self.lots.get(use.lot_id, 0) - use.amount
        return {
            "transfer": transfer_rows(seq, moved),
            "lot": lots,
            "lot_use": use_rows(seq, moved),
        }

    def _done(self, seq: int, does: Consequences) -> dict[str, list[Row]]:
        self._met(seq, does.tiers)
        for change in does.rights:
            if change.move is RightMove.ISSUE and change.opens is not None:
                self.rights[change.right_id] = (seq, change.opens)
            elif change.right_id in self.rights:
                opened, right = self.rights[change.right_id]
                self.rights[change.right_id] = (opened, after_change(right, change))
        return self._moved(seq, does.transfers) | {
            "right_change": change_rows(seq, does.rights),
            "meter_entry": meter_rows(seq, does.meters),
        }

    def _met(self, seq: int, tiers: Sequence[MetTier]) -> None:
        for row in tier_rows(seq, tiers):
            key = (row["member_id"], row["scheme"], row["level"])
            self.tiers[key] = row


def _merges(event: events.Event | events.Opaque) -> TypeGuard[events.Act]:
    """Whether two records became one at a till without head office: purchases go over."""
    return isinstance(event, events.Act) and event.kind == MERGE


def _claims(event: events.Event | events.Opaque) -> TypeGuard[events.Act]:
    """Whether a sale of nobody's became a member's."""
    return isinstance(event, events.Act) and event.kind == Trigger.CLAIM.value


_REMAINING: Final = list(LOT.columns.keys()).index("remaining")


def without_remaining(row: Row) -> Row:
    """A lot's row with its running sum masked: that is a sum."""
    return (*row[:_REMAINING], None, *row[_REMAINING + 1 :])


def with_remaining(row: Row, remaining: int) -> Row:
    """The same row with what remains of it."""
    return (*row[:_REMAINING], remaining, *row[_REMAINING + 1 :])
