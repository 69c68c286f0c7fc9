"""What head office says to a till, as it travels: an answer in pieces, and a word that it has one.

    {"base": {...}, "tellings": [...], "grants": [...], "recalls": ["<lease id>"],
     "more": true, "policy": {...}}

An answer is good at one place of the till's journal. A piece of it changes that journal, so what
comes `more` is asked for again once the till has sent what it heard: nothing has to be remembered
between two pieces, and a piece that is lost is simply said again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of
from posloyalty.sync.event_parts import Count, Post, RightStep, TierMet
from posloyalty.sync.journals import Place
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.telling import Answer, Grant, Telling, heard, together
from posloyalty.sync.wire.messages import Standing
from posloyalty.sync.wire.policy import PolicySent

ANSWER: Final = "/v1/answer"
WAIT: Final = "/v1/wait"
TELLINGS_MAX: Final = 40
"""In one piece: the till hears it in one transaction, and a sale waits for that."""
PIECE_BYTES_MAX: Final = 512 * 1024
"""Of tellings, before they are packed; one telling at least goes, however long."""
TOGETHER_MAX: Final = 400
"""Of tellings about the same owners, which a till hears in one transaction however many it likes
otherwise: a tenth of a second, and only when it meets somebody with that much behind them."""
TOGETHER_BYTES_MAX: Final = 2 * 1024 * 1024
GRANTS_MAX: Final = 200
WAIT_S_MIN: Final = 25
WAIT_S_MAX: Final = 55

Id = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Owner = Annotated[str, Meta(pattern="^([0-9a-f]{2}){0,64}$")]
Key = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Amount = Annotated[int, Meta(ge=1, le=2**53)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class AnswerAsk(Struct, frozen=True, kw_only=True):
    """The till stands here and asks what is new."""

    place: Standing


class WaitAsk(Struct, frozen=True, kw_only=True):
    """The till waits for news, no longer than `for_s` seconds."""

    for_s: Annotated[int, Meta(ge=1, le=WAIT_S_MAX)]


class WaitEnded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether there is something to ask for. Without room for those who wait, `ask_in_s` says when
    to come back. `incarnation` is the life of head office's database. What says nothing is left
    out, so that the bytes that were frozen stay.
    """

    news: bool
    ask_in_s: int = 0
    incarnation: str = ""


class TellingSent(Struct, frozen=True, kw_only=True):
    """One event to be heard, with the parts that it has in a journal."""

    id: Id
    at: str
    what: str
    src: str
    facts: tuple[tuple[str, str], ...] = ()
    post: tuple[Post, ...] = ()
    tiers: tuple[TierMet, ...] = ()
    rights: tuple[RightStep, ...] = ()
    meters: tuple[Count, ...] = ()


class AssetSent(Struct, frozen=True, kw_only=True):
    """Something that is spent: see `leases.Asset`."""

    kind: str
    key: Key
    owner: Owner = ""

    @staticmethod
    def of(asset: Asset) -> AssetSent:
        """An asset as it travels."""
        return AssetSent(kind=asset.kind.value, key=asset.key, owner=asset.owner.hex())

    def read(self) -> Asset:
        """The asset; raises ValueError for a kind that this release does not know."""
        return Asset(AssetKind(self.kind), self.key, bytes.fromhex(self.owner))


class GrantSent(Struct, frozen=True, kw_only=True):
    """A lease for the till, good through a day of the programme's zone."""

    lease: Id
    asset: AssetSent
    n: Amount
    last: Day

    @staticmethod
    def of(grant: Grant) -> GrantSent:
        """A grant as it travels."""
        return GrantSent(
            lease=grant.lease_id.hex(),
            asset=AssetSent.of(grant.asset),
            n=grant.amount,
            last=grant.last_day.isoformat(),
        )

    def read(self) -> Grant:
        """The grant; raises ValueError where it is none."""
        return Grant(
            lease_id=bytes.fromhex(self.lease),
            asset=self.asset.read(),
            amount=self.n,
            last_day=date.fromisoformat(self.last),
        )


