"""A till that is newer than its head office: it sends, says what is the matter, and asks on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from posloyalty.services.office.ears import LACKING_REST_MS
from posloyalty.services.office.send_journal import Sending
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.articles import ARTICLES
from tests.headoffice import a_network
from tests.headoffice.a_pair import Pair, opened_pair


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with opened_pair(tmp_path) as found:
        yield found


def without(pair: Pair, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Head office answers to a path as a release that has none."""
    known = a_network.Network.__call__

    def answer(network: a_network.Network, http: httpx.Request) -> httpx.Response:
        if http.url.path != path:
            return known(network, http)
        network.asked.append(path)
        said = b'{"detail":"Not Found"}'
        return a_network.streamed(404, {"content-type": "application/json"}, said)

    monkeypatch.setattr(a_network.Network, "__call__", answer)


def test_what_head_office_lacks_keeps_nothing_else(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.join()
    without(pair, monkeypatch, ARTICLES)
    pair.note(3)
    status = pair.sending.send_all()
    assert (status.sending, status.waiting, status.lacking) == (Sending.UP_TO_DATE, 0, True)
    assert pair.at_office() == pair.journal()
    assert pair.network.asked.count(ARTICLES) == 1


def test_it_is_asked_again_once_head_office_was_upgraded(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.join()
    with monkeypatch.context() as patched:
        without(pair, patched, ARTICLES)
        assert pair.sending.send_all().lacking
    pair.shop.clock.pass_time(timedelta(milliseconds=LACKING_REST_MS))
    status = pair.sending.send_all()
    assert (status.sending, status.lacking) == (Sending.UP_TO_DATE, False)
    assert pair.network.asked.count(ARTICLES) > 1


def test_a_404_to_a_hello_is_no_head_office(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.join()
    without(pair, monkeypatch, messages.HELLO)
    status = pair.sending.send_all()
    assert (status.sending, status.lacking) == (Sending.OFFLINE, False)
