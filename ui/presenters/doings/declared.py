"""What the kinds of a programme show at the counter, as doings: worded, previewed, booked alike.

A kind says its rows as data (`engine/at_counter`); nothing here knows any of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import (
    Answers,
    Ask,
    AskedAs,
    HowFar,
    Row,
    StillAsked,
    Text,
    WayBack,
    WithWeekday,
    said,
)
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.reason import Fact
from posloyalty.wording import MissingWording
from ui.presenters.amounts import Figures
from ui.presenters.doings.days import weekday_text
from ui.presenters.doings.doing import Doing, Look, Undo, recorded
from ui.presenters.form import Choice, Field, FieldKind
from ui.presenters.reason_text import fact_text
from ui.presenters.tier_text import TierWords

if TYPE_CHECKING:
    from posloyalty.services.doings.programme_acts import Acted

_KINDS: Final = {
    AskedAs.TEXT: FieldKind.TEXT,
    AskedAs.NUMBER: FieldKind.DIGITS,
    AskedAs.OPTION: FieldKind.CHOICE,
}


def declared_doing(look: Look, row: Row) -> Doing:
    """A row as it is shown, asked, previewed and booked."""
    figures = look.figures
    shown = Doing(
        id=row.id,
        icon=row.icon,
        title=text(row.title, figures),
        sub=_sub(look, row),
        amount="" if row.amount is None else text(row.amount, figures),
        verb="" if row.verb is None else text(row.verb, figures),
    )
    if row.does is None:
        return shown
    would, act, uses = recorded(look, row.does)

    def quietly(answers: Answers) -> Acted:
        return replace(would(answers), awards=(), told=())

    return replace(
        shown,
        fields=tuple(_field(ask, figures) for ask in row.asks),
        sample=row.sample,
        preview=quietly if row.quiet else would,
        act=act,
        uses=uses,
        undo=None if row.back is None else _undo(look, row.back),
    )


def text(one: Text, figures: Figures) -> str:
    """A name in the language of the screens, a figure on its way, or a sentence with its facts
    filled in. One that this till has no words for is shown by its code.
    """
    if isinstance(one, StillAsked):
        day = None if one.through is None else figures.day(one.through)
        return _figures(figures).goal(one.figure, day)
    if isinstance(one, WithWeekday):
        return weekday_text(one.day, figures)
    if isinstance(one, HowFar):
        return _figures(figures).way(one.figure)
    if isinstance(one, Names):
        return one.in_language(figures.words.language)
    facts = dict(one.facts)
    wallet = str(facts.get("wallet", ""))
    worded = {name: _fact(name, fact, wallet, figures) for name, fact in facts.items()}
    try:
        return figures.words(one.code, **worded)
    except MissingWording:
        return one.code


def _figures(figures: Figures) -> TierWords:
    return TierWords(figures.words, wallets=figures.wallets, currency=figures.currency)


def _fact(name: str, fact: Fact | Names | WithWeekday, wallet: str, figures: Figures) -> str:
    if isinstance(fact, Names):
        return fact.in_language(figures.words.language)
    if isinstance(fact, WithWeekday):
        return weekday_text(fact.day, figures)
    return fact_text(name, fact, wallet, figures)


def _sub(look: Look, row: Row) -> str:
    subs = row.also if row.sub is None else (row.sub, *row.also)
    needs = () if look.operator.is_at_least(row.role) else (said("doings.needs_approval"),)
    return " · ".join(text(one, look.figures) for one in (*subs, *needs))


def _field(ask: Ask, figures: Figures) -> Field:
    return Field(
        name=ask.name,
        label=text(ask.label, figures),
        kind=_KINDS[ask.kind],
        value=ask.value,
        hint="" if ask.hint is None else text(ask.hint, figures),
        choices=tuple(Choice(value, text(named, figures)) for value, named in ask.options),
        length_max=ask.length_most,
    )


def _undo(look: Look, back: WayBack) -> Undo | None:
    """The way back, for whoever may take it."""
    if not look.operator.is_at_least(back.role):
        return None
    by, acts = back.by, look.till.acts
    if by is not None:
        return lambda acted, operator: acts.record(by(acted.does), operator)
    undo_act, cause = look.till.doings.undo_act, look.figures.words("doings.undo_cause")
    return lambda acted, operator: undo_act.undo(acted.event_id, operator, cause=cause)
