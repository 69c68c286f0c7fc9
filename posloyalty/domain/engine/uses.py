"""What applying an offer uses up of what the customer owns."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.ledger.right import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """One use: of a `right`, of points (`cost` is a wallet and its minor units), or of both.

    `kind` and `of` name the definition in the programme, by the key of its tables and its id;
    `code` is what a bearer showed.
    """

    kind: str
    of: str
    right: Right | None = None
    cost: tuple[str, int] | None = None
    code: str = ""
