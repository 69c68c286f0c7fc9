"""Points by hand, given or taken with a cause: seen for ever in the journal, by whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.at_counter import Answers, Place, said
from posloyalty.domain.values.fixed_point import BadNumber, parse_fixed
from posloyalty.services.doings.happenings import adjusting
from posloyalty.services.members.adjust_points import CAUSE_LENGTH_MOST, adjust_points
from ui.presenters.doings.doing import Doing, Look, Person, source
from ui.presenters.form import Choice, Field, FieldKind

if TYPE_CHECKING:
    from posloyalty.services.doings.programme_acts import Acted

WALLET: Final = "wallet"
WAY: Final = "way"
GIVE: Final = "give"
TAKE: Final = "take"
POINTS: Final = "points"
CAUSE: Final = "cause"
POINTS_LONGEST: Final = 10


@source(heading=said("doings.of_by_hand"), place=Place.BY_HAND)
def by_hand(look: Look) -> Iterator[Doing]:
    """One row for all wallets of the programme."""
    words, wallets = look.figures.words, tuple(look.figures.wallets)
    if not wallets:
        return

    def asked(answers: Answers) -> tuple[str, int]:
        wallet = answers.get(WALLET) or wallets[0]
        try:
            points = parse_fixed(answers.get(POINTS, ""), decimals=look.figures.decimals(wallet))
        except BadNumber:
            points = 0
        return wallet, -points if answers.get(WAY) == TAKE else points

    def preview(answers: Answers) -> Acted:
        wallet, points = asked(answers)
        happening = adjusting(look.member_id, wallet, points, answers.get(CAUSE, ""))
        return look.till.acts.preview(happening)

    def act(answers: Answers, by: Person) -> Acted:
        wallet, points = asked(answers)
        return adjust_points(
            look.till.acts,
            look.member_id,
            wallet,
            points,
            answers.get(CAUSE, ""),
            by.operator,
            approved_by=by.approved_by,
        )

    yield Doing(
        id="by_hand",
        icon="edit",
        title=words("doings.by_hand"),
        sub=words("doings.by_hand_sub"),
        verb=words("doings.book"),
        fields=tuple(_fields(look, wallets)),
        preview=preview,
        act=act,
    )


def _fields(look: Look, wallets: tuple[str, ...]) -> Iterator[Field]:
    words, figures = look.figures.words, look.figures
    if len(wallets) > 1:
        yield Field(
            name=WALLET,
            label=words("doings.wallet"),
            kind=FieldKind.CHOICE,
            value=wallets[0],
            choices=tuple(Choice(one, figures.wallet_name(one)) for one in wallets),
        )
    yield Field(
        name=WAY,
        label=words("doings.way"),
        kind=FieldKind.CHOICE,
        value=GIVE,
        choices=tuple(Choice(way, words(f"doings.way_{way}")) for way in (GIVE, TAKE)),
    )
    decimals = max(figures.decimals(one) for one in wallets)
    yield Field(
        name=POINTS,
        label=words("doings.points_label"),
        kind=FieldKind.AMOUNT if decimals else FieldKind.DIGITS,
        length_max=POINTS_LONGEST,
    )
    yield Field(
        name=CAUSE,
        label=words("doings.cause"),
        kind=FieldKind.NAME,
        hint=words("doings.cause_hint"),
        length_max=CAUSE_LENGTH_MOST,
    )
