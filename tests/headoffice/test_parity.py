"""One corpus of journals comes to the same on both databases, and verifies on both."""

from __future__ import annotations

from pathlib import Path

import psycopg

from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import opened_office
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.conftest import EMPTY
from tests.headoffice.corpus import Corpus, digest

EVENTS = 900


def test_both_databases_come_to_the_same_to_the_byte(tmp_path: Path, postgresql: str) -> None:
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(EMPTY)
    found = []
    for name, url in (("sqlite", ""), ("postgresql", postgresql)):
        with opened_office(
            tmp_path / name, url, clock=SetClock(), chance=SeededChance(5)
        ) as office:
            corpus = Corpus(3, EVENTS)
            corpus.feed(office)
            found.append(digest(office))
            proof = verify_office(office.database, office.office, lambda _done, _whole: None)
            assert proof.differences == ()
            assert proof.events == sum(len(one.journal) for one in corpus.tills) >= EVENTS
            assert proof.unbooked == 0
    assert found[0] == found[1]
    assert int(found[0]["findings"].split()[0]) > 0, "nothing was spent twice"
    assert int(found[0]["rights"].split()[0]) > 0
