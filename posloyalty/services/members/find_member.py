"""Finding a member and showing where they stand.

Shape: `search` takes whatever the cashier typed (card, short code, phone, last four digits, name,
pinyin, initials) and answers bounded rows, best first; `panel` answers what the member panel
shows. Who might be meant comes from the look-up cache; balances and tiers come from the book. Who
stands on the roll alone is found like any other, and comes into the book once they are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.owned_vouchers import OwnedVoucher, vouchers_of
from posloyalty.domain.engine.quote import TierState, WalletState
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.members.member import IdentifierKind, Member, MemberStatus
from posloyalty.domain.members.phone import phone_digits
from posloyalty.domain.members.short_code import parse_short_code
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.money import Currency
from posloyalty.services.members.member_look_up import MemberLookUp
from posloyalty.services.members.member_state import state_of, states_of
from posloyalty.services.members.strangers import Strangers
from posloyalty.services.ports import Book, Clock, Reader
from posloyalty.services.refusal import ServiceRefusal

LAST_DIGITS: Final = 4
ROWS_MOST: Final = 50
# What stands between the digits of a phone number that somebody typed.
PHONE_MARKS: Final = frozenset("+-() .")

Standing = tuple[tuple[WalletState, ...], tuple[TierState, ...]]
NOTHING: Final[Standing] = ((), ())

ProgrammeAt = Callable[[Reader, datetime], Programme | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One search result. `balance` is the first wallet's, in its minor units, usable now; None
    while the till has the profile alone, and `as_of` then says as of when that is so.
    """

    member_id: bytes
    name: str
    phone: str
    tier_name: str
    tier_rank: int
    balance: int | None
    last_visit: datetime | None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFound:
    """What a search found. `unique` is the one member meant, when there is no other.

    Not `whole` while the till still reads who its members are: somebody may be missing. Cards and
    whole numbers are found all the same.
    """

    rows: tuple[MemberRow, ...]
    total_on_till: int
    unique: MemberRow | None
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPanel:
    """A member with wallets, tiers and vouchers as of an instant; `currency` is the programme's.

    Not `complete` while the till has the profile alone, and what they have is still on its way;
    `stale` where the instant is an earlier one, because head office is out of reach.
    """

    member: Member
    as_of: datetime
    last_visit: datetime | None
    wallets: tuple[WalletState, ...] = ()
    tiers: tuple[TierState, ...] = ()
    currency: Currency | None = None
    vouchers: tuple[OwnedVoucher, ...] = ()
    complete: bool = True
    stale: bool = False


