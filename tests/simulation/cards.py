"""Gift cards that tills sell while the world goes on, and whoever shows one pays with it: where so
much of it was lent, and all of it where it was sold as long as nobody else can know of it.

Shape: `Cards(seed, world)` draws from a seed of its own. In worlds in which things are used,
`happens(till)` has a till sell a card, wish for some of one, or take one for payment out of reach.
What may be paid is the product's own rule (`lent_cards`), as it is when the card is shown and again
when it pays; what moves is the engine's. `check()` asks whether more was paid with a card than was
on it, and whether everybody has the same of it.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final, cast

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.stored_value import CardPayment, StoredCard, card_account, pay_with
from posloyalty.domain.ledger.right import UNBOUNDED, RightChange
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.lending.lent_cards import (
    NOTHING_BACK,
    CardsHere,
    card_asset,
    card_uses,
    room_on_card,
)
from posloyalty.services.lending.lent_rights import Reach
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.office.belongings import Belongings
from tests.simulation.part import Part
from tests.simulation.planning import Held
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import SmallTill, member

if TYPE_CHECKING:
    from tests.simulation.world import World

CARDS: Final = tuple(member(f"card-{n}") for n in range(6))
BUYER: Final = member("buyer")
MONEY, BONUS = "test/gift", "test/bonus"
LOADED: Final = (500, 2_000, 9_000)


class Cards(Part):
    """The gift cards of one world; `paid` is what tills took of each, `loaded` what was put on."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"cards {seed}")
        self._world = world
        self._wishes = 0
        self.loaded: Counter[bytes] = Counter()
        self.paid: Counter[bytes] = Counter()
        self.refused = 0

    def greet(self, till: SmallTill) -> None:
        """Every till hears of every card that is sold."""
        if self._world.kind.uses:
            till.books[BUYER] = Belongings(BUYER)
            till.books |= {card: Belongings(card) for card in CARDS}

    def happens(self, till: RestorableTill) -> None:
        """Maybe one is sold, wished for or shown."""
        if not self._world.kind.uses:
            return
        chance, card = self._random.random(), self._random.choice(CARDS)
        if chance < 0.1 and card not in self.loaded:
            self._sell(till, card)
        elif chance < 0.3:
            self._wish(till, card)
        elif chance < 0.6:
            self._pay(till, card)

    def check(self) -> None:
        """Raises AssertionError where more was paid than there was."""
        if not self._world.kind.uses:
            return
        restored = any(node.restored for node in self._world.nodes.values())
        for card in CARDS:
            wanted = Belongings.of(self._world.office.fold(card))
            for till in self._world.tills:
                same_books(till.books[card], wanted)
            risked = self._world.lent.at_risk[card_asset(card)]
            if not restored and not self._world.doubled:
                # What a till had not told before it was put back nobody knows of.
                assert self.paid[card] <= self.loaded[card] + risked, "no more than was on it"
                if not risked:
                    left = sum(lot.remaining for lot in wanted.lots.values())
                    assert left == self.loaded[card] - self.paid[card], "each payment counts once"

    def _sell(self, till: RestorableTill, card: bytes) -> None:
        amount = self._random.choice(LOADED)

        def sell(plan: EventPlan, _state: MemberState) -> None:
            plan.issue(kind=GIFT_CARD, of="gift", owner=card, code=card.hex(), uses=UNBOUNDED)
            plan.postings_at(card_account(MONEY, card), ()).earn(
                MONEY, amount, usable_from=plan.day, last_day=None, code=TransferCode.ISSUE
            )

        till.act(BUYER, self._world.at, sell)
        self.loaded[card] += amount

    def _wish(self, till: RestorableTill, card: bytes) -> None:
        world = self._world
        self._wishes += 1
        wish_id = derive_id("cards", self._wishes - self._random.choice((0, 0, 0, 1)))
        last = world.at.date() + timedelta(days=self._random.choice((0, 1, 9)))
        world.lent.wish(wish_id, till.id, card_asset(card), self._random.randint(1, 3_000), last)

    def _pay(self, till: RestorableTill, card: bytes) -> None:
        known = _known(till, card)
        there = 0 if known is None else known.principal(self._world.at.date())
        if known is None or not there:
            return
        lent = till.lent_of(card_asset(card), self._world.at.date())
        held = min(there, sum(one.left or 0 for one in lent)) or there
        amount = self._random.choice((there, held, self._random.randint(1, held)))
        paying = CardPayment(card=known, amount_minor=amount, name="a card")
        uses = self._allowed(till, paying)
        if uses is None:
            self.refused += 1
            return

        def pay(plan: EventPlan, _state: MemberState) -> None:
            pay_with(plan, known, amount)
            for change in uses:
                plan.use(till.leases[change.right_id], change.amount)

        till.act(BUYER, self._world.at, pay)
        self.paid[card] += amount

    def _allowed(self, till: RestorableTill, paying: CardPayment) -> list[RightChange] | None:
        """The uses of leases; None where the till may not take so much of it."""
        reader, day = cast(Reader, Held(till)), self._world.at.date()
        reach = Reach(
            online=False, denied=frozenset(), reached=None, sent=till.sent, face_minor=0,
            sound=till.sound,
        )  # fmt: skip
        here = CardsHere(reach=reach, at_risk=False, back=NOTHING_BACK)
        room = room_on_card(reader, paying.card, here, day)
        fits = room is None or paying.amount_minor <= room.most_minor
        try:
            uses = list(card_uses(reader, (paying,), here, day, b"what it uses...."))
        except ServiceRefusal:
            assert not fits, "what a card can pay as it is shown it pays"
            return None
        assert fits, "and no more than that"
        return uses


def _known(till: RestorableTill, card: bytes) -> StoredCard | None:
    """A card as a till's book has it."""
    book = till.books[card]
    right = next((one for one in book.rights.values() if one.kind == GIFT_CARD), None)
    if right is None:
        return None
    return StoredCard(
        id=card,
        right=right,
        principal_ledger=MONEY,
        bonus_ledger=BONUS,
        kind=None,
        frozen=False,
        lots=tuple(book.lots.values()),
    )
