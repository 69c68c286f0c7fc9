"""A store gets another name: the audit log has it, its tills hear of it as news and print it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.tills.administration import STORE_NAME_MOST
from posloyalty.services.refusal import ServiceRefusal
from tests.headoffice.a_chain import Chain, Placed, opened_chain


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with opened_chain(tmp_path, url=database_url, programmes=True) as found:
        found.talk()
        yield found


def later(chain: Chain) -> list[str]:
    """Everybody hears what is new, and time passes; what each till's receipts say of its store."""
    for one in chain.tills:
        one.hear_news()
        one.talk()
    chain.clock.pass_time(timedelta(minutes=5))
    return [on_receipts(one) for one in chain.tills]


def on_receipts(till: Placed) -> str:
    return till.shop.till.shop.details().store_name


def test_tills_of_the_store_hear_of_it_and_no_others(chain: Chain) -> None:
    before = later(chain)
    chain.office.administration.rename_store("S1", " Harbour Road ", by="Ann")
    assert later(chain) == ["Harbour Road", before[1]]
    with chain.office.database.read() as connection:
        (entry,) = entries(connection, limit=1)
    assert (entry.what, entry.who) == ("store_renamed", "Ann")
    assert entry.facts == {"store": "S1", "was": "Street 1", "name": "Harbour Road"}


def test_a_store_that_was_never_renamed_keeps_what_its_till_prints(chain: Chain) -> None:
    shop = chain.tills[0].shop
    own = replace(shop.till.shop.details(), store_name="Corner of the market")
    shop.till.shop.save(own, shop.manager)
    assert later(chain)[0] == "Corner of the market"


def test_what_a_manager_writes_at_the_till_stays_until_the_next_name(chain: Chain) -> None:
    rename = chain.office.administration.rename_store
    rename("S1", "Harbour Road", by="Ann")
    later(chain)
    shop = chain.tills[0].shop
    own = replace(shop.till.shop.details(), store_name="Harbour Road, ground floor")
    shop.till.shop.save(own, shop.manager)
    assert later(chain)[0] == "Harbour Road, ground floor"
    rename("S1", "Pier 4", by="Ann")
    assert later(chain)[0] == "Pier 4"


@pytest.mark.parametrize(("code", "name", "reason"), [
    ("S9", "Nowhere", "NO_SUCH_STORE"),
    ("S1", "  ", "STORE_NAME_NEEDED"),
    ("S1", "x" * (STORE_NAME_MOST + 1), "TOO_LONG"),
])  # fmt: skip
def test_a_name_that_cannot_be_changes_nothing(
    chain: Chain, code: str, name: str, reason: str
) -> None:
    before = chain.office.administration.stores()
    with pytest.raises(ServiceRefusal, match=reason):
        chain.office.administration.rename_store(code, name)
    assert chain.office.administration.stores() == before
