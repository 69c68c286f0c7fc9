"""The anchor of an epoch on a real book: leases go back, and verify knows how an epoch begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from posloyalty.services.office.joined_office import SETTING
from posloyalty.services.office.reanchor import Common, anchor
from posloyalty.services.office.soundness import Frozen, frozen
from posloyalty.sync import events
from posloyalty.sync.epochs import Cause
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.telling import Grant, granted
from tests.fakes.book import add_member
from tests.fakes.head_office import FACTS
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import Counter, opened

DAY = date(2026, 11, 22)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        yield made


def lend(counter: Counter, member_id: bytes, number: int) -> None:
    """The book takes a lease up."""
    asset = Asset(AssetKind.POINTS, "dawn-club/points", member_id)
    grant = Grant(lease_id=bytes([number]) * 16, asset=asset, amount=50, last_day=DAY)
    with counter.rig.book.write() as unit:
        stamp = unit.journal.stamp()
        unit.acts.book(granted(grant, at=stamp.at, day=DAY, hlc=stamp.hlc))
        unit.commit()


def anchored(counter: Counter, *, epoch: int = 2) -> None:
    with counter.rig.book.write() as unit:
        head = unit.journal.head()
        common = Common(seq=head.seq, hash=head.hash)
        anchor(unit, counter.rig.ids, common, Cause.WITNESS, epoch)
        unit.commit()


def test_every_lease_goes_back_with_the_anchor(counter: Counter) -> None:
    member_id = add_member(counter.rig)
    lend(counter, member_id, 1)
    lend(counter, member_id, 2)
    with counter.rig.book.read() as reader:
        assert len(reader.ledger.open_leases()) == 2
    anchored(counter)
    with counter.rig.book.read() as reader:
        assert reader.ledger.open_leases() == ()
        told = [events.decode(one.body) for one in reader.journal.events()][-3:]
        assert {one.epoch for one in list(reader.journal.events())[-3:]} == {2}
    first, *acts = told
    assert isinstance(first, events.EpochAnchor)
    assert [(a.kind, a.rights[0].move) for a in acts if isinstance(a, events.Act)] == [
        ("lease", "cancel"),
        ("lease", "cancel"),
    ]
    anchored(counter, epoch=3)  # nothing is left to give back


def test_a_unit_that_vanishes_opens_no_epoch(counter: Counter) -> None:
    with counter.rig.book.write() as unit:
        head = unit.journal.head()
        common = Common(seq=head.seq, hash=head.hash)
        anchor(unit, counter.rig.ids, common, Cause.FORK, 2)
    with counter.rig.book.read() as reader:
        assert (reader.journal.head().epoch, reader.journal.last_anchor()) == (1, None)
    with counter.rig.book.write() as unit:
        assert unit.journal.head().epoch == 1
        with pytest.raises(ValueError, match="does not come after"):
            unit.journal.begin_epoch(1)


def test_a_till_that_is_alone_freezes_nothing_and_one_that_joined_until_its_anchor_is_there(
    counter: Counter,
) -> None:
    anchored(counter)
    with counter.rig.book.read() as reader:
        assert frozen(reader.settings) is None
    with counter.rig.book.write() as unit:
        unit.settings.put({SETTING: msgspec.json.encode(FACTS).decode()})
        unit.commit()
    anchored(counter, epoch=3)
    with counter.rig.book.read() as reader:
        newest = reader.journal.last_anchor()
        assert newest is not None
        assert frozen(reader.settings) == Frozen("witness", newest.seq)


def test_verify_names_an_epoch_that_begins_without_its_anchor(shop: Shop) -> None:
    with shop.till.book.write() as unit:
        unit.journal.begin_epoch(2)
        stamp = unit.journal.stamp()
        event_id = shop.ids.new_id().hex()
        unit.journal.append(events.ErrorNote(id=event_id, at=stamp.at, hlc=stamp.hlc, code="x"))
        seq = unit.journal.head().seq
        unit.commit()
    first = shop.till.verify.verify().first
    assert first is not None
    assert (first.seq, first.what, first.which) == (seq, "epoch", "epoch 2")


def test_verify_names_an_anchor_that_speaks_of_another_epoch(shop: Shop) -> None:
    with shop.till.book.write() as unit:
        head = unit.journal.head()
        unit.journal.begin_epoch(3)
        stamp = unit.journal.stamp()
        unit.journal.append(
            events.EpochAnchor(
                id=shop.ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                was=2,
                seq=head.seq,
                head=head.hash.hex(),
                cause="fork",
            )
        )
        unit.commit()
    first = shop.till.verify.verify().first
    assert first is not None
    assert (first.what, first.expected, first.found) == ("epoch", "after epoch 1", "after epoch 2")
