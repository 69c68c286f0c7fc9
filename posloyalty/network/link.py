"""Head office over HTTP: signed requests, bounded answers, and nobody else is believed.

An address is `https://...`, or `unix:/path` for a socket of this machine. Redirects are not
followed, a certificate is checked against the system's own list (shops' proxies have theirs there),
and whatever is not signed by head office over this request is out of reach: a captive portal's page
is one, and so is an error of a proxy. Of two head offices with one key the one of the earlier life
is out of reach, too.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import httpx
import msgspec

from posloyalty.network.beside import Beside, TooLong
from posloyalty.network.line import Line
from posloyalty.network.voice import NotHeadOffice, Voice, heard
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.ports import Chance
from posloyalty.services.ports.head_office import OfficeFacts
from posloyalty.sync.wire import messages, signatures
from posloyalty.sync.wire.acknowledgements import is_older
from posloyalty.sync.wire.answers import ANSWER, WAIT, AnswerAsk, AnswerGiven, WaitAsk, WaitEnded
from posloyalty.sync.wire.articles import ARTICLES, ArticlesAsk, ArticlesGiven
from posloyalty.sync.wire.batch import Outgoing
from posloyalty.sync.wire.card_keys import (
    CARD,
    CARD_KEYS,
    CardAsk,
    CardKnown,
    KeysAsk,
    KeysGiven,
)
from posloyalty.sync.wire.found_members import MEMBER, MemberAsk, MemberFound
from posloyalty.sync.wire.lending import (
    LEASES,
    RESERVE,
    ReserveAsk,
    Reserved,
    WishesAnswered,
    WishesAsk,
)
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
from posloyalty.sync.wire.packing import (
    GZIP,
    LZMA2,
    BadPacking,
    densely_packed,
    packed,
    unpacked,
)
from posloyalty.sync.wire.papers import PAPER, PaperAsk, PaperKnown
from posloyalty.sync.wire.phone_codes import PHONE_CODE, PhoneCodeAsk, PhoneCodeKnown
from posloyalty.sync.wire.profiles import (
    FEED,
    TELL,
    FeedAsk,
    FeedGiven,
    ProfilesTaken,
    ProfilesTold,
)
from posloyalty.sync.wire.publications import (
    PROGRAMME_FILE,
    PROGRAMMES,
    FileAsk,
    FileGiven,
    ProgrammesAsk,
    ProgrammesGiven,
)
from posloyalty.sync.wire.roll import ROLL, SHEETS, RollAsk, RollGiven, SheetsAsk
from posloyalty.sync.wire.short.stretch import SHORT
from posloyalty.sync.wire.signatures import NONCE_BYTES, nonce_text

ANSWER_BYTES_MAX: Final = 1024 * 1024
PLAIN_BYTES_MAX: Final = 4 * 1024 * 1024
"""What an answer is unpacked to at most."""
ANSWERED_S: Final = 20.0
CONNECTED_S: Final = 5.0
WHOLE_S: Final = 600.0
"""A request that takes longer ends, however bad the line: it is asked again, for less."""
TIMEOUTS: Final = httpx.Timeout(ANSWERED_S, connect=CONNECTED_S)
_USUAL: Final = httpx.USE_CLIENT_DEFAULT
LETS_GO_S: Final = 0.25
"""A line that was shut lets go of who waits for it well within this."""
LATE: Final = "LATE"
"""Why there is no answer: all of it would have taken too long."""
CLOCK_TRUSTED_S: Final = 60
"""A till whose clock is this near signs by it; beyond, by head office's time."""
TLS_UNKNOWN: Final = "TLS_UNKNOWN"
_TLS_CAUSES: Final[dict[int, str]] = {9: "TLS_NOT_YET", 10: "TLS_OVER"}
_NOT_PACKED: Final = "NOT_PACKED"
_NOT_READ: Final = frozenset(
    {_NOT_PACKED, "BAD_PACKING", "TOO_LARGE", "NO_BATCH", "NO_SOURCE", "BAD_SIGNATURE"}
)
"""What may be answered to a short form whose stretch is sound."""
_NOT_KNOWN: Final = 404
_ALWAYS_KNOWN: Final = frozenset({messages.ENROL, messages.HELLO, messages.PUSH})
"""What each release answers: a 404 to these is somebody else's."""
_UNIX: Final = "unix:"
_HERE: Final = "http://headoffice"

Said = TypeVar("Said")
_Answer = tuple[int, dict[str, str], bytes]