class FindMember:
    """Looking members up. `programme_at` gives the programme in effect; `language` is in which
    tiers and vouchers are named where nobody says another.
    """

    def __init__(
        self,
        *,
        book: Book,
        look_up: MemberLookUp,
        clock: Clock,
        programme_at: ProgrammeAt,
        language: Callable[[], str],
        known_until: Callable[[], datetime | None] = lambda: None,
        met: Callable[[bytes], None] = lambda _member_id: None,
        strangers: Strangers | None = None,
    ) -> None:
        """`known_until` is as of when the till knows what happened elsewhere; None means now. `met`
        is told of members who are looked at and of whom the till has the profile alone; `strangers`
        are those on the roll.
        """
        self._strangers = strangers
        self._met = met
        self._book = book
        self._known_until = known_until
        self._look_up = look_up
        self._clock = clock
        self._programme_at = programme_at
        self._language = language

    def search(self, text: str, limit: int = 20, *, language: str = "") -> MemberFound:
        """Members that a typed text may mean, at most `limit` of them, the best first."""
        whole = self._look_up.ready  # before it is asked: it may come to be meanwhile
        with self._book.read() as reader:
            ids = self._candidates(reader, text.strip(), min(limit, ROWS_MOST))
            rows = tuple(self._rows(reader, ids, language))
        unique = rows[0] if len(rows) == 1 else None
        total = self._look_up.count
        return MemberFound(rows=rows, total_on_till=total, unique=unique, whole=whole)

    def row(self, member_id: bytes) -> MemberRow | None:
        """One member's row; None when they are gone."""
        with self._book.read() as reader:
            return next(iter(self._rows(reader, [member_id], "")), None)

    def panel(self, member_id: bytes, *, language: str = "") -> MemberPanel:
        """Where a member stands now; raises `ServiceRefusal` NO_SUCH_MEMBER."""
        found = self._panel(member_id, language)
        if found is None and self._strangers is not None and self._strangers.take_in(member_id):
            found = self._panel(member_id, language)
        if found is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        return found

    def _panel(self, member_id: bytes, language: str) -> MemberPanel | None:
        """The same; None for somebody who is not in the book, or was erased."""
        now = self._clock.now()
        with self._book.read() as reader:
            seen = reader.members.seen(member_id)
            if seen is None or seen.member.status is MemberStatus.ERASED:
                return None
            programme = self._programme_at(reader, now)
            if not seen.complete:
                self._met(member_id)
            known = self._known_until()
            as_of, stale = known or now, known is not None
            if programme is None:
                return MemberPanel(
                    member=seen.member,
                    as_of=as_of,
                    last_visit=seen.last_visit,
                    complete=seen.complete,
                    stale=stale,
                )
            day = store_day(now, programme.zone)
            state = state_of(reader, programme, member_id, day, seen=seen)
        assert state is not None  # the snapshot that has the member has what they have
        language = language or self._language()
        wallets, tiers = _told(programme, state, day, language)
        return MemberPanel(
            member=seen.member,
            as_of=as_of,
            last_visit=seen.last_visit,
            complete=seen.complete,
            wallets=wallets,
            tiers=tiers,
            currency=programme.currency,
            vouchers=vouchers_of(programme, state.rights, day, language),
            stale=stale,
        )

    def by_card(self, code: str) -> bytes | None:
        """The member of a short code as typed or scanned."""
        canonical = parse_short_code(code)
        if canonical is None:
            return None
        return self._by(IdentifierKind.CARD, canonical)

    def by_phone(self, phone: str) -> bytes | None:
        """The member of a whole phone number as typed."""
        return self._by(IdentifierKind.PHONE, phone_digits(phone))

    def _by(self, kind: IdentifierKind, value: str) -> bytes | None:
        """Whoever is found by this, in the book from now on."""
        with self._book.read() as reader:
            found = reader.members.by_identifier(kind, value)
        if not found and self._strangers is not None and self._strangers.take_in_by(kind, value):
            with self._book.read() as reader:
                found = reader.members.by_identifier(kind, value)
        return _first(found)

    def _candidates(self, reader: Reader, text: str, limit: int) -> list[bytes]:
        if not text:
            return []
        code = parse_short_code(text)
        if code is not None:
            return self._exact(reader, IdentifierKind.CARD, code)[:limit]
        # A number or address that an import brought along counts only when it is typed whole.
        exact = [
            *self._exact(reader, IdentifierKind.FOREIGN, text),
            *self._exact(reader, IdentifierKind.EMAIL, text.lower()),
            # The cache has one number of each member; one who was two records has more.
            *self._exact(reader, IdentifierKind.PHONE, _digits(text)),
        ]
        return list(dict.fromkeys([*exact, *self._looked_up(text, limit)]))[:limit]

    def _exact(self, reader: Reader, kind: IdentifierKind, value: str) -> list[bytes]:
        found = list(reader.members.by_identifier(kind, value))
        if self._strangers is not None:
            found += self._strangers.by(reader, kind, value)
        return found

    def _looked_up(self, text: str, limit: int) -> list[bytes]:
        if not _may_be_phone(text):
            return [found.member_id for found in self._look_up.by_name(text, limit)]
        digits, last = phone_digits(text), _decimals(text)
        if len(last) == LAST_DIGITS:
            # As typed: 0021 is the end of a number, and no prefix of a country.
            found = self._look_up.by_last_digits(last, limit)
        else:
            found = self._look_up.by_phone_start(digits, limit) if digits else []
        return [one.member_id for one in found]

    def _rows(self, reader: Reader, ids: Sequence[bytes], language: str) -> list[MemberRow]:
        """Rows in the order of the ids, read for all of them at once."""
        if not ids:
            return []
        briefs = reader.members.briefs(ids)
        now = self._clock.now()
        standings = self._standings(reader, ids, now, language or self._language())
        as_of = self._known_until() or now
        rows = []
        for member_id in ids:
            brief = briefs.get(member_id)
            if brief is None:
                rows += self._row_of_stranger(member_id, as_of)
                continue
            if brief.status in (MemberStatus.ERASED, MemberStatus.CLOSED):
                continue
            if not brief.complete:
                rows.append(_row_unknown(member_id, brief.name, brief.phone, as_of))
                continue
            wallets, tiers = standings.get(member_id, NOTHING)
            rows.append(
                MemberRow(
                    member_id=member_id,
                    name=brief.name,
                    phone=brief.phone,
                    tier_name=tiers[0].level_name if tiers else "",
                    tier_rank=tiers[0].rank if tiers else 0,
                    balance=wallets[0].balance if wallets else 0,
                    last_visit=brief.last_visit,
                )
            )
        return rows

    def _row_of_stranger(self, member_id: bytes, as_of: datetime) -> list[MemberRow]:
        """The row of a member who is on the roll alone."""
        found = self._look_up.by_id(member_id) if self._strangers is not None else None
        if found is None:
            return []
        return [_row_unknown(member_id, found.name, found.phone or "", as_of)]

    def _standings(
        self, reader: Reader, ids: Sequence[bytes], now: datetime, language: str
    ) -> dict[bytes, Standing]:
        """Wallets and tiers of several members; empty without a programme."""
        programme = self._programme_at(reader, now)
        if programme is None:
            return {}
        day = store_day(now, programme.zone)
        states = states_of(reader, programme, ids, day)
        return {one: _told(programme, state, day, language) for one, state in states.items()}


def _row_unknown(member_id: bytes, name: str, phone: str, as_of: datetime) -> MemberRow:
    """The row of a member of whom the till has the profile alone: no points are not 0 points."""
    return MemberRow(
        member_id=member_id,
        name=name,
        phone=phone,
        tier_name="",
        tier_rank=0,
        balance=None,
        last_visit=None,
        as_of=as_of,
    )


def _decimals(text: str) -> str:
    return "".join(str(int(ch)) for ch in text if ch.isdecimal())


def _may_be_phone(text: str) -> bool:
    return all(ch.isdecimal() or ch in PHONE_MARKS for ch in text)


def _digits(text: str) -> str:
    """The digits of what may be a phone number, else what nobody has."""
    return phone_digits(text) if _may_be_phone(text) else ""


def _told(programme: Programme, state: MemberState, day: date, language: str) -> Standing:
    return wallet_states(programme, state, day), tier_states(programme, state, day, language)


def _first(ids: tuple[bytes, ...]) -> bytes | None:
    return ids[0] if ids else None
