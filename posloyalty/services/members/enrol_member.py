"""Making somebody a member, and what may change afterwards: card, consents, profile.

Shape: every act is one transaction: the journal's events (which name the member by a random id and
hold nothing personal), and the member's record beside them. The card's token is signed with the
till's newest key, so that any till that knows the key accepts it with no network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from posloyalty.domain.members import card_token
from posloyalty.domain.members.member import (
    Birthday,
    Consent,
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.members.phone import phone_digits, phone_is_plausible
from posloyalty.domain.members.short_code import RANDOM_BYTES, short_code
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.calendar import add_months
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.doings.happenings import signing_up
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.members.find_member import FindMember, MemberRow
from posloyalty.services.members.strangers import Strangers
from posloyalty.services.ports import (
    Chance,
    IssuedCard,
    Reader,
    UnitOfWork,
)
from posloyalty.services.refusal import Finding, ServiceRefusal, finding, refuse_findings
from posloyalty.sync import events

NAME_MOST: Final = 80
NOTE_MOST: Final = 500
CARD_MONTHS: Final = 24
TERMS: Final = "terms"
TERMS_VERSION: Final = "1"
SHORT_CODE_TRIES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolForm:
    """What the member told us; `consents` are (purpose, channel, granted)."""

    phone: str
    name: str = ""
    birthday: Birthday | None = None
    consents: tuple[tuple[str, str, bool], ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCard:
    """What a card shows: never tier, balance or phone."""

    member_id: bytes
    shop_name: str
    token_text: str
    short_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A new member, their card, and what the programme did to welcome them; None for nothing."""

    member: Member
    card_token_text: str
    short_code: str
    welcome: Acted | None = None


