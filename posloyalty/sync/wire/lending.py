"""Leases as they are asked for: wishes of a till in quiet moments, a reservation for one sale.

A wish has an id, `rid`, that the till makes before it sends: the same wish again is the same lease,
whatever was lost on the way. Nothing is taken back by a message: a till gives a lease back in its
journal, and head office believes only that.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from posloyalty.sync.wire.answers import Amount, AssetSent, Day, GrantSent, Id
from posloyalty.sync.wire.batch import Count

RESERVE: Final = "/v1/reserve"
LEASES: Final = "/v1/leases"
WISHES_MAX: Final = 100
HELD_MAX: Final = 20
"""Stores that are named as those who hold something: those that hold most."""

_Zone = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+\-/]{1,64}$")]


class ReserveAsk(Struct, frozen=True, kw_only=True):
    """A sale wants so much of an asset; what is free of it is lent for this day of `zone`. `day` is
    the till's own, which may be ahead of head office's; an older head office lends for its own.
    `whole`: a gift card moves to another, with what is frozen or ran out; an older head office
    lends then what can be paid with.
    """

    rid: Id
    asset: AssetSent
    n: Amount
    zone: _Zone = "UTC"
    whole: bool | UnsetType = UNSET
    day: Day | UnsetType = UNSET


class Held(Struct, frozen=True, kw_only=True):
    """So much of an asset lies at another store's tills."""

    store: str
    n: Count


class Reserved(Struct, frozen=True, kw_only=True):
    """What was lent, not always all that was wanted; None where nothing is free, with the reason.

    `elsewhere` is who holds more of it, at most `HELD_MAX` stores. `paid`, of goods that come back:
    the money that may go back for what was lent, in minor units of the sale's currency; an older
    head office does not say it.
    """

    grant: GrantSent | None
    why: str = ""
    elsewhere: tuple[Held, ...] = ()
    paid: Count | UnsetType = UNSET


class Wish(Struct, frozen=True, kw_only=True):
    """A lease that a till would like to hold, through a day of `zone`."""

    rid: Id
    asset: AssetSent
    n: Amount
    last: Day
    zone: _Zone = "UTC"


class WishesAsk(Struct, frozen=True, kw_only=True):
    """What a till would like to hold for its members, should they come while it is alone."""

    want: Annotated[tuple[Wish, ...], Meta(max_length=WISHES_MAX)]


class Denial(Struct, frozen=True, kw_only=True):
    """A wish that was not granted, why, and how much of it is free."""

    rid: Id
    why: str
    free: Count = 0


class WishesAnswered(Struct, frozen=True, kw_only=True):
    """What was lent. The grants come with every answer too, until the till's journal has them."""

    grants: tuple[GrantSent, ...] = ()
    denied: tuple[Denial, ...] = ()
