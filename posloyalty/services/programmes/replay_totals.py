"""What a replay came to, member by member, as of the end of a day.

Shape: `totals` gives one frozen `MemberTotal` per member, in the order of their numbers. Balance
and level are what the member panel would show on that day; earned and expired are summed from the
journal's own bytes, expired together with what has run out since the member's last sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.members.member_state import state_of
from posloyalty.services.ports import Book, Reader
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events

_EARNED = {TransferCode.EARN.value, TransferCode.BONUS.value, TransferCode.OPENING.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTotal:
    """Points of the first wallet in its minor units; `tier` is a level's id or empty."""

    member: str
    earned: int
    expired: int
    balance: int
    tier: str


@dataclass(slots=True)
class _Posted:
    """Points of one ledger by member, as the journal has them."""

    earned: dict[str, int] = field(default_factory=dict)
    expired: dict[str, int] = field(default_factory=dict)
    last_day: str = ""


def totals(
    book: Book, programme: Programme, members: Mapping[str, bytes], as_of: date
) -> list[MemberTotal]:
    """The totals of these members (number -> id); refuses AS_OF_TOO_EARLY (`day`)."""
    ledger = programme.ledger(programme.wallets[0].id)
    with book.read() as reader:
        posted = _posted(reader, ledger)
        if posted.last_day > as_of.isoformat():
            raise ServiceRefusal("AS_OF_TOO_EARLY", day=posted.last_day)
        return [
            _total(reader, programme, posted, number, members[number], as_of)
            for number in sorted(members)
        ]


def _posted(reader: Reader, ledger: str) -> _Posted:
    posted = _Posted()
    for stored in reader.journal.events():
        if stored.kind not in ("sale", "opening"):
            continue
        event = events.decode(stored.body)
        if isinstance(event, events.Sale):
            posted.last_day = max(posted.last_day, event.day)
            _sum(posted, ledger, event.post)
        elif isinstance(event, events.Opening):
            _sum(posted, ledger, event.post)
    return posted


def _sum(posted: _Posted, ledger: str, posts: Iterable[events.Post]) -> None:
    for post in posts:
        if post.ledger != ledger:
            continue
        if post.code in _EARNED and post.cr[0] == AccountKind.MEMBER.value:
            posted.earned[post.cr[1]] = posted.earned.get(post.cr[1], 0) + post.n
        elif post.code == TransferCode.EXPIRE.value:
            posted.expired[post.dr[1]] = posted.expired.get(post.dr[1], 0) + post.n


def _total(
    reader: Reader,
    programme: Programme,
    posted: _Posted,
    number: str,
    member_id: bytes,
    as_of: date,
) -> MemberTotal:
    state = state_of(reader, programme, member_id, as_of)
    if state is None:
        raise ServiceRefusal("NO_SUCH_MEMBER")
    wallet = wallet_states(programme, state, as_of)[0]
    ledger, owner = programme.ledger(wallet.wallet), member_id.hex()
    run_out = sum(
        lot.remaining
        for lot in state.lots
        if lot.account.ledger == ledger and lot.expired_on(as_of)
    )
    tiers = tier_states(programme, state, as_of)
    return MemberTotal(
        member=number,
        earned=posted.earned.get(owner, 0),
        expired=posted.expired.get(owner, 0) + run_out,
        balance=wallet.balance,
        tier=(tiers[0].level or "") if tiers else "",
    )
