"""Found members as rows, and what is said above them or in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.members.member import masked_phone
from posloyalty.domain.values.money import currency, format_amount
from posloyalty.wording import Words
from ui.presenters.enrolment import looks_like_phone
from ui.presenters.member_detail import (
    VisitLine,
    day_text,
    points_text,
    shown_name,
    time_text,
)

if TYPE_CHECKING:
    from posloyalty.services.members.find_member import MemberFound, MemberRow
    from posloyalty.services.ports import SaleRow

ROWS_MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTile:
    """One found member; without a `tier` where nobody here knows it yet."""

    member_id: bytes
    name: str
    initial: str
    phone: str
    tier: str
    points: str
    note: str
    chosen: bool


def member_tiles(
    found: MemberFound | None, chosen: bytes | None, words: Words, *, decimals: int
) -> tuple[MemberTile, ...]:
    """The rows, best first; the only one found is marked as if it were chosen."""
    if found is None:
        return ()
    unique = found.unique
    marked = chosen or (None if unique is None else unique.member_id)
    return tuple(_tile(row, marked, words, decimals) for row in found.rows)


def summary(rows: tuple[MemberTile, ...], total: int | None, words: Words) -> str:
    """How many were found, among how many."""
    if total is None:
        return ""
    if not rows:
        return words.counted("member.on_till", total, total=f"{total:,}")
    if len(rows) == ROWS_MOST:
        return words("member.found_more", n=ROWS_MOST)
    return words.counted("member.found", len(rows), total=f"{total:,}")


def nothing_found(text: str, words: Words, *, whole: bool, asking: bool = False) -> tuple[str, str]:
    """What stands in the place of rows, and what to do next. Without the `whole` of the members
    nobody can say that there is no such member, nor while head office is asked (`asking`).
    """
    if not text:
        return words("member.empty"), ""
    if not whole and not looks_like_phone(text):
        return words("member.still_reading"), words("member.still_reading_hint")
    if asking:
        return words("member.asking_office"), words("member.asking_office_hint")
    hint = "member.none_found_join" if looks_like_phone(text) else "member.none_found_hint"
    return words("member.none_found", text=text), words(hint)


def name_of(row: MemberRow, words: Words) -> str:
    """How a row's member is called."""
    return shown_name(row.name, row.phone or "", words)


def visit_lines(rows: tuple[SaleRow, ...]) -> tuple[VisitLine, ...]:
    """Earlier sales, newest first."""
    return tuple(
        VisitLine(
            sale_id=row.sale_id,
            number=row.number,
            at=time_text(row.at),
            amount=format_amount(row.payable_minor, currency(row.currency)),
        )
        for row in rows
    )


def _tile(row: MemberRow, marked: bytes | None, words: Words, decimals: int) -> MemberTile:
    name = name_of(row, words)
    tier, points, note = _standing(row, words, decimals)
    return MemberTile(
        member_id=row.member_id,
        name=name,
        initial=name[:1].upper(),
        phone=masked_phone(row.phone) if row.phone else "",
        tier=tier,
        points=points,
        note=note,
        chosen=row.member_id == marked,
    )


def _standing(row: MemberRow, words: Words, decimals: int) -> tuple[str, str, str]:
    """Tier, points and last visit; where the till knows none of them it says so, and as of when."""
    if row.balance is None:
        as_of = words("member.as_of", time=time_text(row.as_of)) if row.as_of else ""
        return "", words("member.points_unknown"), as_of
    visit = day_text(row.last_visit)
    return (
        row.tier_name or words("member.no_tier"),
        words("member.points", points=points_text(row.balance, decimals)),
        words("member.last_visit", day=visit) if visit else words("member.no_visit"),
    )