class EnrolMember(Grounded):
    """Enrolment and its neighbours. `changed` tells the look-up cache to follow the book; `acts`
    lets the programme welcome who joins, in the same transaction; `strangers` are members on the
    roll, whose phone numbers are taken too.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        find: FindMember,
        changed: Callable[[], None],
        acts: ProgrammeActs,
        strangers: Strangers | None = None,
    ) -> None:
        super().__init__(ground)
        self._strangers = strangers
        self._acts = acts
        self._find = find
        self._changed = changed

    def duplicate(self, phone: str) -> MemberRow | None:
        """Who has this phone number already."""
        digits = phone_digits(phone)
        self._take_in(digits)
        with self._book.read() as reader:
            found = reader.members.by_identifier(IdentifierKind.PHONE, digits)
        return self._find.row(found[0]) if found else None

    def enrol(self, form: EnrolForm, operator: Operator) -> Enrolled:
        """Book a new member with consents and card.

        Raises `ServiceRefusal` INVALID with all findings, or PHONE_TAKEN.
        """
        phone = phone_digits(form.phone)
        refuse_findings(_findings(form, phone))
        now = self._clock.now()
        self._take_in(phone)
        with self._book.write() as unit:
            if unit.members.by_identifier(IdentifierKind.PHONE, phone):
                raise ServiceRefusal("PHONE_TAKEN")
            member_id = self._ids.new_id()
            code = free_short_code(unit, self._chance)
            member = Member(
                id=member_id,
                status=MemberStatus.ACTIVE,
                joined_on=now.date(),
                home_store=unit.facts.store_code,
                profile=Profile(
                    name=form.name.strip(),
                    identifiers=(
                        Identifier(IdentifierKind.PHONE, phone),
                        Identifier(IdentifierKind.CARD, code),
                    ),
                    language=form.language,
                    birthday=form.birthday,
                ),
                consents=tuple(
                    self._consent(unit, answer, form.language, operator, now)
                    for answer in form.consents
                ),
            )
            created = unit.journal.append(
                member_created(
                    unit, self._ids.new_id(), member, actor=operator.id, source="till", at=now
                )
            )
            unit.members.add(member, appended=created)
            for consent in member.consents:
                unit.journal.append(consent_given(unit, self._ids.new_id(), member_id, consent))
            card = self._issue(unit, member_id, code, operator, now)
            welcome = self._acts.record_in(unit, signing_up(member_id), operator, at=now)
            unit.commit()
        self._changed()
        return Enrolled(
            member=member, card_token_text=card.token_text, short_code=code, welcome=welcome
        )

    def _take_in(self, phone: str) -> None:
        """Whoever has this number and was never here comes into the book first."""
        if phone and self._strangers is not None:
            self._strangers.take_in_by(IdentifierKind.PHONE, phone)

    def card(self, member_id: bytes) -> MemberCard:
        """The member's card as it is; raises `ServiceRefusal` NO_CARD when there is none."""
        with self._book.read() as reader:
            card = reader.tokens.current(member_id)
            if card is None:
                raise ServiceRefusal("NO_CARD")
            return _shown(reader, card)

    def replace_card(self, member_id: bytes, operator: Operator) -> MemberCard:
        """Withdraw every card of the member and issue a new one; the short code changes too."""
        now = self._clock.now()
        with self._book.write() as unit:
            member = _known(unit.members.by_id(member_id))
            since = _good_from(now, unit.tokens.revoked_before(member_id))
            stamp = unit.journal.stamp(now)
            revoked = unit.journal.append(
                events.CardRevoke(
                    id=self._ids.new_id().hex(),
                    at=stamp.at,
                    hlc=stamp.hlc,
                    actor=operator.id.hex(),
                    member=member_id.hex(),
                    before=int(since.timestamp()),
                    cause="replaced",
                )
            )
            unit.tokens.revoke(member_id, before=since, appended=revoked)
            code = free_short_code(unit, self._chance)
            others = tuple(
                one for one in member.profile.identifiers if one.kind is not IdentifierKind.CARD
            )
            profile = replace(
                member.profile,
                identifiers=(*others, Identifier(IdentifierKind.CARD, code)),
            )
            self._save_profile(unit, member_id, profile, ("card",), operator, now)
            card = self._issue(unit, member_id, code, operator, now, since=since)
            shown = _shown(unit, card)
            unit.commit()
        self._changed()
        return shown

    def set_consent(
        self, member_id: bytes, *, purpose: str, channel: str, granted: bool, operator: Operator
    ) -> Member:
        """Add the member's answer for one purpose and channel; the newest answer counts.

        Raises `ServiceRefusal` TERMS_CANNOT_BE_WITHDRAWN: without terms there is no membership.
        """
        if purpose == TERMS and not granted:
            raise ServiceRefusal("TERMS_CANNOT_BE_WITHDRAWN")
        now = self._clock.now()
        with self._book.write() as unit:
            member = _known(unit.members.by_id(member_id))
            answer = (purpose, channel, granted)
            consent = self._consent(unit, answer, member.profile.language, operator, now)
            appended = unit.journal.append(
                consent_given(unit, self._ids.new_id(), member_id, consent)
            )
            unit.members.add_consent(member_id, consent, appended=appended)
            changed = _known(unit.members.by_id(member_id))
            unit.commit()
        return changed

    def edit(self, member_id: bytes, profile: Profile, operator: Operator) -> Member:
        """Replace name, phone, birthday, language and note; the card stays.

        Raises `ServiceRefusal` INVALID with all findings, or PHONE_TAKEN.
        """
        phone = _phone_of(profile)
        form = EnrolForm(
            phone=phone,
            name=profile.name,
            birthday=profile.birthday,
            consents=((TERMS, "", True),),
        )
        found = _findings(form, phone)
        if len(profile.note) > NOTE_MOST:
            found.append(finding("note", "NOTE_TOO_LONG", most=NOTE_MOST))
        refuse_findings(found)
        self._take_in(phone)
        with self._book.write() as unit:
            member = _known(unit.members.by_id(member_id))
            taken = unit.members.by_identifier(IdentifierKind.PHONE, phone)
            if any(other != member_id for other in taken):
                raise ServiceRefusal("PHONE_TAKEN")
            fields = _changed_fields(member.profile, profile)
            if not fields:
                return member
            self._save_profile(unit, member_id, profile, fields, operator, self._clock.now())
            changed = _known(unit.members.by_id(member_id))
            unit.commit()
        self._changed()
        return changed

    def _issue(
        self,
        unit: UnitOfWork,
        member_id: bytes,
        code: str,
        operator: Operator,
        now: datetime,
        *,
        since: datetime | None = None,
    ) -> IssuedCard:
        card = make_card(
            unit,
            card_id=self._ids.new_id(),
            member_id=member_id,
            short_code=code,
            now=now if since is None else since,
        )
        event = card_issued(unit, self._ids.new_id(), card, actor=operator.id, at=now)
        unit.tokens.issue(card, appended=unit.journal.append(event))
        return card

    def _save_profile(
        self,
        unit: UnitOfWork,
        member_id: bytes,
        profile: Profile,
        fields: tuple[str, ...],
        operator: Operator,
        now: datetime,
    ) -> None:
        stamp = unit.journal.stamp(now)
        edited = unit.journal.append(
            events.MemberEdit(
                id=self._ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                actor=operator.id.hex(),
                member=member_id.hex(),
                fields=fields,
            )
        )
        unit.members.save_profile(member_id, profile, appended=edited)

    def _consent(
        self,
        unit: UnitOfWork,
        answer: tuple[str, str, bool],
        language: str,
        operator: Operator,
        now: datetime,
    ) -> Consent:
        purpose, channel, granted = answer
        return Consent(
            purpose=purpose,
            channel=channel,
            granted=granted,
            text_version=TERMS_VERSION,
            language=language,
            at=now,
            operator_id=operator.id,
            till_id=unit.facts.till_id,
            source="till",
        )


def consent_given(
    unit: UnitOfWork, event_id: bytes, member_id: bytes, consent: Consent
) -> events.Consent:
    """The event of an answer."""
    stamp = unit.journal.stamp(consent.at)
    return events.Consent(
        id=event_id.hex(),
        at=stamp.at,
        hlc=stamp.hlc,
        actor=consent.operator_id.hex(),
        member=member_id.hex(),
        purpose=consent.purpose,
        channel=consent.channel,
        granted=consent.granted,
        text=consent.text_version,
        lang=consent.language,
        source=consent.source,
    )


