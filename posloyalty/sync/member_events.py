"""The journal events that are about who members are: that they joined, answered, hold cards, and
what the till heard of them. Nothing personal is in them; profiles lie beside the journal.

Frozen with the keys of docs/journal.md, like all events.
"""

from __future__ import annotations

from posloyalty.sync.event_base import Event


class MemberCreate(Event, frozen=True, kw_only=True, tag="member_create"):
    """A member came to be. No personal data: the profile lies beside the journal."""

    member: str
    joined: str
    store: str
    source: str


class MemberEdit(Event, frozen=True, kw_only=True, tag="member_edit"):
    """Fields of a member's profile changed; their names, never their values."""

    member: str
    fields: tuple[str, ...]


class Consent(Event, frozen=True, kw_only=True, tag="consent"):
    """A member's answer for one purpose and channel."""

    member: str
    purpose: str
    channel: str
    granted: bool
    text: str
    lang: str
    source: str


class CardIssue(Event, frozen=True, kw_only=True, tag="card_issue"):
    """A card was made: SHA-256 of its token; issue and expiry in seconds since 1970."""

    member: str
    card: str
    token: str
    kid: int
    issued: int
    expires: int


class CardRevoke(Event, frozen=True, kw_only=True, tag="card_revoke"):
    """Tokens of a member issued before `before` (seconds since 1970) are no longer good."""

    member: str
    before: int
    cause: str


class ProfilesHeard(Event, frozen=True, kw_only=True, tag="profiles_heard"):
    """So many members' profiles came from head office and are in the book now."""

    n: int


class EraseAck(Event, frozen=True, kw_only=True, tag="erase_ack"):
    """Nothing says who these members were at this till any more, whether it knew them or not."""

    members: tuple[str, ...]


class MemberMet(Event, frozen=True, kw_only=True, tag="member_met"):
    """These members came to the counter, of whom the till had the profile alone: it hears of
    everything of theirs from now on.
    """

    members: tuple[str, ...]
