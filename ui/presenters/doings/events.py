"""Events: coming with guests, giving a place up, being checked in on the day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posloyalty.services.doings.happenings import accepting, cancelling, checking_in
from ui.presenters.doings.days import weekday_text
from ui.presenters.doings.doing import NOTHING_ASKED, Doing, Look, number, recorded
from ui.presenters.form import Choice, Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import Invited

GUESTS: Final = "guests"
PEOPLE: Final = "people"
CHOICES_MOST: Final = 8


def events(look: Look) -> Iterator[Doing]:
    """Coming to each; for who has a place checking in on the day, and giving it up until then."""
    for one in look.offered.events:
        if not (one.seat or one.waits):
            yield _accept(look, one)
            continue
        if one.seat and one.on == look.day:
            yield _check_in(look, one)
        if look.day <= one.until:
            yield _cancel(look, one)


def _accept(look: Look, one: Invited) -> Doing:
    words, day = look.figures.words, weekday_text(one.on, look.figures)
    preview, act, uses = recorded(
        look, lambda answers: accepting(look.member_id, one.id, number(answers, GUESTS))
    )
    fields = (_people(GUESTS, words("doings.guests"), 0, one.guests),) if one.guests else ()
    return Doing(
        id=f"event:{one.id}",
        icon="calendar",
        title=one.name,
        sub=words("doings.event_free", day=day, n=one.free)
        if one.free
        else words("doings.event_full", day=day),
        verb=words("doings.accept"),
        fields=fields,
        sample={GUESTS: "0"},
        preview=preview,
        act=act,
        uses=uses,
        undo=lambda _acted, by: look.till.doings.attend.cancel(look.member_id, one.id, by),
    )


def _check_in(look: Look, one: Invited) -> Doing:
    words = look.figures.words
    preview, act, uses = recorded(
        look, lambda answers: checking_in(look.member_id, one.id, number(answers, PEOPLE) or 1)
    )
    several = one.people > 1
    return Doing(
        id=f"check_in:{one.id}",
        icon="people",
        title=one.name,
        sub=words("doings.event_today", people=one.people),
        verb=words("doings.check_in"),
        fields=(_people(PEOPLE, words("doings.people"), 1, one.people),) if several else (),
        sample={PEOPLE: "1"},
        preview=preview,
        act=act,
        uses=uses,
    )


def _cancel(look: Look, one: Invited) -> Doing:
    words, day = look.figures.words, weekday_text(one.on, look.figures)
    preview, act, uses = recorded(look, lambda _answers: cancelling(look.member_id, one.id))
    held = "doings.event_seat" if one.seat else "doings.event_waits"
    return Doing(
        id=f"cancel:{one.id}",
        icon="calendar",
        title=one.name,
        sub=words(held, day=day, people=one.people),
        verb=words("doings.give_up_place"),
        sample=NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
    )


def _people(name: str, label: str, least: int, most: int) -> Field:
    """So many people: chosen where they are few, else typed."""
    if most - least >= CHOICES_MOST:
        return Field(
            name=name,
            label=label,
            kind=FieldKind.DIGITS,
            value=str(least),
            length_max=len(str(most)),
        )
    numbers = (str(n) for n in range(least, most + 1))
    choices = tuple(Choice(text, text) for text in numbers)
    return Field(name=name, label=label, kind=FieldKind.CHOICE, value=str(least), choices=choices)
