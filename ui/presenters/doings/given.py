"""What an act gives, in words: "+50 pts", a reason where it gives nothing, what was handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.programme.kinds.survey import INVITATION
from posloyalty.services.papers.receipt_foot import told_sentence
from ui.presenters.amounts import Figures
from ui.presenters.reason_text import reason_text

if TYPE_CHECKING:
    from posloyalty.services.doings.programme_acts import Acted

# Reasons that say why it is less than it could be; the others say what the figure says already.
LESS: Final = frozenset({"CAPPED", "OFTEN_ENOUGH"})


def given_lines(acted: Acted, figures: Figures, *, of: str) -> tuple[str, ...]:
    """Each thing that an act `of` some name gives or tells, in its order, nothing twice.

    What the receipt would say of that very thing is said by its award already.
    """
    awards = (award for award in acted.awards if award.kind != INVITATION)
    lines = [line for award in awards for line in _award(award, figures, of)]
    told = (told_sentence(one, figures.currency, figures.words) for one in acted.told)
    lines += [line for line in told if not (lines and line.startswith(f"{of}:"))]
    return tuple(dict.fromkeys(line for line in lines if line))


def _award(award: Award, figures: Figures, of: str) -> tuple[str, ...]:
    reasons = tuple(reason_text(reason, figures) for reason in award.reasons)
    if award.kind != POINTS:
        named = () if award.name == of else (award.name,)
        return (*named, *reasons)
    if not award.amount:
        return reasons[-1:]
    less = tuple(
        text for reason, text in zip(award.reasons, reasons, strict=True) if reason.code in LESS
    )
    return (points_text(award.of, award.amount, figures), *less)


def points_text(wallet: str, points: int, figures: Figures) -> str:
    """+50 pts, with the wallet's name where there are several."""
    unit = figures.words("sale.points_unit")
    if len(figures.wallets) > 1:
        unit = figures.wallet_name(wallet)
    return figures.words("doings.points", points=figures.signed_points(wallet, points), unit=unit)
