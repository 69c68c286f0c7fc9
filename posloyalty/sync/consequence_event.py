"""What an event does, as the event holds it, and back: nothing is lost and nothing is reckoned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from msgspec import UNSET, UnsetType

from posloyalty.domain.engine.consequences import Consequences, MetTier
from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.domain.values.ratio import Ratio
from posloyalty.sync import events

# Looked up, because an enumeration takes three times as long to find one of its own.
_CODES: Final[dict[str, TransferCode]] = {one.value: one for one in TransferCode}
_KINDS: Final[dict[str, AccountKind]] = {one.value: one for one in AccountKind}
_MOVES: Final[dict[str, RightMove]] = {one.value: one for one in RightMove}

_OF_A_MEMBER: Final = (events.Sale, events.Refund, events.Act)
"""As a tuple, in which an instance is looked for in a third of the time."""
Doing = events.Sale | events.Refund | events.Act | events.Opening | events.Heard
"""The events that change what somebody owns or has done."""


def consequences_of(event: Doing, at: datetime | None = None) -> Consequences:
    """Everything that an event does; `at` is its own instant, where that was read already."""
    event_id = bytes.fromhex(event.id)
    counts: tuple[events.Count, ...]
    member: str | UnsetType
    steps: tuple[events.RightStep, ...]
    if isinstance(event, _OF_A_MEMBER):
        counts, member, steps = event.meters, event.member, event.rights
    elif isinstance(event, events.Opening):
        counts, member, steps = events.earned_counts(event.post), UNSET, ()
    else:
        counts, member, steps = event.meters, UNSET, event.rights
    if at is None and counts:
        at = parse_instant(event.at)
    owner = bytes.fromhex(member) if counts and member is not UNSET else None
    return Consequences(
        transfers=tuple([_transfer(one, event_id) for one in event.post]) if event.post else (),
        tiers=tiers_of(event.tiers) if event.tiers else (),  # most events meet none
        rights=tuple([_change(step, event_id) for step in steps]) if steps else (),
        meters=_entries(counts, event_id, owner, event.at, at) if counts else (),
    )


def rights_changed(changes: Iterable[RightChange]) -> tuple[events.RightStep, ...]:
    """Changes of rights as an event holds them."""
    return tuple(
        events.RightStep(
            id=change.id.hex(),
            right=change.right_id.hex(),
            move=change.move.value,
            n=UNSET if change.amount == 1 else change.amount,
            opens=UNSET if change.opens is None else _opened(change.opens),
        )
        for change in changes
    )


def counted(
    meters: Iterable[MeterEntry], *, member_id: bytes | None, at: datetime
) -> tuple[events.Count, ...]:
    """Meter entries as an event holds them; its own member and instant are left out."""
    return tuple(
        events.Count(
            m=entry.meter,
            d=entry.day.isoformat(),
            n=entry.amount,
            owner=UNSET if entry.owner == member_id else entry.owner.hex(),
            at=UNSET if entry.at == at else format_instant(entry.at),
            undoes=UNSET if entry.undoes is None else entry.undoes.hex(),
        )
        for entry in meters
    )


def posts(transfers: Iterable[Transfer]) -> tuple[events.Post, ...]:
    """Transfers as an event holds them, in their order."""
    return tuple(_post(transfer) for transfer in transfers)


def tiers_met(tiers: Iterable[MetTier]) -> tuple[events.TierMet, ...]:
    """Tier levels as an event holds them."""
    return tuple(
        events.TierMet(
            member=met.member_id.hex(),
            scheme=met.holding.scheme,
            level=met.holding.level,
            met=met.holding.met_on.isoformat(),
            through=met.holding.through.isoformat(),
        )
        for met in tiers
    )


def tiers_of(tiers: Iterable[events.TierMet]) -> tuple[MetTier, ...]:
    """The tier levels that an event met."""
    return tuple(
        MetTier(
            bytes.fromhex(met.member),
            TierHolding(
                scheme=met.scheme,
                level=met.level,
                met_on=date.fromisoformat(met.met),
                through=date.fromisoformat(met.through),
            ),
        )
        for met in tiers
    )


def _entries(
    counts: Iterable[events.Count],
    event_id: bytes,
    member: bytes | None,
    told: str,
    at: datetime | None,
) -> tuple[MeterEntry, ...]:
    """The counts of an event. Most are its own member's at its own instant and undo nothing."""
    if member is None or at is None:
        return tuple([_entry(count, event_id, member, told, at) for count in counts])
    return tuple(
        [
            MeterEntry(
                meter=count.m,
                owner=member,
                day=date.fromisoformat(count.d),
                at=at,
                amount=count.n,
                event_id=event_id,
            )
            if count.owner is UNSET and count.at is UNSET and count.undoes is UNSET
            else _entry(count, event_id, member, told, at)
            for count in counts
        ]
    )


def _entry(
    count: events.Count, event_id: bytes, member: bytes | None, told: str, at: datetime | None
) -> MeterEntry:
    """A count of an event that was `told` at the instant `at`, as of its own instant if it has
    another one; of the event's `member`, where it has one, unless it names somebody else.
    """
    owner = member if count.owner is UNSET else bytes.fromhex(count.owner)
    if owner is None:
        raise events.BadEvent(f"the count of {count.m} has no owner")
    own_instant = count.at is UNSET or count.at == told
    then = at if own_instant or count.at is UNSET else parse_instant(count.at)
    assert at is not None
    assert then is not None
    return MeterEntry(
        meter=count.m,
        owner=owner,
        day=date.fromisoformat(count.d),
        at=then,
        amount=count.n,
        event_id=event_id,
        undoes=None if count.undoes is UNSET else bytes.fromhex(count.undoes),
        noted=None if own_instant else at,
    )


