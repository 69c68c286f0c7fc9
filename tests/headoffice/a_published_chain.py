"""Tills by a programme that head office has published, and what they ask before an act.

`published(folder, url, more)` gives the chain, whose head office verifies in the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.lending.reserve_return import ReserveReturn
from posloyalty.services.lending.reserve_use import ReserveUse
from tests.fakes.time import SeededChance
from tests.headoffice.a_chain import PROGRAMME, Chain, Placed
from tests.headoffice.a_kept_chain import Beginning, chain_after
from tests.headoffice.a_network import ground_of


@contextmanager
def published(
    folder: Path, url: str, more: str, *, then: Beginning | None = None
) -> Iterator[Chain]:
    """A chain by such a programme; `then` is a beginning behind `talk_and_publish`."""
    with chain_after(then or talk_and_publish, folder, url=url, more=more) as found:
        yield found
        while found.office.follow():
            pass
        proof = verify_office(found.office.database, found.office.office, lambda *_: None)
        assert proof.holds, proof.first


def talk_and_publish(chain: Chain, more: str) -> None:
    chain.talk()
    publish(chain, more)


def publish(chain: Chain, more: str) -> None:
    """Two people publish what the tills go by, and everybody hears of the policy."""
    publishing = chain.office.publishing
    made = publishing.keep((PROGRAMME + more).encode(), by="ann")
    number = publishing.propose(made.hash.hex(), begins=chain.clock.now(), by="ann")
    publishing.approve(number, by="ben")
    pass_minutes(chain, 11)


def pass_minutes(chain: Chain, minutes: int) -> None:
    chain.clock.pass_time(timedelta(minutes=minutes))
    chain.talk()


def asking(till: Placed) -> ReserveUse:
    """What the counter asks head office before an act."""
    real = till.shop.till
    ground = ground_of(real, SeededChance(5))
    return ReserveUse(ground, reserving=till.way.reserving, acts=real.acts, claims=real.claims)


def asking_back(till: Placed) -> ReserveReturn:
    """What the counter asks head office before goods come back."""
    real = till.shop.till
    return ReserveReturn(reserving=till.way.reserving, lending=real.lending, refunds=real.refunds)