class AnswerGiven(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of what a till is to hear. With `more` there is another piece, to be asked for once
    the till has sent what it heard of this one. `policy` is what it may hand out by itself.
    `elsewhere` is empty: what other tills hold has no bound, and a till asks before it spends. `at`
    is head office's time, behind which the till's rules do not stay. With `articles` or
    `profiles` there are some that the till has not asked for (`wire/articles`, `wire/profiles`),
    with `programmes` another list of them (`wire/publications`). `store_name` is there where head
    office gave the till's store another name: its receipts say it from then on.
    """

    base: Standing | None
    tellings: tuple[TellingSent, ...] = ()
    grants: tuple[GrantSent, ...] = ()
    recalls: tuple[Id, ...] = ()
    elsewhere: tuple[Id, ...] = ()
    more: bool = False
    policy: PolicySent | UnsetType = UNSET
    at: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    articles: bool = False
    profiles: bool = False
    programmes: bool = False
    store_name: Annotated[str, Meta(max_length=60)] | UnsetType = UNSET


def piece_of(
    answer: Answer,
    *,
    policy: PolicySent | UnsetType = UNSET,
    store_name: str | UnsetType = UNSET,
    tellings_max: int = TELLINGS_MAX,
    together_max: int = TOGETHER_MAX,
) -> AnswerGiven:
    """As much of an answer as travels at once.

    What is about the same owners travels together (`telling.together`), so that no sale comes in
    between; only more than `together_max` of one, which a till may hear when it first meets
    somebody with years behind them, is cut where it has to be.
    """
    tellings: list[TellingSent] = []
    size = 0
    for group in together(answer.tellings):
        sent = [telling_sent(one) for one in group[: max(tellings_max, together_max) + 1]]
        sizes = [len(msgspec.json.encode(one)) for one in sent]
        fits = len(tellings) + len(sent) <= tellings_max and size + sum(sizes) <= PIECE_BYTES_MAX
        if fits or (
            not tellings and len(sent) <= together_max and sum(sizes) <= TOGETHER_BYTES_MAX
        ):
            tellings += sent
            size += sum(sizes)
            continue
        if not tellings:
            tellings = _beginning(sent, sizes, tellings_max)
        break
    more = answer.left or len(tellings) < len(answer.tellings) or len(answer.grants) > GRANTS_MAX
    return AnswerGiven(
        base=None if answer.base is None else standing(answer.base),
        tellings=tuple(tellings),
        grants=tuple(GrantSent.of(one) for one in answer.grants[:GRANTS_MAX]),
        recalls=tuple(one.hex() for one in answer.recalls[:GRANTS_MAX]),
        more=more or len(answer.recalls) > GRANTS_MAX,
        policy=policy,
        store_name=store_name,
        at=UNSET if answer.at is None else format_instant(answer.at),
    )


def _beginning(sent: list[TellingSent], sizes: list[int], tellings_max: int) -> list[TellingSent]:
    """As much of it as fits; one telling at least."""
    ends = list(accumulate(sizes[:tellings_max]))
    return sent[: max(1, sum(end <= PIECE_BYTES_MAX for end in ends))]


def answer_of(given: AnswerGiven) -> Answer:
    """The answer that a piece is; raises ValueError where its parts are none."""
    return Answer(
        base=None if given.base is None else place_of(given.base),
        tellings=tuple(telling_of(one) for one in given.tellings),
        grants=tuple(one.read() for one in given.grants),
        recalls=tuple(bytes.fromhex(one) for one in given.recalls),
        at=None if given.at is UNSET else parse_instant(given.at),
    )


def telling_sent(telling: Telling) -> TellingSent:
    """A telling as it travels: as the till journals it, without the till's own clock."""
    event = heard(telling, hlc=(0, 0))
    return TellingSent(
        id=event.id,
        at=event.at,
        what=event.what,
        src=event.src,
        facts=event.facts,
        post=event.post,
        tiers=event.tiers,
        rights=event.rights,
        meters=event.meters,
    )


def telling_of(sent: TellingSent) -> Telling:
    """The telling; raises ValueError where its parts are none."""
    event = events.Heard(
        id=sent.id,
        at=sent.at,
        hlc=(0, 0),
        what=sent.what,
        src=sent.src,
        facts=sent.facts,
        post=sent.post,
        tiers=sent.tiers,
        rights=sent.rights,
        meters=sent.meters,
    )
    does = consequences_of(event)
    # When it was noted is the till's own affair: it is written when the till hears of it.
    meters = tuple(msgspec.structs.replace(one, noted=None) for one in does.meters)
    return Telling(
        event_id=bytes.fromhex(sent.id),
        at=sent.at,
        what=sent.what,
        src=bytes.fromhex(sent.src),
        facts=sent.facts,
        does=replace(does, meters=meters),
    )


def standing(place: Place) -> Standing:
    """A place as it travels."""
    return Standing(epoch=place.epoch, seq=place.seq, head=place.hash.hex())


def place_of(standing: Standing) -> Place:
    """The place that travelled."""
    return Place(epoch=standing.epoch, seq=standing.seq, hash=bytes.fromhex(standing.head))