def free_short_code(unit: UnitOfWork, chance: Chance) -> str:
    """A short code that no card has yet; `short_code` says how rarely a second draw is needed."""
    for _ in range(SHORT_CODE_TRIES):
        code = short_code(chance.token_bytes(RANDOM_BYTES))
        taken = unit.tokens.by_short_code(code) is not None
        if not taken and not unit.members.by_identifier(IdentifierKind.CARD, code):
            return code
    raise ServiceRefusal("NO_SHORT_CODE_FREE")


def make_card(
    unit: UnitOfWork, *, card_id: bytes, member_id: bytes, short_code: str, now: datetime
) -> IssuedCard:
    """A card signed with the till's newest key, good for two years. By the key's mark on it other
    tills find the key among a chain's thousands.
    """
    key = unit.tokens.keys()[-1]
    mark = card_token.key_mark(key.public_key)
    expires = _months_later(now, CARD_MONTHS)
    token = card_token.MemberToken(
        key_id=mark,
        member_id=member_id,
        issued_s=int(now.timestamp()),
        expires_s=int(expires.timestamp()),
    )
    return IssuedCard(
        id=card_id,
        member_id=member_id,
        key_id=mark,
        short_code=short_code,
        token_text=card_token.encode(token, SigningKey.generate(key.seed).sign),
        issued_at=token.issued_at,
        expires_at=token.expires_at,
    )


def card_issued(
    unit: UnitOfWork, event_id: bytes, card: IssuedCard, *, actor: bytes, at: datetime
) -> events.CardIssue:
    """The event of a card: it holds the token's hash, never the token."""
    stamp = unit.journal.stamp(at)
    return events.CardIssue(
        id=event_id.hex(),
        at=stamp.at,
        hlc=stamp.hlc,
        actor=actor.hex(),
        member=card.member_id.hex(),
        card=card.id.hex(),
        token=hashlib.sha256(card.token_text.encode("ascii")).hexdigest(),
        kid=card.key_id,
        issued=int(card.issued_at.timestamp()),
        expires=int(card.expires_at.timestamp()),
    )


def member_created(
    unit: UnitOfWork, event_id: bytes, member: Member, *, actor: bytes, source: str, at: datetime
) -> events.MemberCreate:
    """The event of a new member: a random id, a day, a store; nothing personal."""
    stamp = unit.journal.stamp(at)
    return events.MemberCreate(
        id=event_id.hex(),
        at=stamp.at,
        hlc=stamp.hlc,
        actor=actor.hex(),
        member=member.id.hex(),
        joined=member.joined_on.isoformat(),
        store=member.home_store,
        source=source,
    )


def _months_later(now: datetime, months: int) -> datetime:
    return datetime.combine(add_months(now.date(), months), now.timetz())


def _findings(form: EnrolForm, phone: str) -> list[Finding]:
    found = []
    if not phone_is_plausible(phone):
        found.append(finding("phone", "PHONE_NOT_PLAUSIBLE", digits=len(phone)))
    if len(form.name.strip()) > NAME_MOST:
        found.append(finding("name", "NAME_TOO_LONG", most=NAME_MOST))
    if form.birthday is not None and not _birthday_exists(form.birthday):
        found.append(finding("birthday", "NO_SUCH_DAY"))
    if not any(purpose == TERMS and granted for purpose, _, granted in form.consents):
        found.append(finding(TERMS, "TERMS_NEEDED"))
    return found


def _birthday_exists(birthday: Birthday) -> bool:
    try:
        # Any leap year will do: 29 February is somebody's birthday.
        date(birthday.year or 2000, birthday.month, birthday.day)
    except ValueError:
        return False
    return True


def _phone_of(profile: Profile) -> str:
    phones = (one for one in profile.identifiers if one.kind is IdentifierKind.PHONE)
    return phone_digits(next((one.value for one in phones), ""))


def _changed_fields(old: Profile, new: Profile) -> tuple[str, ...]:
    names = ("name", "identifiers", "language", "birthday", "note")
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _known(member: Member | None) -> Member:
    if member is None:
        raise ServiceRefusal("NO_SUCH_MEMBER")
    return member


def _good_from(now: datetime, revoked_before: datetime | None) -> datetime:
    """When a replacing card begins: a whole second after the cards that it withdraws.

    Tokens count seconds, and the till's time stands still while the wall clock is behind the
    journal: a card that was lost within the same second must not stay good beside the new one.
    """
    last = now if revoked_before is None else max(now, revoked_before)
    return last.replace(microsecond=0) + timedelta(seconds=1)


def _shown(reader: Reader | UnitOfWork, card: IssuedCard) -> MemberCard:
    return MemberCard(
        member_id=card.member_id,
        shop_name=reader.settings.get("shop.name") or "",
        token_text=card.token_text,
        short_code=card.short_code,
    )
