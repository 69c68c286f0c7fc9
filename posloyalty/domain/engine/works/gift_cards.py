"""Gift cards sold and filled: what is paid for lies on the card, and what came on top beside it.

What a card pays is taken in `plan_sale`, with the tenders; what goes back to it at a return in
`refund_value`. The right that a new card is goes with its line.
"""

from __future__ import annotations

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, SoldLine, Trigger
from posloyalty.domain.engine.stored_value import (
    card_id,
    card_ledgers,
    card_name,
    load,
    on_card,
    tell_holds,
)
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD, GiftCard, card_sold_as
from posloyalty.domain.programme.reason import Reason, reason


@works(GiftCard, Trigger.SALE, stage=Stage.BONUSES)
def sell(kind: GiftCard, moment: Moment, awards: Awards) -> None:
    """Load what the lines of this kind of card are about."""
    for line in () if moment.sold is None else moment.sold.lines:
        if line.card and card_sold_as(moment.programme, line.product) is kind:
            _load(kind, line, moment, awards)


def _load(kind: GiftCard, line: SoldLine, moment: Moment, awards: Awards) -> None:
    identifier = card_id(line.card)
    known = moment.store.card(identifier)
    ledgers = card_ledgers(moment.programme, kind.id)
    bonus = load(awards.plan, kind, ledgers, identifier, line.gross_minor, known=known)
    reasons = [reason("CARD_LOADED", card=card_name(line.card), paid_minor=line.gross_minor)]
    if bonus:
        reasons.append(reason("CARD_BONUS", bonus_minor=bonus))
    name = kind.names.in_language(moment.store.language)
    if known is None:
        _issue(kind, line, moment, awards, name, reasons)
    else:
        awards.show(
            Award(
                kind=GIFT_CARD,
                of=kind.id,
                name=name,
                amount=1,
                rule_id=kind.id,
                reasons=tuple(reasons),
            )
        )
    holds = on_card(awards.plan, identifier)
    tell_holds(awards, card_name(line.card), holds)


def _issue(
    kind: GiftCard,
    line: SoldLine,
    moment: Moment,
    awards: Awards,
    name: str,
    reasons: list[Reason],
) -> None:
    state = moment.state
    awards.issue(
        GIFT_CARD,
        kind.id,
        rule_id=kind.id,
        name=name,
        owner=state.member_id if kind.named and state is not None else card_id(line.card),
        reasons=reasons,
        uses=0,
        code=card_id(line.card).hex(),
        last_day=kind.expiry.last_day(moment.day),
        paid_minor=line.gross_minor,
        line=line.number,
    )
