"""What a rule gives: `gives = { points = 50 }`, `{ voucher = "welcome" }`, or a list of these.

Shape: `Gives` holds gifts in the file's order. A kind of gift is a frozen class with a reader that
`gift` registers under the key that files use; who hands it out is registered in `engine/giving.py`.
Whatever declares a `gives` (a rule, a challenge, a referral) can give every kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section

COUNT_MOST = 100
Gift = Any
"""A frozen dataclass of its kind."""

GiftReader = Callable[[Section, str], Gift]
GIFTS: dict[str, GiftReader] = {}


def gift(key: str) -> Callable[[GiftReader], GiftReader]:
    """Register a kind of gift under the key that files use."""

    def register(reader: GiftReader) -> GiftReader:
        GIFTS[key] = reader
        return reader

    return register


@dataclass(frozen=True, slots=True)
class Gives:
    """Everything that is given at once, in the file's order."""

    gifts: tuple[Gift, ...] = ()

    def of(self, shape: type[Any]) -> tuple[Any, ...]:
        """The gifts of a kind."""
        return tuple(one for one in self.gifts if isinstance(one, shape))


def read_gives(section: Section, key: str = "gives") -> Gives:
    """One gift or a list of them; something must be given."""
    found = []
    for table in section.tables(key):
        one = table.one_of(GIFTS)
        table.close(GIFTS)
        if one is not None:
            found.append(one)
    return Gives(tuple(found))


@dataclass(frozen=True, slots=True)
class GivePoints:
    """`points` minor units of a wallet: points, stamps, or money of a wallet that holds money."""

    wallet: str
    points: int


@dataclass(frozen=True, slots=True)
class GiveVoucher:
    """`count` vouchers of a kind."""

    voucher: str
    count: int

    @property
    def right(self) -> tuple[str, str]:
        """The kind and id of the rights that are issued."""
        return "voucher", self.voucher


@dataclass(frozen=True, slots=True)
class GiveMessage:
    """Words on the receipt."""

    text: Names


@gift("points")
def read_points(table: Section, key: str) -> GivePoints:
    """`{ points = 50, wallet = "points" }`; the only wallet of a file needs no name."""
    wallet = table.wallet()
    points = table.points(key, wallet)
    if points < 1:
        table.found(key, "NOT_ABOVE_ZERO")
    return GivePoints(wallet, points)


@gift("voucher")
def read_voucher_gift(table: Section, key: str) -> GiveVoucher:
    """`{ voucher = "welcome", count = 2 }`."""
    return GiveVoucher(
        table.refer(key, "voucher"), table.whole("count", 1, least=1, most=COUNT_MOST)
    )


@gift("message")
def read_message(table: Section, key: str) -> GiveMessage:
    """`{ message = { en = "Thank you!", zh_CN = "谢谢！" } }`."""
    return GiveMessage(table.names(key, ""))
