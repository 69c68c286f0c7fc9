"""`cards = { "1001" = { balance = "30.00" } }`: gift cards by their codes, as some books know them.

Each may state `balance`, `principal`, `bonus` (what can be used), `state` ("active", "frozen",
"expired", "closed") and `last` (the day on which something on it ends first; "never"). `{}` alone
would say nothing; `state = "unknown"` is a card that the books have not heard of.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.stored_value import StoredCard, card_id
from posloyalty.scenario.block import Block, alike
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.seen import NOTHING, Books, Check, Difference, Seen, differs

KEYS = ("balance", "bonus", "last", "principal", "state")
UNKNOWN = "unknown"


@expects("cards", of=Books)
def read_cards(block: Block, key: str) -> Check:
    """Read the cards."""
    wanted = []
    for code, table in block.each(key):
        told = {name: table.written(name) for name in table.untaken if name in KEYS}
        table.close(KEYS)
        wanted.append((card_id(code), table, told))

    def check(seen: Seen) -> Iterator[Difference]:
        books = seen.books
        for identifier, table, told in wanted:
            assert books is not None  # they are asked of nothing else
            card = books.gift_card(identifier)
            told_of = {"state": UNKNOWN} if card is None else _told(card, books, table)
            for name, text in told.items():
                if not alike(text, told_of.get(name, NOTHING)):
                    yield differs((*table.path, name), text, told_of.get(name, NOTHING))

    return check


def _told(card: StoredCard, books: Books, block: Block) -> dict[str, str]:
    last = card.last_day(books.day)
    return {
        "balance": block.money_text(card.balance(books.day)),
        "principal": block.money_text(card.principal(books.day)),
        "bonus": block.money_text(card.bonus(books.day)),
        "state": card.state(books.day).value,
        "last": "never" if last is None else last.isoformat(),
    }
