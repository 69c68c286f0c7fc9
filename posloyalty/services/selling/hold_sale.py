"""Holding a basket and recalling it: one transaction each, so that a kill loses none and doubles
none.

Shape: a basket is either the open one's draft or held, never both. `recall` with a basket open
holds that one in the other's place. What is held lies in the book beside the journal, as the draft
does: nothing was sold yet. A basket whose sale is booked is never offered again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.held_basket import HELD_MOST, NAME_MOST, HeldBasket
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.ports import Book, Clock, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A held basket in a list, with who held it and whose it is, as far as that is known."""

    held: HeldBasket
    operator_name: str
    member_name: str


class HoldSale:
    """The held baskets of this till; the newest come first."""

    def __init__(self, book: Book, clock: Clock) -> None:
        self._book = book
        self._clock = clock

    def all(self) -> tuple[HeldRow, ...]:
        """Everything that is held."""
        with self._book.read() as reader:
            rows = []
            for held in reader.held.all():
                if reader.sales.by_id(held.basket.sale_id) is not None:
                    continue
                operator = reader.people.by_id(held.operator_id)
                member_id = held.basket.member_id
                member = None if member_id is None else reader.members.by_id(member_id)
                rows.append(
                    HeldRow(
                        held=held,
                        operator_name="" if operator is None else operator.name,
                        member_name="" if member is None else member.profile.name,
                    )
                )
        return tuple(rows)

    def hold(
        self, basket: Basket, operator: Operator, *, total_minor: int, name: str = ""
    ) -> HeldBasket:
        """Put the open basket aside. Raises `ServiceRefusal` EMPTY or HELD_TOO_MANY (`most`)."""
        if basket.empty:
            raise ServiceRefusal("EMPTY")
        held = HeldBasket(
            basket=basket,
            name=_clean(name),
            operator_id=operator.id,
            at=self._clock.now(),
            total_minor=total_minor,
        )
        with self._book.write() as unit:
            known = {one.basket.sale_id for one in unit.held.all()}
            if basket.sale_id not in known and len(known) >= HELD_MOST:
                raise ServiceRefusal("HELD_TOO_MANY", most=HELD_MOST)
            unit.held.keep(held)
            _forget_draft(unit, basket)
            unit.commit()
        return held

    def recall(
        self,
        sale_id: bytes,
        operator: Operator,
        *,
        instead_of: Basket | None = None,
        total_minor: int = 0,
    ) -> Basket:
        """Take a basket up again as the open one; `instead_of` is held in its place.

        Raises `ServiceRefusal` NOT_HELD when somebody took it meanwhile.
        """
        with self._book.write() as unit:
            held = unit.held.by_id(sale_id)
            if held is None or unit.sales.by_id(sale_id) is not None:
                raise ServiceRefusal("NOT_HELD")
            unit.held.drop(sale_id)
            now = self._clock.now()
            if instead_of is not None and not instead_of.empty:
                unit.held.keep(
                    HeldBasket(
                        basket=instead_of,
                        name="",
                        operator_id=operator.id,
                        at=now,
                        total_minor=total_minor,
                    )
                )
            unit.drafts.keep(held.basket, operator.id, now)
            unit.commit()
        return held.basket

    def rename(self, sale_id: bytes, name: str) -> None:
        """Call a held basket something. Raises `ServiceRefusal` NOT_HELD."""
        with self._book.write() as unit:
            held = unit.held.by_id(sale_id)
            if held is None:
                raise ServiceRefusal("NOT_HELD")
            unit.held.keep(replace(held, name=_clean(name)))
            unit.commit()


def _clean(name: str) -> str:
    return " ".join(name.split())[:NAME_MOST]


def _forget_draft(unit: UnitOfWork, basket: Basket) -> None:
    """The draft goes with the basket that it was; another one's stays."""
    kept = unit.drafts.load()
    if kept is not None and kept[0].sale_id == basket.sale_id:
        unit.drafts.drop()
