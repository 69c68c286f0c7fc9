"""The journal events that are about tills: another one of the shop, this one's book and goods.

Shape: like all events, frozen with the keys of docs/journal.md. Another till is believed from now
on, or no longer, by the word of somebody who was handed its file. A book that is not where it had
been goes on in a new epoch. What rules look at in the goods that a till sells is told once, so that
head office can judge each sale again.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from posloyalty.sync.event_base import Event


class TillTrust(Event, frozen=True, kw_only=True, tag="till_trust"):
    """Receipts of the till `till` prove sales here (`move` trust), or no longer (revoke).

    `store` and `code` are how its receipt numbers begin, `name` is its store's; `cert` its
    certificate, DER as hexadecimal, one an event. `gone` says that the till is no more, so that
    what its receipts prove is keyed in here.
    """

    move: str
    till: str
    store: str
    code: str
    name: str
    cert: str | UnsetType = UNSET
    gone: bool | UnsetType = UNSET


class EpochAnchor(Event, frozen=True, kw_only=True, tag="epoch_anchor"):
    """The first event of an epoch: the book was put back from a copy, or its journal split.

    `was` is the epoch before; `seq` and `head` the last place that this journal has in common with
    what was seen of it elsewhere, and the hash there; `cause` a word of `sync.epochs.Cause`. What
    stands between that place and this event was written before anybody knew, and counts.
    """

    was: int
    seq: int
    head: str
    cause: str


class Article(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What rules look at in an article beside what a sale's line says of it.

    `cat` is its category's id, `flags` words out of "no_earn", "no_discount", "gift_card",
    "deposit", "fee". What has nothing to say is left out.
    """

    product: str
    cat: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    flags: tuple[str, ...] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """An id that is none is read nowhere: what tells of it cannot be read either."""
        bytes.fromhex(self.product)


class Goods(Event, frozen=True, kw_only=True, tag="goods"):
    """Articles as rules see them from here on: told by a till of several before it first sells one,
    and again whenever one was changed.
    """

    articles: tuple[Article, ...]
