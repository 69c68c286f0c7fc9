"""What returns take back of the points that a sale had earned: never more than that, by all tills.

Shape: `TakenBack` belongs to one fold of an owner, which tells it of sales. `within(one, stood)` is
a return's transfers, each with no more than earlier returns left of what it takes back. A till that
holds the sale names the earning by the transfer's `link`; another till knows the receipt alone, and
its transfer takes from all that the sale earned in that ledger. So two tills that could not ask one
another take points back once, the first of them in the order of events.

What was earned elsewhere than in this owner's events (by a record that is another name now, or by a
sale that has not arrived) bounds nothing: then the transfer is as the till wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from posloyalty.domain.ledger.transfer import AccountKind, Transfer, TransferCode
from posloyalty.sync import events
from posloyalty.sync.goods_back import came_back_to, sold_at
from posloyalty.sync.journals import Filed

_REVERSE: Final = TransferCode.REVERSE_EARN
_OWED: Final = TransferCode.DEBT
_GIVEN: Final = (TransferCode.EARN, TransferCode.BONUS)


def taken_from(one: Filed) -> frozenset[bytes]:
    """From whom a return takes earned points back, or has them owed; nobody for any other event."""
    if not isinstance(one.event, events.Refund):
        return frozenset()
    return frozenset(moved.debit.owner for moved in one.does.transfers if _takes_back(moved))


@dataclass(slots=True)
class TakenBack:
    """The sales of a fold, and what returns took back so far by the transfer that had earned it."""

    sales: list[Filed] = field(default_factory=list)
    taken: dict[bytes, int] = field(default_factory=dict)

    def within(self, one: Filed, stood: Mapping[bytes, Transfer]) -> Iterator[Transfer]:
        """A return's transfers; `stood` are the owner's that came before, by their id. One of which
        nothing is left is left out.
        """
        for moved in one.does.transfers:
            earned = self._earned(moved, one, stood) if _takes_back(moved) else None
            if earned is None:
                yield moved
                continue
            amount = self._take(moved.amount, earned)
            if amount:
                yield moved if amount == moved.amount else replace(moved, amount=amount)

    def _earned(
        self, moved: Transfer, one: Filed, stood: Mapping[bytes, Transfer]
    ) -> Sequence[Transfer] | None:
        """What a transfer takes back; None where these events do not say."""
        if moved.link is not None:
            named = stood.get(moved.link)
            return None if named is None else (named,)
        place = came_back_to(one)
        sold = (sale for sale in self.sales if sold_at(sale) == place)
        sale = None if place is None else next(sold, None)
        if sale is None:
            return None
        return [
            given
            for given in stood.values()
            if given.event_id == sale.event_id
            and given.code in _GIVEN
            and given.credit.kind is AccountKind.MEMBER
            and given.credit.ledger == moved.debit.ledger
        ]

    def _take(self, amount: int, earned: Iterable[Transfer]) -> int:
        """Note as much as is left of what was earned; returns how much that is."""
        wanted = amount
        for given in earned:
            gone = self.taken.get(given.id, 0)
            part = min(wanted, max(0, given.amount - gone))
            self.taken[given.id] = gone + part
            wanted -= part
        return amount - wanted


def _takes_back(moved: Transfer) -> bool:
    """Whether a return's transfer takes what was earned from a member, or has them owe it."""
    if moved.code is _REVERSE:
        return moved.debit.kind is AccountKind.MEMBER
    return moved.code is _OWED and moved.debit.kind is AccountKind.MEMBER_DEBT
