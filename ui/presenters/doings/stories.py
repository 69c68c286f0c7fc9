"""Stories: handed in with the licence, shown or rejected by who may, withdrawn by their member.

The till keeps no story. What is typed is the number or title on its sheet, which the shop keeps;
the journal holds the SHA-256 of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.works import voice
from posloyalty.services.doings.happenings import about_story, handing_in
from ui.presenters.doings.doing import NOTHING_ASKED, Answers, Doing, Look, Undo, recorded
from ui.presenters.form import Choice, Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.offered import OwnStory, StoryKind
    from posloyalty.services.doings.programme_acts import Happening

SHEET: Final = "sheet"
AGREES: Final = "agrees"
YES: Final = "yes"
CAUSE: Final = "cause"
SHEET_MOST: Final = 60
CAUSE_MOST: Final = 40
DIGEST_SHOWN: Final = 6
SEEN: Final = "-"
"""A sheet for a first look at what handing one in would bring; it is never booked."""


def stories(look: Look) -> Iterator[Doing]:
    """Handing one in; for each of the member's own what may still be done with it."""
    for kind in look.offered.stories:
        yield _hand_in(look, kind)
        for own in kind.own:
            if not own.shown:
                yield _about(look, kind, own, voice.SHOW)
                yield _about(look, kind, own, voice.REJECT)
            yield _about(look, kind, own, voice.WITHDRAW)


def _hand_in(look: Look, kind: StoryKind) -> Doing:
    words = look.figures.words

    def make(answers: Answers) -> Happening:
        return handing_in(
            look.member_id,
            kind.id,
            answers.get(SHEET, "").strip().encode("utf-8"),
            licensed=answers.get(AGREES) == YES,
        )

    preview, act, uses = recorded(look, make)
    return Doing(
        id=f"story:{kind.id}",
        icon="edit",
        title=kind.name,
        sub=kind.licence,
        verb=words("doings.hand_in"),
        fields=(
            Field(
                name=AGREES,
                label=words("doings.story_agrees"),
                kind=FieldKind.CHOICE,
                choices=(
                    Choice(YES, words("doings.story_yes")),
                    Choice("no", words("doings.story_no")),
                ),
            ),
            Field(
                name=SHEET,
                label=words("doings.story_sheet"),
                hint=words("doings.story_sheet_hint"),
                length_max=SHEET_MOST,
            ),
        ),
        sample={SHEET: SEEN, AGREES: YES},
        preview=preview,
        act=act,
        uses=uses,
        undo=_withdrawn(look, kind),
    )


def _about(look: Look, kind: StoryKind, own: OwnStory, act_word: str) -> Doing:
    words = look.figures.words
    cause = (Field(name=CAUSE, label=words("doings.story_cause"), length_max=CAUSE_MOST),)
    asks = cause if act_word == voice.REJECT else ()

    def make(answers: Answers) -> Happening:
        told = answers.get(CAUSE, "").strip()
        return about_story(look.member_id, kind.id, act_word, own.digest, told)

    preview, act, uses = recorded(look, make)
    day = "" if own.since is None else look.figures.day(own.since)
    state = "doings.story_shown" if own.shown else "doings.story_waits"
    return Doing(
        id=f"story_{act_word}:{kind.id}:{own.digest}",
        icon={voice.SHOW: "check-circle", voice.REJECT: "close"}.get(act_word, "back"),
        title=words(f"doings.story_{act_word}", name=kind.name),
        sub=words(state, day=day, sheet=own.digest[:DIGEST_SHOWN]),
        verb=words(f"doings.story_{act_word}_verb"),
        fields=asks,
        sample=None if asks else NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
    )


def _withdrawn(look: Look, kind: StoryKind) -> Undo:
    """What was handed in just now is taken away again."""
    withdraw = look.till.doings.voices.withdraw
    return lambda acted, by: withdraw(
        look.member_id, kind.id, acted.does.rights[0].right_id.hex(), by
    )
