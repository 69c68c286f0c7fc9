"""An article as head office keeps it: as it travels, and which assortments it belongs to.

A store has one assortment, or none named and sells everything; an article that names none belongs
to all. What is not in a store's assortment is told to its tills as a bare name that they do not
sell, so that whoever had it until now withdraws it, and nobody else has anything of it.
"""

from __future__ import annotations

from typing import Final

from posloyalty.sync.wire.articles import ELSEWHERE, WITHDRAWN, ArticleRecord

CODE_MOST: Final = 12
ASSORTMENTS_MOST: Final = 20
"""So many one article may name."""


class KeptArticle(ArticleRecord, frozen=True, kw_only=True, omit_defaults=True):
    """An article. `assortments` are codes; none is all of them."""

    assortments: tuple[str, ...] = ()

    def is_of(self, assortment: str) -> bool:
        """Whether a store with this assortment sells it; an empty one is all that there is."""
        return not assortment or not self.assortments or assortment in self.assortments

    def left_out(self) -> KeptArticle:
        """What a store hears of it that does not sell it."""
        return KeptArticle(
            sku=self.sku,
            name=self.name,
            tax=self.tax,
            flags=(WITHDRAWN, ELSEWHERE),
            since=self.since,
        )
