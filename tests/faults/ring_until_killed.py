"""Real processes that ring sales until they are killed: `python -m tests.faults.ring_until_killed`.

For each line "folder seed" on standard input a process is forked off (so that loading Python and
the program is paid once), which opens the book in the folder as the till does and sells through the
check-out that the screens use: each basket is kept as a draft first, then paid or put aside, and
what was put aside, or left open by the process before, is taken up again. After every act it tells
on standard output, one flushed line each: "pid <pid>", "ready", "draft <sale id>",
"held <sale id>", "recalled <sale id>", "asked <payment id>", "noted <payment id> <step>",
"sold <sale id> <number>", "printed <sale id>", and at last the parent "dead". What was told must
still be there after `kill -9`; nothing else has to be.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import posloyalty.documents.receipt_escpos  # noqa: F401  loaded once, before anything is forked
from posloyalty import bootstrap, shop_desk
from posloyalty.devices.printers.recording import RecordingPrinter
from posloyalty.devices.terminals.simulator import SimulatedTerminal
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.payment import Payment
from posloyalty.domain.shop.tender import Tender, TenderKind, take_cash
from posloyalty.services.papers.receipt_printer import PrintResult
from posloyalty.services.till import Till
from posloyalty.system import SystemClock, SystemIds
from tests.fakes.time import SHANGHAI, SeededChance
from tests.faults.shop import MEMBER_PHONE, cheap_hasher

PRINTING_S = 0.03
PAYING_S = 0.06


def main() -> None:
    """Fork one ringing process per line, and wait for its death."""
    shop_desk.make_printer = lambda *_setup, **_clock: SlowPrinter()
    shop_desk.make_terminal = lambda _kind: SimulatedTerminal()
    for line in sys.stdin:
        folder, seed = line.split()
        child = os.fork()
        if child == 0:
            tell("pid", str(os.getpid()))
            ring_for_ever(folder, seed)
        os.waitpid(child, 0)
        tell("dead")


def ring_for_ever(folder: str, seed: str) -> None:
    """Open the book and sell."""
    chance = SeededChance(int(seed))
    till = bootstrap.open_till(
        Path(folder),
        clock=SystemClock(SHANGHAI),
        ids=SystemIds(till=b"till", boot=chance.token_bytes(16)),
        chance=chance,
        keyring=None,
        hasher=cheap_hasher,
    )
    till.settle()
    operator = till.people.all()[0]
    till.receipts.recover()
    tell("ready")
    kept = till.drafts.load()
    if kept is not None:
        pay(till, kept[0], operator, chance.token_bytes(4))
    while True:
        ring(till, operator, chance)


def ring(till: Till, operator: Operator, chance: SeededChance) -> None:
    """One basket from its first scan, or from where it was put aside, until it is paid or held."""
    draw = chance.token_bytes(6)
    products = till.catalogue.search("")
    basket = take_up(till, operator) if draw[4] % 3 == 0 else till.check_out.open_basket()
    if draw[0] % 2:
        member_id = till.members.by_phone(MEMBER_PHONE)
        basket = basket.for_member(member_id, proof="phone")
    for step in range(1 + draw[1] % 6):
        basket = basket.add(products[(draw[2] + step) % len(products)])
        till.drafts.keep(basket, operator.id)
    tell("draft", basket.sale_id.hex())
    if draw[5] % 3 == 0:
        total = till.check_out.quote(basket).payable_minor
        till.hold.hold(basket, operator, total_minor=total)
        tell("held", basket.sale_id.hex())
    else:
        pay(till, basket, operator, draw)


def take_up(till: Till, operator: Operator) -> Basket:
    """The basket that was held longest; a new one where none is."""
    held = till.hold.all()
    if not held:
        return till.check_out.open_basket()
    basket = till.hold.recall(held[-1].held.basket.sale_id, operator)
    tell("recalled", basket.sale_id.hex())
    return basket


def pay(till: Till, basket: Basket, operator: Operator, draw: bytes) -> None:
    """From the open basket to the printed receipt."""
    # The customer looks for money: some kills fall on an open basket.
    time.sleep(PAYING_S)
    quote = till.check_out.quote(basket)
    before = asked_before(till, basket, operator)
    tenders = tuple(one.tender(1) for one in before if one.taken)
    if not before and draw[3] % 2:
        tenders = by_terminal(till, basket, quote.payable_minor, operator)
    if not tenders:
        cash = take_cash(
            quote.payable_minor,
            (),
            given_minor=quote.payable_minor + 100,
            rounding=till.shop.details().cash,
        )
        tenders = (cash,)
    sale = till.check_out.complete(basket, quote, tenders, operator)
    tell("sold", sale.id.hex(), sale.number)
    if draw[3] % 3 == 0:
        while till.receipts.run_next() is not None:
            # Older receipts come out first; only when all are out is this one.
            pass
        tell("printed", sale.id.hex())


def asked_before(till: Till, basket: Basket, operator: Operator) -> list[Payment]:
    """What the terminal was asked for before a kill: what it took pays the sale, and what nobody
    knows of is asked about again. Asked for anew it could be taken twice.
    """
    return [
        till.payments.note(one, till.payments.ask(one), operator) if one.open else one
        for one in till.payments.of_sale(basket.sale_id)
    ]


def by_terminal(till: Till, basket: Basket, amount: int, operator: Operator) -> tuple[Tender, ...]:
    """Have the terminal take all of it; nothing where it declines or loses the line."""
    kind, code = TenderKind.CARD, basket.currency.code
    payment = till.payments.begin(basket.sale_id, kind, amount, code, operator)
    tell("asked", payment.id.hex())
    payment = till.payments.note(payment, till.payments.take(payment), operator)
    tell("noted", payment.id.hex(), payment.step.value)
    return (payment.tender(1),) if payment.taken else ()


class SlowPrinter(RecordingPrinter):
    """Takes its time, so that some kills fall between sending and knowing."""

    def print(self, data: bytes) -> PrintResult:
        time.sleep(PRINTING_S)
        return super().print(data)


def tell(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