class HttpOffice:
    """Implements `services.ports.head_office.OfficeLink`."""

    def __init__(
        self,
        url: str,
        voice: Voice,
        *,
        office_key: bytes,
        chance: Chance,
        now_s: Callable[[], int],
        client: httpx.Client | None = None,
        budget_s: float = 0,
        incarnation: str = "",
    ) -> None:
        self._incarnation = incarnation
        self._voice = voice
        self._office_key = office_key
        self._chance = chance
        self._now_s = now_s
        self._clock_off_s = 0
        self._believed_once = False
        self._densely = False
        self._reads_short = False
        self._short_refused = False  # since the last hello
        self._ahead: tuple[Outgoing, tuple[bytes, str]] | None = None
        self._line = Line()
        self._budget_s = budget_s
        self._beside = Beside()
        patience = httpx.Timeout(budget_s) if budget_s else TIMEOUTS
        self._client = opened(url, patience) if client is None else client

    def enrol(self, ask: EnrolAsk) -> Enrolled | Problem:
        """Join; the answer is signed by the key that it brings."""
        return self._said(messages.ENROL, msgspec.json.encode(ask), Enrolled)

    def hello(self, ask: HelloAsk) -> HelloAnswer | Problem:
        """Ask how far the journal is kept."""
        return self._said(messages.HELLO, msgspec.json.encode(ask), HelloAnswer)

    def push(
        self,
        stretch: Outgoing,
        *,
        short: Callable[[], bytes | None] = lambda: None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Pushed | Problem:
        """Send a stretch, in as few bytes as head office takes it."""
        ahead, self._ahead = self._ahead, None
        told = short() if self._reads_short else None
        if told is not None:
            said = self._said(messages.PUSH, told, Pushed, packing=SHORT, meanwhile=meanwhile)
            if not isinstance(said, Problem) or said.code not in _NOT_READ:
                return said
            # It lacks what the short form leans on, or is an older release at that address now.
            self._short_refused, meanwhile = True, lambda: None
        body, packing = (
            ahead[1] if ahead is not None and ahead[0] is stretch else self._packed(stretch)
        )
        said = self._said(messages.PUSH, body, Pushed, packing=packing, meanwhile=meanwhile)
        if packing == GZIP or not isinstance(said, Problem) or said.code != _NOT_PACKED:
            return said
        # An older release answers at that address now.
        return self._said(messages.PUSH, packed(stretch.lines()), Pushed, packing=GZIP)

    def pack(self, stretch: Outgoing) -> None:
        """Pack what will be pushed next."""
        self._ahead = stretch, self._packed(stretch)

    def _packed(self, stretch: Outgoing) -> tuple[bytes, str]:
        """A stretch as it travels, and how it is packed."""
        plain = stretch.plain() if self._densely else None
        return (packed(stretch.lines()), GZIP) if plain is None else (densely_packed(plain), LZMA2)

    def set_aside(self, stretch: Outgoing) -> Pushed | Problem:
        """Send a stretch to be kept apart."""
        return self._said(messages.QUARANTINE, packed(stretch.lines()), Pushed, packing=GZIP)

    def open_epoch(self, ask: EpochAsk) -> EpochOpened | Problem:
        """Go on in another epoch."""
        return self._said(messages.EPOCHS, msgspec.json.encode(ask), EpochOpened)

    def renew(self) -> CertificateGiven | Problem:
        """Ask for the certificate."""
        return self._said(messages.CERTIFICATE, b"", CertificateGiven)

    def programmes(self, ask: ProgrammesAsk) -> ProgrammesGiven | Problem:
        """Ask for the list of publications."""
        return self._said(PROGRAMMES, msgspec.json.encode(ask), ProgrammesGiven)

    def programme_file(self, ask: FileAsk) -> FileGiven | Problem:
        """Ask for a file."""
        return self._said(PROGRAMME_FILE, msgspec.json.encode(ask), FileGiven)

    def tell_profiles(self, told: ProfilesTold) -> ProfilesTaken | Problem:
        """Say who members are."""
        return self._said(TELL, packed(msgspec.json.encode(told)), ProfilesTaken, packing=GZIP)

    def profiles(self, ask: FeedAsk) -> FeedGiven | Problem:
        """Ask for the next page of who members are."""
        return self._said(FEED, msgspec.json.encode(ask), FeedGiven)

    def articles(self, ask: ArticlesAsk) -> ArticlesGiven | Problem:
        """Ask for the next page of what the chain sells."""
        return self._said(ARTICLES, msgspec.json.encode(ask), ArticlesGiven)

    def roll(self, ask: RollAsk) -> RollGiven | Problem:
        """Ask what there is of a roll."""
        return self._said(ROLL, msgspec.json.encode(ask), RollGiven)

    def roll_sheets(self, ask: SheetsAsk) -> bytes | Problem:
        """Ask for sheets of a roll."""
        return self._said(SHEETS, msgspec.json.encode(ask), bytes)

    def answer(self, ask: AnswerAsk) -> AnswerGiven | Problem:
        """Ask what is new."""
        return self._said(ANSWER, msgspec.json.encode(ask), AnswerGiven)

    def reserve(self, ask: ReserveAsk) -> Reserved | Problem:
        """Ask for what one sale wants."""
        return self._said(RESERVE, msgspec.json.encode(ask), Reserved)

    def wish(self, ask: WishesAsk) -> WishesAnswered | Problem:
        """Ask for what the till would like to hold."""
        return self._said(LEASES, msgspec.json.encode(ask), WishesAnswered)

    def paper(self, ask: PaperAsk) -> PaperKnown | Problem:
        """Ask whose a receipt is."""
        return self._said(PAPER, msgspec.json.encode(ask), PaperKnown)

    def card_keys(self, ask: KeysAsk) -> KeysGiven | Problem:
        """Ask for the next keys that sign cards."""
        return self._said(CARD_KEYS, msgspec.json.encode(ask), KeysGiven)

    def card(self, ask: CardAsk) -> CardKnown | Problem:
        """Ask who made a card."""
        return self._said(CARD, msgspec.json.encode(ask), CardKnown)

    def phone_code(self, ask: PhoneCodeAsk) -> PhoneCodeKnown | Problem:
        """Ask whether a member's code of now is good."""
        return self._said(PHONE_CODE, msgspec.json.encode(ask), PhoneCodeKnown)

    def member(self, ask: MemberAsk) -> MemberFound | Problem:
        """Ask whose a number or card is."""
        return self._said(MEMBER, msgspec.json.encode(ask), MemberFound)

    def wait(self, ask: WaitAsk) -> WaitEnded | Problem:
        """Wait for news."""
        return self._said(WAIT, msgspec.json.encode(ask), WaitEnded, waits_s=ask.for_s)

    def interrupt(self) -> None:
        """Whoever waits for an answer hears that the line is cut."""
        self._line.cut()

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def _said(
        self,
        path: str,
        body: bytes,
        shape: type[Said],
        *,
        packing: str = "",
        waits_s: int = 0,
        meanwhile: Callable[[], None] | None = None,
    ) -> Said | Problem:
        nonce = nonce_text(self._chance.token_bytes(NONCE_BYTES))
        headers = self._voice.headers(
            method="POST",
            target=path,
            body=body,
            created_s=self._now_s() + self._clock_off_s,
            nonce=nonce,
        )
        if packing:
            headers["content-encoding"] = packing
        try:
            status, told, answer = self._in_time(
                lambda: self._asked(path, body, headers, waits_s, meanwhile), waits_s
            )
        except TooLong as fault:
            raise NotHeadOffice(LATE) from fault
        except (httpx.HTTPError, OSError) as fault:
            lost = NotHeadOffice(LATE if self._line.is_late else type(fault).__name__)
            lost.cause = tls_cause(fault)
            raise lost from fault
        after_s = _after_s(told.get("retry-after", ""))
        try:
            said = self._believed(shape, nonce, status, told, answer)
        except NotHeadOffice as fault:
            fault.after_s, fault.answered = after_s, True
            # An earlier release signs no answer to what it does not know. Nothing is believed of
            # such a one but that asking again soon is of no use.
            known = path in _ALWAYS_KNOWN or not self._believed_once
            fault.lacking = status == _NOT_KNOWN and not known
            raise
        self._believed_once = True
        if path in (messages.HELLO, messages.PUSH):
            takes = told.get("accept-encoding", "").split(", ")
            self._densely = LZMA2 in takes
            self._short_refused &= path != messages.HELLO
            self._reads_short = SHORT in takes and not self._short_refused
        if isinstance(said, Problem) and after_s > said.after_s:
            return msgspec.structs.replace(said, after_s=after_s)
        return said

    def _in_time(self, ask: Callable[[], _Answer], waits_s: int) -> _Answer:
        """What is asked, while there is time for it. Where somebody waits, it is beside them."""
        if not self._budget_s:
            with self._line.within(WHOLE_S + waits_s):
                return ask()
        if self._beside.is_busy:
            raise TooLong  # and the earlier one stays late: it sends nothing once it has an address
        with self._line.within(self._budget_s + waits_s):
            return self._beside.call(ask, self._budget_s + waits_s + LETS_GO_S)

    def _believed(
        self, shape: type[Said], nonce: str, status: int, told: dict[str, str], answer: bytes
    ) -> Said | Problem:
        if not told.get("content-type", "").startswith("application/"):
            raise NotHeadOffice("NO_MESSAGE")
        try:
            plain = answer
            if told.get("content-encoding") == "gzip":
                plain = unpacked(answer, most_bytes=PLAIN_BYTES_MAX)
            said = _message(plain, shape) if status < 300 else _message(plain, Problem)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, BadPacking) as fault:
            raise NotHeadOffice("NO_MESSAGE") from fault
        self._believe(said, nonce, status, told, answer)
        return said

    def _asked(
        self,
        path: str,
        body: bytes,
        headers: dict[str, str],
        waits_s: int,
        meanwhile: Callable[[], None] | None,
    ) -> _Answer:
        if self._line.is_cut:
            raise NotHeadOffice("CUT")
        # Who waits is answered when there is news or the time is over, and then as quickly as ever:
        # a silence beyond that is a line that is gone.
        patience = httpx.Timeout(ANSWERED_S + waits_s, connect=CONNECTED_S) if waits_s else _USUAL
        with self._client.stream(
            "POST",
            path,
            content=body if meanwhile is None else _sent_and_then(body, meanwhile),
            # With its length a body that comes in pieces travels as one that does not.
            headers=headers if meanwhile is None else {**headers, "content-length": str(len(body))},
            timeout=patience,
            extensions={"trace": self._line.follow},
        ) as answer:
            told = {name.lower(): value for name, value in answer.headers.items()}
            came = bytearray()
            for piece in answer.iter_raw():
                came += piece
                if len(came) > ANSWER_BYTES_MAX:
                    raise NotHeadOffice("TOO_LARGE")
        return answer.status_code, told, bytes(came)

    def _believe(
        self, said: object, nonce: str, status: int, told: dict[str, str], answer: bytes
    ) -> None:
        """Raise unless head office said it; take its time where ours is far off."""
        office_key = self._office_key
        if isinstance(said, Enrolled):
            office_key = bytes.fromhex(said.office_key)
        elif not office_key:
            return  # a no to a till that joins; it keeps nothing of it
        heard(office_key=office_key, nonce=nonce, status=status, headers=told, body=answer)
        if is_older(told[signatures.INCARNATION], self._incarnation):
            older = NotHeadOffice("OLDER_LIFE")
            older.older = True
            raise older
        off_s = int(told[signatures.TIME]) - self._now_s()
        self._clock_off_s = off_s if abs(off_s) > CLOCK_TRUSTED_S else 0