def _opened(right: Right) -> events.RightOpened:
    return events.RightOpened(
        kind=right.kind,
        of=right.of,
        pi=right.programme,
        owner=right.owner.hex() or UNSET,
        code=right.code or UNSET,
        uses=UNSET if right.uses == 1 else right.uses,
        first=UNSET if right.from_day is None else right.from_day.isoformat(),
        last=UNSET if right.last_day is None else right.last_day.isoformat(),
        held=True if right.held else UNSET,
        paid=right.paid_minor or UNSET,
        line=right.line or UNSET,
    )


def _change(step: events.RightStep, event_id: bytes) -> RightChange:
    right_id = bytes.fromhex(step.right)
    opens = None
    if step.opens is not UNSET:
        made = step.opens
        opens = Right(
            id=right_id,
            kind=made.kind,
            of=made.of,
            owner=b"" if made.owner is UNSET else bytes.fromhex(made.owner),
            programme=made.pi,
            code=made.code or "",
            uses=1 if made.uses is UNSET else made.uses,
            from_day=None if made.first is UNSET else date.fromisoformat(made.first),
            last_day=None if made.last is UNSET else date.fromisoformat(made.last),
            held=bool(made.held),
            paid_minor=made.paid or 0,
            origin=event_id,
            line=made.line or 0,
        )
    return RightChange(
        id=bytes.fromhex(step.id),
        right_id=right_id,
        move=_MOVES.get(step.move) or RightMove(step.move),
        event_id=event_id,
        amount=1 if step.n is UNSET else step.n,
        opens=opens,
    )


def _post(transfer: Transfer) -> events.Post:
    if transfer.debit.ledger != transfer.credit.ledger:
        raise ValueError("the two sides of a transfer belong to one ledger")
    opens = transfer.opens
    return events.Post(
        id=transfer.id.hex(),
        code=transfer.code.value,
        ledger=transfer.debit.ledger,
        dr=_side(transfer.debit),
        cr=_side(transfer.credit),
        n=transfer.amount,
        opens=UNSET if opens is None else _lot_opened(opens, transfer),
        uses=tuple((use.lot_id.hex(), use.amount) for use in transfer.uses) or UNSET,
        link=UNSET if transfer.link is None else transfer.link.hex(),
    )


def _lot_opened(lot: Lot, transfer: Transfer) -> events.LotOpened:
    # A lot opens whole and on the credit side; what the same event takes from it again is a use.
    if lot.account != transfer.credit or lot.original != transfer.amount:
        raise ValueError("a transfer opens a lot of its own amount on its credit side")
    cost = lot.shop_cost
    return events.LotOpened(
        id=lot.id.hex(),
        earned=lot.earned_on.isoformat(),
        usable=UNSET if lot.usable_from is None else lot.usable_from.isoformat(),
        last=UNSET if lot.last_day is None else lot.last_day.isoformat(),
        funder=lot.funder or UNSET,
        shop_cost=UNSET if cost is None else (cost.numerator, cost.denominator),
    )


def _transfer(post: events.Post, event_id: bytes) -> Transfer:
    credit = _account(post.ledger, post.cr)
    opens = None
    if post.opens is not UNSET:
        lot = post.opens
        opens = Lot(
            id=bytes.fromhex(lot.id),
            account=credit,
            original=post.n,
            remaining=post.n,
            earned_on=date.fromisoformat(lot.earned),
            usable_from=None if lot.usable is UNSET else date.fromisoformat(lot.usable),
            last_day=None if lot.last is UNSET else date.fromisoformat(lot.last),
            funder=lot.funder or "",
            shop_cost=None if lot.shop_cost is UNSET else Ratio(*lot.shop_cost),
        )
    uses: tuple[LotUse, ...] = ()
    if post.uses is not UNSET:
        uses = tuple([LotUse(bytes.fromhex(lot_id), amount) for lot_id, amount in post.uses])
    return Transfer(
        id=bytes.fromhex(post.id),
        code=_CODES.get(post.code) or TransferCode(post.code),
        debit=_account(post.ledger, post.dr),
        credit=credit,
        amount=post.n,
        event_id=event_id,
        opens=opens,
        uses=uses,
        link=None if post.link is UNSET else bytes.fromhex(post.link),
    )


def _side(account: Account) -> tuple[str, ...]:
    kind = account.kind.value
    return (kind, account.owner.hex()) if account.owner else (kind,)


def _account(ledger: str, side: tuple[str, ...]) -> Account:
    if len(side) == 1:
        return _shared(ledger, side[0])
    return Account(ledger, _KINDS.get(side[0]) or AccountKind(side[0]), bytes.fromhex(side[1]))


# Every sale of a programme names the same few.
@lru_cache(maxsize=256)
def _shared(ledger: str, kind: str) -> Account:
    """An account of the programme's own."""
    return Account(ledger, AccountKind(kind))
