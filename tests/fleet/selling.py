"""A till's process without its screens: `python -m tests.fleet.selling` begins one a line.

A line is "number folder history url code seed skew_ms pace_ms rounds". A process is forked off for
it (loading Python and the program is paid once), whose id is told on standard output as
"pid NUMBER PID". It opens the book as the till does, joins with the code if it has none yet, lets
the lanes send, hear and reserve as the window does, and sells through the check-out that the
screens use, until it is told to stop (SIGTERM), which it does once head office has everything, or
is killed. With `rounds` of 0 or more it only sells each spender so many articles for money, and
stops. Its clock is off by so much.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from secrets import token_bytes
from time import monotonic, sleep
from typing import Final

from posloyalty.bootstrap import open_till
from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.shop.basket import Redemption
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.tender import CashRounding, Tender, take_cash
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.services.till import Till
from posloyalty.system import SystemChance, SystemClock, SystemIds
from tests.fleet.history import Writer
from tests.fleet.shop import (
    EARNERS,
    PRICE_MINOR,
    SPENDERS,
    WALLET,
    cheap_hasher,
    member,
)
from tests.headoffice.a_chain import Counter
from tests.headoffice.a_program import Program

DRAINED_S: Final = 240.0
AGAIN_S: Final = 0.2


class OffClock(SystemClock):
    """A wall clock that is off; what passes since the start is right."""

    def __init__(self, off_ms: int) -> None:
        super().__init__(UTC)
        self._off = timedelta(milliseconds=off_ms)

    def now(self) -> datetime:
        return super().now() + self._off

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)


def main() -> None:
    """Fork one process a line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        words = line.split()
        if os.fork() == 0:
            code = 1
            try:
                serve(words)
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)


def serve(words: list[str]) -> None:
    """One till, from its start to its end."""
    number, folder, history, url, code, seed, off_ms, pace_ms, rounds = words
    os.write(1, f"pid {number} {os.getpid()}\n".encode())
    clock = OffClock(int(off_ms))
    till = open_till(
        Path(folder),
        clock=clock,
        ids=SystemIds(till=number.encode(), boot=token_bytes(16), now_ms=clock.now_ms),
        chance=SystemChance(),
        keyring=None,
        hasher=cheap_hasher,
    )
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: told.append(1))
    till.settle()
    if till.joining.joined() is None:
        till.joining.join(url, code)
    program = Program(till, Counter(till, till.people.all()[0]))
    at_counter = AtCounter(till, program, Writer(Path(history)))
    program.start()
    at_counter.fill(int(rounds))
    random = Random(int(seed))
    while not told and int(rounds) < 0:
        at_counter.serve(random)
        sleep(int(pace_ms) / 1000 * 2 * random.random())
    at_counter.end()


class AtCounter:
    """Serves customers, and writes down what they were told."""

    def __init__(self, till: Till, program: Program, history: Writer) -> None:
        self._till = till
        self._program = program
        self._history = history
        self._operator: Operator = till.people.all()[0]
        (self._article,) = [one for one in till.catalogue.search("") if one.sku == "A"]

    def fill(self, rounds: int) -> None:
        """Give the spenders what they will spend."""
        for _ in range(rounds):
            for one in range(SPENDERS):
                self._sell(member(one), wants=0)

    def serve(self, random: Random) -> None:
        """One customer: a third of them spend, all tills the same few members' points."""
        if random.randrange(3) == 0:
            self._sell(member(random.randrange(SPENDERS)), wants=PRICE_MINOR)
        else:
            self._sell(member(SPENDERS + random.randrange(EARNERS)), wants=0)

    def _sell(self, member_id: bytes, *, wants: int) -> None:
        check_out = self._till.check_out
        basket = check_out.open_basket().add(self._article)
        basket = basket.for_member(member_id, proof=CARD_PROOF)
        if wants:
            basket = basket.redeeming(Redemption(wallet=WALLET, points=wants), wallet=WALLET)
            self._till.reserving.reserve(Spending(basket=basket))
        quote = check_out.quote(basket)
        spent, payable = quote.redeemed_minor, quote.payable_minor
        if spent < wants:
            self._history.add("passed", member_id.hex())
            return
        tenders: tuple[Tender, ...] = ()
        if payable:
            tenders = (take_cash(payable, (), given_minor=payable, rounding=CashRounding()),)
        self._history.add("tries", basket.sale_id.hex(), member_id.hex(), str(payable), str(spent))
        try:
            sale = check_out.complete(basket, quote, tenders, self._operator)
        except ServiceRefusal as fault:
            self._history.add("refused", basket.sale_id.hex(), fault.reason)
            return
        self._history.add("sold", sale.id.hex(), sale.number)
        self._program.sold()

    def end(self) -> None:
        """Stop as the window does, once head office has everything."""
        until = monotonic() + DRAINED_S
        sending = self._till.sending
        while monotonic() < until:
            assert not self._program.faults, self._program.faults
            status = sending.status()
            if status.sending is Sending.UP_TO_DATE and status.waiting == 0 and status.listens:
                break
            if status.sending in (Sending.OFFLINE, Sending.STOPPED):
                sending.retry()
            self._program.sold()
            sleep(AGAIN_S)
        self._program.stop()
        drained = sending.status()
        self._till.close()
        if drained.sending is Sending.UP_TO_DATE and drained.waiting == 0:
            self._history.add("drained")
        else:
            self._history.add("stuck", drained.sending.value, drained.reason or "-")


if __name__ == "__main__":
    main()
