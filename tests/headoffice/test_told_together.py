"""What belongs together is heard together: a sale between two pieces of an answer finds either
nothing of what happened elsewhere, or all of it with what head office gave for it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from posloyalty.headoffice.tills import answering
from posloyalty.services.office.hear_office import HearOffice
from posloyalty.sync.office.telling import Answer
from posloyalty.sync.wire.answers import piece_of
from tests.headoffice.a_chain import MEMBER, PROGRAMME, Chain, Placed, opened_chain
from tests.headoffice.cases.test_findings import proved
from tests.headoffice.programmes.test_publishing import published

FOUR_VISITS = """
[[challenge]]
id = "four-visits"
within = { from = 2026-01-01, through = 2026-12-31 }
need = { visits = 4 }
gives = { voucher = "welcome" }
"""


def made(chain: Chain) -> int:
    """How often the challenge was given for, by all that head office knows."""
    with chain.office.database.write() as connection:
        meters = chain.office.head_office(connection).fold(MEMBER).meters
    return sum(one.amount for one in meters if one.meter == "chain/made/four-visits")


def sells_once_between(monkeypatch: pytest.MonkeyPatch, placed: Placed) -> list[int]:
    """The till sells right after the first piece that told it something."""
    heard: list[int] = []
    apply = HearOffice.apply

    def heard_then_sold(self: HearOffice, answer: Answer) -> int:
        new = apply(self, answer)
        if answer.tellings and self is placed.way.office:
            heard.append(len(answer.tellings))
            if len(heard) == 1:
                placed.counter.sell()
        return new

    monkeypatch.setattr(HearOffice, "apply", heard_then_sold)
    return heard


def test_a_challenge_is_given_once_though_a_till_sells_between_two_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "piece_of", partial(piece_of, tellings_max=2))
    with opened_chain(tmp_path, more=FOUR_VISITS) as chain:
        published(chain.office, (PROGRAMME + FOUR_VISITS).encode())
        chain.talk()
        one, other = chain.tills
        for placed in (one, one, other, other):
            placed.counter.sell()
        other.talk()
        heard = sells_once_between(monkeypatch, one)
        chain.talk()
        assert heard
        assert made(chain) == 1
        assert proved(chain.office)
