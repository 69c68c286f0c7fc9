"""Which faults a world has, and how often: a seed switches on some of them (swarm testing).

Rates are in thousandths of the messages, or of the people's acts, that they may befall.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from random import Random


@dataclass(frozen=True)
class Faults:
    """`lost_ask` and `lost_answer` are lost on the way, `twice` arrives twice, `stale` again much
    later, `cut` stops in the middle, `portal` is answered by somebody else; `slow` takes seconds.

    `partition` cuts one till off for minutes, `outage` all of them; `crash` ends a till's program,
    `restore` puts an old copy of its book back; `clock` sets its clock forth or back; `skip` lets
    hours or days pass.

    `put_back` puts an old copy of head office's database back, or has a replica take over that is
    behind; then `unnoticed` is that no place tells it so, and `two_offices` that the one of before
    goes on beside it for a while.

    `day_ahead` steps one till's clock ahead by a day or more, in worlds that are about that.

    `burn` loses a till, which people say, until its disk turns up; then `reimage` is that its
    machine begins anew meanwhile, as another till.
    """

    lost_ask: int = 0
    lost_answer: int = 0
    twice: int = 0
    stale: int = 0
    cut: int = 0
    portal: int = 0
    slow: int = 0
    partition: int = 0
    outage: int = 0
    crash: int = 0
    restore: int = 0
    clock: int = 0
    skip: int = 0
    put_back: int = 0
    unnoticed: int = 0
    two_offices: int = 0
    burn: int = 0
    reimage: int = 0
    day_ahead: int = 0

    @property
    def on(self) -> tuple[str, ...]:
        """The kinds that can happen."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name))

    def without(self, *names: str) -> Faults:
        """The same without some kinds."""
        return replace(self, **dict.fromkeys(names, 0))

    def simpler(self) -> Iterator[Faults]:
        """The same with one kind fewer, each in turn."""
        return (self.without(name) for name in self.on)


MOST = Faults(
    lost_ask=150,
    lost_answer=200,
    twice=150,
    stale=100,
    cut=100,
    portal=80,
    slow=200,
    partition=40,
    outage=6,
    crash=25,
    restore=40,
    clock=25,
    skip=50,
    put_back=15,
    unnoticed=500,
    two_offices=700,
    burn=12,
    reimage=1_000,
    day_ahead=40,
)
"""The worst that a kind gets."""


def swarm(random: Random, always: Collection[str] = ()) -> Faults:
    """Each kind with an even chance, and then at a rate up to its worst; `always` some at that."""
    rates = {one.name: getattr(MOST, one.name) for one in fields(MOST)}
    drawn = {
        name: random.randint(1, most) if random.random() < 0.5 or name in always else 0
        for name, most in rates.items()
    }
    return Faults(**{name: rates[name] if name in always else n for name, n in drawn.items()})
