"""Head office as the till reaches it: who it is, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from posloyalty.services.book.signing import SigningKey
from posloyalty.sync.wire.answers import AnswerAsk, AnswerGiven, WaitAsk, WaitEnded
from posloyalty.sync.wire.articles import ArticlesAsk, ArticlesGiven
from posloyalty.sync.wire.batch import Outgoing
from posloyalty.sync.wire.card_keys import CardAsk, CardKnown, KeysAsk, KeysGiven
from posloyalty.sync.wire.found_members import MemberAsk, MemberFound
from posloyalty.sync.wire.lending import ReserveAsk, Reserved, WishesAnswered, WishesAsk
from posloyalty.sync.wire.messages import (
    CertificateGiven,
    EnrolAsk,
    Enrolled,
    EpochAsk,
    EpochOpened,
    HelloAnswer,
    HelloAsk,
    Problem,
    Pushed,
)
from posloyalty.sync.wire.papers import PaperAsk, PaperKnown
from posloyalty.sync.wire.profiles import FeedAsk, FeedGiven, ProfilesTaken, ProfilesTold
from posloyalty.sync.wire.publications import FileAsk, FileGiven, ProgrammesAsk, ProgrammesGiven
from posloyalty.sync.wire.roll import RollAsk, RollGiven, SheetsAsk

if TYPE_CHECKING:
    from posloyalty.sync.wire.phone_codes import PhoneCodeAsk, PhoneCodeKnown


class OutOfReach(Exception):
    """Nobody answered, or somebody who is not head office, such as a captive portal.

    `after_s` is how many seconds whoever answered asked to wait. `older`: it was head office, but
    an older one than this till heard before. `cause` is a code of what a person can put right.
    `answered`: there is somebody at the address. `lacking`: what answers there as head office did
    not know what it was asked for, as one of an earlier release does.
    """

    after_s: int = 0
    cause: str = ""
    older: bool = False
    answered: bool = False
    lacking: bool = False


class OfficeFacts(Struct, frozen=True, kw_only=True):
    """The head office that a till joined: where it is, its id and key, and what it gave.
    `incarnation` is the latest life of its database that this till heard of. `till` is the till
    code that it joined with, empty for the book's own, and `was` are the names by which receipts
    were numbered before (`till_name`).
    """

    url: str
    office: str
    office_key: str
    store: str
    certificate: str
    not_after: str
    incarnation: str = ""
    till: str = ""
    was: tuple[str, ...] = ()


class PublicationLink(Protocol):
    """The part of the way by which programmes come. Every call may raise `OutOfReach`."""

    def programmes(self, ask: ProgrammesAsk) -> ProgrammesGiven | Problem:
        """Ask for the list, and say what the till goes by."""
        ...

    def programme_file(self, ask: FileAsk) -> FileGiven | Problem:
        """Ask for a file."""
        ...


class ProfileLink(Protocol):
    """The part of the way by which profiles travel. Every call may raise `OutOfReach`."""

    def tell_profiles(self, told: ProfilesTold) -> ProfilesTaken | Problem:
        """Say who members are."""
        ...

    def profiles(self, ask: FeedAsk) -> FeedGiven | Problem:
        """Ask for the next page of who members are."""
        ...

    def member(self, ask: MemberAsk) -> MemberFound | Problem:
        """Ask whose a number or card is that nobody here has."""
        ...


class ArticleLink(Protocol):
    """The part of the way by which articles come. May raise `OutOfReach`."""

    def articles(self, ask: ArticlesAsk) -> ArticlesGiven | Problem:
        """Ask for the next page of what the chain sells."""
        ...


class RollLink(Protocol):
    """The part of the way by which the roll comes. Every call may raise `OutOfReach`."""

    def roll(self, ask: RollAsk) -> RollGiven | Problem:
        """Ask what there is of the roll of a store or of the chain."""
        ...

    def roll_sheets(self, ask: SheetsAsk) -> bytes | Problem:
        """Ask for sheets, which come one behind the other as they are packed."""
        ...


class PaperLink(Protocol):
    """The part of the way by which receipts are asked about. May raise `OutOfReach`."""

    def paper(self, ask: PaperAsk) -> PaperKnown | Problem:
        """Ask whose a receipt is, and whether its sale is there."""
        ...


class CardLink(Protocol):
    """The part of the way by which members' cards are known. Every call may raise `OutOfReach`."""

    def card_keys(self, ask: KeysAsk) -> KeysGiven | Problem:
        """Ask for the next keys that sign cards."""
        ...

    def card(self, ask: CardAsk) -> CardKnown | Problem:
        """Ask who made a card, and who its member is now."""
        ...

    def phone_code(self, ask: PhoneCodeAsk) -> PhoneCodeKnown | Problem:
        """Ask whether a member's code of now is good, which uses it up."""
        ...


class OfficeLink(
    PublicationLink, ProfileLink, ArticleLink, RollLink, PaperLink, CardLink, Protocol
):
    """One till's way to head office. Every call may raise `OutOfReach`."""

    def enrol(self, ask: EnrolAsk) -> Enrolled | Problem:
        """Join; the answer is signed by the key that it brings, which `proof` vouches for."""
        ...

    def hello(self, ask: HelloAsk) -> HelloAnswer | Problem:
        """Ask how far the journal is kept."""
        ...

    def push(
        self,
        stretch: Outgoing,
        *,
        short: Callable[[], bytes | None] = lambda: None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Pushed | Problem:
        """Send a stretch, not packed yet; `short` is asked for its short form where head office
        reads that, `meanwhile` is done at most once, while it travels.
        """
        ...

    def pack(self, stretch: Outgoing) -> None:
        """Pack what will be pushed next, so that it can travel at once; one stretch is kept."""
        ...

    def set_aside(self, stretch: Outgoing) -> Pushed | Problem:
        """Send a stretch to be kept apart, not packed yet."""
        ...

    def open_epoch(self, ask: EpochAsk) -> EpochOpened | Problem:
        """Go on in another epoch."""
        ...

    def renew(self) -> CertificateGiven | Problem:
        """Ask for the certificate, a new one when it is due."""
        ...

    def answer(self, ask: AnswerAsk) -> AnswerGiven | Problem:
        """Ask what is new, or for the next piece of it."""
        ...

    def reserve(self, ask: ReserveAsk) -> Reserved | Problem:
        """Ask for what one sale wants to spend."""
        ...

    def wish(self, ask: WishesAsk) -> WishesAnswered | Problem:
        """Ask for what the till would like to hold."""
        ...

    def wait(self, ask: WaitAsk) -> WaitEnded | Problem:
        """Wait until there is something to ask for; `interrupt` ends it early."""
        ...

    def interrupt(self) -> None:
        """From another thread: whoever waits for an answer is out of reach at once."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


Connect = Callable[[OfficeFacts, SigningKey, bytes], OfficeLink]
"""(head office, the till's key, the till's id) to a link."""
