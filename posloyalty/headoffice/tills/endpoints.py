"""What tills may ask: the table of endpoints that `desk` answers, by what they are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from posloyalty.headoffice.members.profiles import Profiles, told_of
from posloyalty.headoffice.members.rolls import Rolls
from posloyalty.headoffice.programmes.publications import file_for, list_for
from posloyalty.headoffice.tills.admission import USUAL, Strictness
from posloyalty.headoffice.tills.answering import AnswerDesk
from posloyalty.headoffice.tills.card_keys import CardKeys
from posloyalty.headoffice.tills.epochs import Epochs
from posloyalty.headoffice.tills.forms import lines_of
from posloyalty.headoffice.tills.hellos import Hellos
from posloyalty.headoffice.tills.intake import Intake
from posloyalty.headoffice.tills.phone_codes import PhoneCodes
from posloyalty.headoffice.tills.visits import Reply, Request, Visit
from posloyalty.sync.wire import (
    answers,
    card_keys,
    found_members,
    lending,
    messages,
    phone_codes,
    profiles,
    publications,
    roll,
)
from posloyalty.sync.wire.batch import PACKED_BYTES_MAX

LEASES_BYTES_MAX: Final = 64 * 1024
Prepare = Callable[[Request], Any]
Act = Callable[[Visit, Any], Reply]
Together = Callable[[Sequence[tuple[Visit, Any]]], list[Reply | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What is done at a path: `prepare` without the database, then `act` inside a transaction, or
    `together` for several tills at once, which leaves to `act` whom it has no answer for.
    """

    method: str
    path: str
    act: Act
    prepare: Prepare = lambda _request: None
    together: Together | None = None
    strictness: Strictness = USUAL
    body_bytes_max: int = messages.MESSAGE_BYTES_MAX


def asked(path: str, answer: Callable[[Visit], Reply]) -> Endpoint:
    """What a till posts to a path, read and answered inside one transaction."""
    return Endpoint(method="POST", path=path, act=lambda visit, _: answer(visit))


def of_journals(hellos: Hellos, intake: Intake, epochs: Epochs) -> tuple[Endpoint, ...]:
    """How journals come in, and a till's own events back."""
    return (
        Endpoint(
            method="POST",
            path=messages.HELLO,
            act=lambda visit, _: hellos.hello(visit),
            together=hellos.hello_all,
            strictness=Strictness(any_clock=True, any_start=True),
        ),
        Endpoint(
            method="POST",
            path=messages.PUSH,
            prepare=intake.stretch_of,
            act=intake.push,
            together=intake.push_all,
            body_bytes_max=PACKED_BYTES_MAX,
        ),
        Endpoint(
            method="POST",
            path=messages.QUARANTINE,
            prepare=lines_of,
            act=lambda visit, _: intake.quarantine(visit),
            strictness=Strictness(revoked=True, late_certificate=True, any_start=True),
            body_bytes_max=PACKED_BYTES_MAX,
        ),
        asked(messages.EPOCHS, epochs.open),
        Endpoint(
            method="GET",
            path=messages.JOURNAL,
            act=lambda visit, _: intake.own_events(visit),
        ),
    )


OF_PROGRAMMES: Final = (
    asked(publications.PROGRAMMES, list_for),
    asked(publications.PROGRAMME_FILE, file_for),
)


def of_answers(desk: AnswerDesk) -> tuple[Endpoint, ...]:
    """What is new elsewhere, and what is lent."""
    return (
        Endpoint(
            method="POST",
            path=answers.ANSWER,
            act=lambda visit, _: desk.answer(visit),
            together=desk.quiet,
        ),
        asked(lending.RESERVE, desk.reserve),
        Endpoint(
            method="POST",
            path=lending.LEASES,
            act=lambda visit, _: desk.lend(visit),
            body_bytes_max=LEASES_BYTES_MAX,
        ),
    )


def of_profiles(
    known: Profiles, found: Callable[[Visit], Reply], rolls: Rolls
) -> tuple[Endpoint, ...]:
    """Who members are."""
    return (
        Endpoint(
            method="POST",
            path=profiles.TELL,
            prepare=told_of,
            act=known.take,
            body_bytes_max=profiles.TOLD_PACKED_MAX,
        ),
        asked(profiles.FEED, known.feed),
        asked(found_members.MEMBER, found),
        asked(roll.ROLL, rolls.given),
        asked(roll.SHEETS, rolls.sheets),
    )


def of_cards(keys: CardKeys, codes: PhoneCodes) -> tuple[Endpoint, ...]:
    """Whose cards and phone codes are good."""
    return (
        asked(card_keys.CARD_KEYS, keys.page),
        asked(card_keys.CARD, keys.known),
        asked(phone_codes.PHONE_CODE, codes.known),
    )
