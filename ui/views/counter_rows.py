"""The counter's states as rows of the widgets: basket lines, chips, member's card, quick keys."""

from __future__ import annotations

from ui.presenters.basket_rows import LineRow
from ui.presenters.chips import ChipState
from ui.presenters.doings.state import DoingRow
from ui.presenters.find_item import FoundRow
from ui.presenters.member_panel import MemberState
from ui.presenters.quick_pages import KeyState, TurnState
from ui.widgets.basket_list import BasketRow, OfferRow
from ui.widgets.chips import ChipKind, ChipRow
from ui.widgets.lists import ListRow
from ui.widgets.member_card import MemberCardRow
from ui.widgets.quick_keys import QuickKeyRow, TurnKeyRow


def basket_row(line: LineRow) -> BasketRow:
    """A line of the basket."""
    return BasketRow(
        number=line.number,
        quantity=line.quantity,
        name=line.name,
        unit_price=line.unit_price,
        amount=line.amount,
        spoken=line.spoken,
        offers=tuple(OfferRow(offer.name, offer.amount) for offer in line.offers),
        note=line.note,
        can_count=line.can_count,
        can_price=line.can_price,
        can_discount=line.can_discount,
        blocked=line.blocked,
    )


def chip_row(chip: ChipState) -> ChipRow:
    """A chip."""
    return ChipRow(
        id=chip.id,
        kind=ChipKind(chip.kind.value),
        title=chip.title,
        sub=chip.sub,
        spoken=chip.spoken,
        amount=chip.amount,
        toggles=chip.toggles,
        share=chip.share,
    )


def member_row(member: MemberState | None) -> MemberCardRow | None:
    """The member's card."""
    if member is None:
        return None
    return MemberCardRow(
        name=member.name,
        phone=member.phone,
        balance=member.balance,
        unit=member.unit,
        as_of=member.as_of,
        stale=member.stale,
        tier=member.tier,
        pips_full=member.rank,
        pips_of=member.levels,
        pending=member.pending,
        birthday=member.birthday,
        progress=member.progress,
        progress_words=member.progress_words,
        deadline=member.deadline,
        note=member.note,
    )


def key_row(key: KeyState | None) -> QuickKeyRow | None:
    """A quick key, or its empty place."""
    if key is None:
        return None
    return QuickKeyRow(
        id=key.product_id, name=key.name, price=key.price, initial=key.initial, colour=key.colour
    )


def turn_row(turn: TurnState | None) -> TurnKeyRow | None:
    """The key that turns to the next leaf of a tab."""
    if turn is None:
        return None
    return TurnKeyRow(words=turn.words, place=turn.place, spoken=turn.spoken, back=turn.back)


def found_row(row: FoundRow) -> ListRow:
    """An article that was found."""
    return ListRow(
        id=row.product_id,
        title=row.name,
        spoken=row.spoken,
        sub=row.sub,
        amount=row.price,
        initial=row.initial,
    )


def doing_row(row: DoingRow) -> ListRow:
    """Something that a member can do or use."""
    return ListRow(
        id=row.id,
        title=row.title,
        spoken=row.spoken,
        sub=row.sub,
        amount=row.amount,
        icon=row.icon,
        faint=row.faint,
        heading=row.heading,
        whole=True,  # the odds of a draw, a licence, a reason: nobody may have to guess their end
    )
