"""The open basket, kept so that it comes back after a power cut."""

from __future__ import annotations

from posloyalty.domain.shop.basket import Basket
from posloyalty.services.ports import Book, Clock


class Drafts:
    """Keeps at most one basket; the sale that it becomes removes it in its own transaction."""

    def __init__(self, book: Book, clock: Clock) -> None:
        self._book = book
        self._clock = clock

    def keep(self, basket: Basket, operator_id: bytes) -> None:
        """Keep the basket as it is now; an empty one is forgotten."""
        with self._book.write() as unit:
            if basket.empty:
                unit.drafts.drop()
            else:
                unit.drafts.keep(basket, operator_id, self._clock.now())
            unit.commit()

    def load(self) -> tuple[Basket, bytes] | None:
        """The kept basket and the id of the operator who had it open.

        A basket whose sale is booked already is not offered again: a draft that was kept late must
        not become a second sale.
        """
        with self._book.read() as reader:
            kept = reader.drafts.load()
            if kept is None or reader.sales.by_id(kept[0].sale_id) is not None:
                return None
            return kept

    def drop(self) -> None:
        """Forget the kept basket."""
        with self._book.write() as unit:
            unit.drafts.drop()
            unit.commit()
