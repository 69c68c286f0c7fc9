"""`kill -9` of head office while it does what a person asked for, at every step of the act.

The server dies at the first thing that it asks of its database, then at the second, and so on until
the act stands. Behind each death everything that is kept is as it was, or all of the act is there
with its one entry of the audit log; what was not done can be done again, and what was done is not
done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.ledger_tables import LOT
from posloyalty.headoffice.store.profile_tables import PROFILE
from tests.headoffice.a_chain import MEMBER, PROGRAMME
from tests.headoffice.articles.test_articles import TAXES
from tests.headoffice.driven.house import House
from tests.headoffice.driven.scene import Scene, member, proposed, published, set_scene
from tests.headoffice.fuse import light

pytestmark = pytest.mark.enable_socket
STEPS_MOST: Final = 2_000
EVERY: Final = 29
"""The suite kills at every so many steps, and to prove it at each."""
ROWS: Final = 2_000
ARTICLES: Final = (
    "sku,name,barcodes,price,tax_class\n"
    + "".join(f"{n},Article {n},,{n}.00,std13\n" for n in range(1, ROWS + 1))
).encode()
CREDITS_ROWS: Final = 400
CREDITS: Final = (
    "member,points,reason\n"
    + "".join(f"{MEMBER.hex()},{100 + n},Late {n}\n" for n in range(CREDITS_ROWS))
).encode()


@dataclass(frozen=True)
class Act:
    """What `ben` sends, after `ann` prepared; what is told of it, and what it changes."""

    path: str
    entries: Sequence[str]
    holds: Callable[[OpenOffice], bool]
    ready: Callable[[Scene], Mapping[str, Any]] = lambda _scene: {}
    file: bytes | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    proposes: bool = False
    """What is done again is one more proposal."""


def _taxes(scene: Scene) -> Mapping[str, Any]:
    published(scene)
    with scene.house.office() as office:
        taxes = office.articles.propose(TAXES.encode(), by="ann")
        office.articles.confirm(taxes.number, by="ann")
    return {}


def _proposed_articles(scene: Scene) -> Mapping[str, Any]:
    _taxes(scene)
    scene.ben.send("/console/articles", file=ARTICLES)
    return {"number": 2}


def _end() -> Mapping[str, Any]:
    """An end that may still be announced today."""
    today = datetime.now(UTC).date()
    days = {"announced": 3, "earns_through": 30, "redeems_through": 90}
    told = {key: (today + timedelta(days=n)).isoformat() for key, n in days.items()}
    return told | {"left": "expires"}


def _proposed_end(scene: Scene) -> Mapping[str, Any]:
    published(scene)
    scene.ann.send("/console/winding-down", **_end())
    return {"number": 2}


def _erased(office: OpenOffice) -> bool:
    """Nothing is left to her, nobody knows her name, and every till is to hear of it."""
    mine = LOT.select().where(LOT.c.owner == MEMBER, LOT.c.remaining > 0)
    with office.database.read() as connection:
        names = connection.execute(PROFILE.select()).all()
        left = connection.execute(mine).all()
    told = office.profile_matters.erased()
    return (
        len(told) == 1 and left == [one for one in names if b"Ada" in bytes(one.body or b"")] == []
    )


ACTS: Final = {
    "a file is kept": Act(
        "/console/programmes",
        ["file_kept"],
        lambda office: len(office.publishing.files()) == 1,
        file=PROGRAMME.encode(),
    ),
    "a publication is approved": Act(
        "/console/programmes/approve",
        ["approved"],
        lambda office: office.publishing.running() == PROGRAMME.encode(),
        proposed,
    ),
    "many articles are proposed": Act(
        "/console/articles",
        ["articles_proposed"],
        lambda office: office.articles.files()[0].added == ROWS,
        _taxes,
        file=ARTICLES,
        proposes=True,
    ),
    "many articles are taken": Act(
        "/console/articles/file/confirm",
        ["articles_taken"],
        lambda office: office.articles.find().on_sale == ROWS,
        _proposed_articles,
    ),
    "an end is proposed": Act(
        "/console/winding-down",
        ["file_kept", "proposed", "end_proposed"],
        lambda office: len(office.publishing.publications()) == 2,
        published,
        fields=_end(),
        proposes=True,
    ),
    "an end is approved": Act(
        "/console/winding-down/approve",
        ["approved"],
        lambda office: b"winding_down" in (office.publishing.running() or b""),
        _proposed_end,
    ),
    "somebody is erased": Act("/console/erase", ["member_erased"], _erased, member),
    "credits are proposed": Act(
        "/console/credits",
        ["credits_proposed"],
        lambda office: office.credits.batches()[0].rows == CREDITS_ROWS,
        member,
        file=CREDITS,
    ),
}


@pytest.fixture
def scene(house: House, tmp_path: Path) -> Iterator[Scene]:
    with set_scene(house, tmp_path / "fuse") as made:
        yield made


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_is_done_whole_or_not_at_all(scene: Scene, act: Act, proving: bool) -> None:
    fields = {**act.fields, **act.ready(scene)}
    scene.until_at_rest()
    before, told = scene.kept(), scene.told()
    for steps in count(1, 1 if proving else EVERY):
        assert steps < STEPS_MOST
        light(scene.fuse, steps)
        fell = scene.ben.cut_off(act.path, file=act.file, **fields)
        scene.serve()
        if scene.kept() != before:
            break
        assert fell
    scene.until_at_rest()  # by the server that came after
    with scene.house.office() as office:
        assert act.holds(office)
    assert scene.told() == [*told, *act.entries]
    done = scene.kept()
    scene.ben.send(act.path, file=act.file, **fields)
    assert act.proposes or scene.kept() == done