def tls_cause(fault: BaseException | None) -> str:
    """Why a certificate was not believed, where that is what broke the line: a computer whose clock
    is off finds one that holds not begun or over (X509_V_ERR_*, openssl-verification-options).
    """
    while fault is not None:
        if isinstance(fault, ssl.SSLCertVerificationError):
            return _TLS_CAUSES.get(fault.verify_code, TLS_UNKNOWN)
        fault = fault.__cause__ or fault.__context__
    return ""


def _sent_and_then(body: bytes, meanwhile: Callable[[], None]) -> Iterator[bytes]:
    """A body whose client goes on here once it has handed it to the system's line, before it waits
    for the answer.
    """
    yield body
    meanwhile()


def _after_s(written: str) -> int:
    """The seconds of a Retry-After; 0 for none, and for the form with a date."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 0


def _message(answer: bytes, shape: type[Said]) -> Said:
    if isinstance(answer, shape):
        return answer  # bytes are what was asked for
    return msgspec.json.decode(answer, type=shape)


def opened(url: str, timeouts: httpx.Timeout = TIMEOUTS) -> httpx.Client:
    """A client of an address."""
    if url.startswith(_UNIX):
        transport = httpx.HTTPTransport(uds=url.removeprefix(_UNIX))
        return httpx.Client(transport=transport, base_url=_HERE, timeout=timeouts)
    trusted = ssl.create_default_context() if url.startswith("https://") else False
    return httpx.Client(base_url=url, timeout=timeouts, verify=trusted, follow_redirects=False)


class Links:
    """Makes links of one till program. `boot` has 16 bytes and is drawn at its start."""

    def __init__(self, *, boot: bytes, chance: Chance, now_s: Callable[[], int]) -> None:
        self._boot = boot
        self._chance = chance
        self._now_s = now_s

    def introduce(self, url: str, key: SigningKey, till_id: bytes) -> HttpOffice:
        """To a head office that is not known yet."""
        voice = Voice(key=key, till_id=till_id, boot=self._boot)
        return self._link(url, voice, b"")

    def connect(
        self, facts: OfficeFacts, key: SigningKey, till_id: bytes, *, budget_s: int = 0
    ) -> HttpOffice:
        """To the head office that the till joined; `budget_s` where somebody waits for it."""
        voice = Voice(key=key, till_id=till_id, boot=self._boot, office=facts.office)
        return self._link(
            facts.url, voice, bytes.fromhex(facts.office_key), budget_s, facts.incarnation
        )

    def _link(
        self,
        url: str,
        voice: Voice,
        office_key: bytes,
        budget_s: int = 0,
        incarnation: str = "",
    ) -> HttpOffice:
        return HttpOffice(
            url,
            voice,
            office_key=office_key,
            chance=self._chance,
            now_s=self._now_s,
            budget_s=budget_s,
            incarnation=incarnation,
        )
