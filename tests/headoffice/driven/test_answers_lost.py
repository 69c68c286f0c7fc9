"""What a person asked of head office is done, and the answer never comes: the line ends behind the
commit, or the server does (`kill -9`). They ask for the same once more.

Whatever it was, it is done once, with one entry of the audit log, and the page says so in words. A
command at the server itself that ends before it has said anything is asked again like a page.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.members.credits import DONE
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.ledger_tables import LOT
from posloyalty.wording import Words
from tests.headoffice.a_chain import MEMBER, PROGRAMME
from tests.headoffice.driven.house import House, until
from tests.headoffice.driven.scene import Scene, member, proposed, published, set_scene
from tests.headoffice.forked import Forked
from tests.headoffice.fuse import BEHIND, COMMANDS, VARIABLE, light
from tests.services.counter import goods

pytestmark = pytest.mark.enable_socket
RULE: Final = "rule:thanks"
SAYS: Final = Words("en")
ROWS: Final = 30
CREDITS: Final = (
    "member,points,reason\n" + "".join(f"{MEMBER.hex()},{100 + n},Late {n}\n" for n in range(ROWS))
).encode()
SOLD: Final = 2_000
"""The points of a member who bought once."""
GOODWILL: Final = sum(100 + n for n in range(ROWS))


@dataclass(frozen=True)
class Act:
    """What `ben` sends, after `ready`; what is told of it, when it is done, and what a page says to
    whoever sends it again.
    """

    path: str
    entries: Sequence[str]
    holds: Callable[[OpenOffice], bool]
    again: str
    ready: Callable[[Scene], Mapping[str, Any]] = lambda _scene: {}
    file: bytes | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def _file_kept(scene: Scene) -> Mapping[str, Any]:
    """For a day after tomorrow, and until then for nobody."""
    scene.ben.send("/console/programmes", file=PROGRAMME.encode())
    with scene.house.office() as office:
        return {"hash": bytes(office.publishing.files()[0].hash).hex()}


def _credits(scene: Scene) -> Mapping[str, Any]:
    member(scene)
    scene.ann.send("/console/credits", file=CREDITS)
    return {"number": 1}


def _sold_to_nobody(scene: Scene) -> Mapping[str, Any]:
    """A receipt, and whose points it should have given."""
    published(scene)
    with scene.house.till(1) as till:
        basket = till.counter.till.check_out.open_basket().add(goods(1))
        sale = till.counter.book(basket)
        till.sell()
        till.until(lambda: till.till.sending.status().listens)
        till.until(lambda: till.till.sending.status().waiting == 0)
    return {"receipt": sale.number, "member": MEMBER.hex()}


def _somebody_more(scene: Scene) -> Mapping[str, Any]:
    with scene.house.office() as office:
        office.operators.add("cleo", Role.CLERK, by="ben")
    return {"name": "cleo"}


def _points(office: OpenOffice) -> int:
    with office.database.read() as connection:
        rows = connection.execute(LOT.select().where(LOT.c.owner == MEMBER)).all()
    return sum(row.remaining for row in rows)


def _cleo(office: OpenOffice) -> Any:
    return next((one for one in office.operators.all() if one.name == "cleo"), None)


def _given(office: OpenOffice) -> bool:
    batch = office.credits.batch(1)
    assert batch is not None
    return (batch.state, batch.given, _points(office)) == (DONE, ROWS, SOLD + GOODWILL)


ACTS: Final = {
    "a publication is approved": Act(
        "/console/programmes/approve",
        ["approved"],
        lambda office: office.publishing.running() == PROGRAMME.encode(),
        SAYS("refusal.APPROVED_ALREADY", number=1, name="ben"),
        proposed,
    ),
    "one for a day is proposed": Act(
        "/console/programme/propose",
        ["proposed"],
        lambda office: [one.state for one in office.publishing.publications()] == ["proposed"],
        SAYS("console.said_proposed"),
        _file_kept,
        fields={"day": "2099-12-04", "hour": "06:00"},
    ),
    "a rule is stopped now": Act(
        "/console/programmes/stop",
        ["file_kept", "stopped"],
        lambda office: RULE.partition(":")[2].encode() not in (office.publishing.running() or b""),
        SAYS("refusal.RULE_STOPPED", rule=RULE, name="ben", number=2),
        published,
        fields={"rule": RULE},
    ),
    "credits are proposed": Act(
        "/console/credits",
        ["credits_proposed"],
        lambda office: [one.rows for one in office.credits.batches()] == [ROWS],
        SAYS("console.said_credits_known"),
        member,
        file=CREDITS,
    ),
    "credits are approved": Act(
        "/console/credit/approve",
        ["credits_approved", *["credit_given"] * ROWS],
        _given,
        SAYS("refusal.APPROVED_ALREADY", number=1, name="ben"),
        _credits,
    ),
    "points of a receipt": Act(
        "/console/claims",
        ["claim_given"],
        lambda office: _points(office) == 2 * SOLD,
        "by ben on",
        _sold_to_nobody,
    ),
    "a store has another name": Act(
        "/console/rename-store",
        ["store_renamed"],
        lambda office: office.administration.stores()[0].name == "Harbour",
        SAYS("console.said_store_renamed"),
        fields={"store": "S1", "new_name": "Harbour"},
    ),
    "somebody is made an operator": Act(
        "/console/operators",
        ["operator_added"],
        lambda office: _cleo(office) is not None,
        SAYS("refusal.OPERATOR_EXISTS", name="cleo"),
        fields={"name": "cleo", "role": "clerk"},
    ),
    "somebody has another role": Act(
        "/console/operators/role",
        ["operator_role"],
        lambda office: _cleo(office).role is Role.MANAGER,
        SAYS("console.said_operator_changed"),
        _somebody_more,
        fields={"role": "manager"},
    ),
    "somebody is set aside": Act(
        "/console/operators/active",
        ["operator_set_aside"],
        lambda office: not _cleo(office).active,
        SAYS("console.said_operator_changed"),
        _somebody_more,
        fields={"active": "0"},
    ),
}


@pytest.fixture
def scene(house: House, tmp_path: Path) -> Iterator[Scene]:
    with set_scene(house, tmp_path / "fuse", Role.ADMINISTRATOR) as made:
        yield made


def _line_ends(scene: Scene, act: Act, fields: Mapping[str, Any]) -> None:
    before = scene.told()
    scene.ben.lose(act.path, lambda: scene.told() != before, file=act.file, **fields)


def _server_ends(scene: Scene, act: Act, fields: Mapping[str, Any]) -> None:
    light(scene.fuse, BEHIND)
    assert scene.ben.cut_off(act.path, file=act.file, **fields)
    scene.serve()


LOST: Final = {"its line ends": _line_ends, "its server ends": _server_ends}


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("lose", LOST.values(), ids=LOST)
def test_what_was_done_unheard_is_done_once(
    scene: Scene, act: Act, lose: Callable[[Scene, Act, Mapping[str, Any]], None]
) -> None:
    fields = {**act.ready(scene), **act.fields}
    scene.until_at_rest()
    told = scene.told()
    lose(scene, act, fields)
    _until_done(scene, act)
    assert scene.told() == [*told, *act.entries]
    done = scene.kept()
    scene.ben.send(act.path, file=act.file, **fields)
    assert scene.ben.says(act.again), scene.ben.page
    _until_done(scene, act)
    assert scene.kept() == done


def _until_done(scene: Scene, act: Act) -> None:
    scene.until_at_rest()
    with scene.house.office() as office:
        until(lambda: act.holds(office))


COMMANDED: Final = {
    "a store has another name": (["rename-store", "S1", "Harbour"], "Harbour"),
    "somebody is made an operator": (["add-operator", "cleo", "--role", "clerk"], "cleo"),
}


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(("command", "says"), COMMANDED.values(), ids=COMMANDED)
def test_a_command_that_ended_before_it_said_anything_is_asked_again(
    scene: Scene, tmp_path: Path, command: Sequence[str], says: str
) -> None:
    told, log = scene.told(), tmp_path / "said"
    light(scene.fuse, BEHIND, COMMANDS)
    assert _ran(scene, command, log) < 0
    assert log.read_text("utf-8") == ""
    assert len(scene.told()) == len(told) + 1
    scene.fuse.unlink()
    done = scene.kept()
    _ran(scene, command, log)
    assert says in log.read_text("utf-8")
    assert scene.kept() == done


def _ran(scene: Scene, command: Sequence[str], log: Path) -> int:
    """How a command of head office ended that has the fuse."""
    with suppress(FileExistsError):
        log.touch(exist_ok=False)
    surroundings = {"POSLOYALTY_HEADOFFICE_DATABASE": scene.house.url, VARIABLE: str(scene.fuse)}
    arguments = ["headoffice", "--data", str(scene.house.data), *command]
    return Forked(arguments, os.environ | surroundings, log).wait(60)
