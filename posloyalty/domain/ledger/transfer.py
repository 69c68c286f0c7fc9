"""Transfers of points. Every transfer moves a positive amount from one account to another, so each
ledger sums to zero; balances are derived, never stored as truth.

Shape: an `Account` is (ledger, kind, owner). A ledger is one wallet of one programme, written
"<programme id>/<wallet id>"; ledgers never mix. A `Transfer` names the event that caused it; its id
is derived from that event's id and its place in the event, so that a replay finds it again.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from posloyalty.domain.values.ratio import Ratio

# The earning day of points that no purchase here earned: an opening balance, points given back.
LONG_AGO = date(1970, 1, 1)


class AccountKind(StrEnum):
    """Who stands on one side of a transfer.

    MEMBER and MEMBER_DEBT are owned by a member, GIFT_CARD by a card; STORE_RISK, what was handed
    out beyond a right, by the store that did; the others belong to the programme.
    """

    MEMBER = "member"
    GIFT_CARD = "gift_card"
    MEMBER_DEBT = "member_debt"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    BREAKAGE = "breakage"
    OPENING = "opening"
    STORE_RISK = "store_risk"


HOLDERS: Final = frozenset({AccountKind.MEMBER, AccountKind.GIFT_CARD})
"""Accounts whose balance is that of their lots."""


class TransferCode(StrEnum):
    """Why value moved."""

    EARN = "earn"
    BONUS = "bonus"
    OPENING = "opening"
    REDEEM = "redeem"
    EXPIRE = "expire"
    REVERSE_EARN = "reverse_earn"
    RESTORE = "restore"
    ADJUST = "adjust"
    WRITE_OFF = "write_off"
    DEBT = "debt"
    REPAY = "repay"
    ACTIVATE = "activate"  # pending points become usable: out of their lot and into another
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    CONVERT = "convert"  # out of one wallet, into another
    ISSUE = "issue"  # a gift card is sold
    RELOAD = "reload"  # and filled up again
    MERGE = "merge"  # two records of one member become one


class Account(Struct, frozen=True, order=True, gc=False):
    """One account. `owner` is a member's 16-byte id, or empty for the programme's own accounts."""

    ledger: str
    kind: AccountKind
    owner: bytes = b""


class Lot(Struct, frozen=True, gc=False):
    """Points earned together: they become usable, expire and are spent together.

    Days are days of the programme's time zone. `usable_from` None is pending until an event says
    so; `last_day` None never expires; both ends are inclusive. `remaining` is what is not yet used,
    expired or reversed, in the wallet's minor units. Tiers count `original`
    by the day it was earned; what was not earned here is dated `LONG_AGO`, before every window.
    `funder` is who stands for its cost, such as "partner:air" or "campaign:spring"; the shop itself
    where it is empty. `shop_cost` is what a point of it costs the shop once it is spent, as a ratio
    of minor units of money to minor units of the wallet; it was the wallet's when the lot was made,
    None where nobody had said.
    """

    id: bytes
    account: Account
    original: int
    remaining: int
    earned_on: date
    usable_from: date | None
    last_day: date | None
    funder: str = ""
    shop_cost: Ratio | None = None

    def usable_on(self, day: date) -> bool:
        """Whether what remains may be spent on a day: never what is pending or expired."""
        started = self.usable_from is not None and self.usable_from <= day
        return self.remaining > 0 and started and not self.expired_on(day)

    def expired_on(self, day: date) -> bool:
        """Whether the last good day has passed."""
        return self.last_day is not None and self.last_day < day


class LotUse(Struct, frozen=True, gc=False):
    """A part of a transfer that came out of, or went back into, one lot.

    Positive `amount` takes from the lot, negative gives back. Pairing uses with what they paid for
    is what makes restore and expiry correct.
    """

    lot_id: bytes
    amount: int


class Transfer(Struct, frozen=True, kw_only=True, gc=False):
    """One movement. `opens` is the lot that an earning creates; `uses` are the lots it takes from.

    The sum of `uses` equals `amount` when the debit side is a member: balance = sum of lots.
    `link` names the transfer that this one reverses or restores, or the right that a redemption
    bought.
    """

    id: bytes
    code: TransferCode
    debit: Account
    credit: Account
    amount: int
    event_id: bytes
    opens: Lot | None = None
    uses: tuple[LotUse, ...] = ()
    link: bytes | None = None
