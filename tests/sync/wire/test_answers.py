"""Answers and leases on the wire: frozen bytes, pieces, and nothing lost on the way.

A fixture is written once, by `python -m tests.sync.wire.test_answers`, which never overwrites one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from posloyalty.sync.journals import Place
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.telling import Answer, Grant, Telling, together
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire import answers
from posloyalty.sync.wire.answers import (
    PIECE_BYTES_MAX,
    TELLINGS_MAX,
    TOGETHER_MAX,
    AnswerGiven,
    AssetSent,
    answer_of,
    piece_of,
    telling_of,
    telling_sent,
)
from posloyalty.sync.wire.policy import PolicySent
from tests.sync.fleet import Fleet, agreed
from tests.sync.wire.examples import MESSAGES, TELLING

FIXTURES = Path(__file__).parent / "fixtures"
SEEDS, STEPS = 6, 40
BASE = Place(epoch=1, seq=7, hash=b"h" * 32)


@dataclass
class Travelled:
    """Lets every answer of a fleet travel: `pieces` is how often there was more."""

    tellings_max: int
    tellings: int = 0
    pieces: int = 0

    def between(self, fleet: Fleet) -> None:
        says = fleet.office.answer

        def answer(till_id: bytes, at: datetime) -> Answer:
            most = self.tellings_max
            piece = piece_of(says(till_id, at), tellings_max=most, together_max=most)
            given = msgspec.json.decode(msgspec.json.encode(piece), type=AnswerGiven)
            self.tellings += len(given.tellings)
            self.pieces += given.more
            return answer_of(given)

        fleet.office.answer = answer  # type: ignore[method-assign]  # what lies in between
        fleet.heals_within = 400


@pytest.mark.parametrize("name", MESSAGES)
def test_the_bytes_of_every_message_are_those_that_were_frozen(name: str) -> None:
    assert msgspec.json.encode(MESSAGES[name]) == (FIXTURES / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", MESSAGES)
def test_frozen_bytes_read_back_as_the_same_message(name: str) -> None:
    made = MESSAGES[name]
    assert msgspec.json.decode((FIXTURES / f"{name}.json").read_bytes(), type=type(made)) == made


def test_every_fixture_has_its_message() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == set(MESSAGES)


@pytest.mark.parametrize("lending", [False, True])
@pytest.mark.parametrize("tellings_max", [1, 3, TELLINGS_MAX])
def test_tills_that_hear_in_pieces_over_the_wire_come_to_the_same(
    lending: bool, tellings_max: int
) -> None:
    travelled = Travelled(tellings_max)
    for seed in range(SEEDS):
        fleet = Fleet(seed, lending=lending)
        travelled.between(fleet)
        fleet.run(STEPS)
        agreed(fleet)
    assert travelled.tellings > STEPS
    assert (travelled.pieces > 0) == (tellings_max < TELLINGS_MAX)


def test_a_long_answer_comes_in_pieces_in_its_order() -> None:
    tellings = tuple(_small(n) for n in range(TELLINGS_MAX + 1))
    first = piece_of(Answer(base=BASE, tellings=tellings))
    assert (len(first.tellings), first.more) == (TELLINGS_MAX, True)
    assert [one.id for one in first.tellings] == [
        one.event_id.hex() for one in tellings[:TELLINGS_MAX]
    ]
    rest = piece_of(Answer(base=BASE, tellings=tellings[TELLINGS_MAX:]))
    assert (len(rest.tellings), rest.more) == (1, False)


def test_a_piece_is_no_longer_than_its_bound_unless_one_telling_is() -> None:
    long = tuple(_small(n, facts=(("x", "x" * (PIECE_BYTES_MAX // 2)),)) for n in range(3))
    assert len(piece_of(Answer(base=BASE, tellings=long)).tellings) == 1
    longer = _small(1, facts=(("x", "x" * PIECE_BYTES_MAX),))
    piece = piece_of(Answer(base=BASE, tellings=(longer, longer)))
    assert (len(piece.tellings), piece.more) == (1, True)


@pytest.mark.parametrize("many", ["grants", "recalls"])
def test_leases_come_in_pieces_too(many: str) -> None:
    count = answers.GRANTS_MAX + 1
    made = Answer(
        base=BASE,
        grants=tuple(_grant(n) for n in range(count)) if many == "grants" else (),
        recalls=tuple(n.to_bytes(16, "big") for n in range(count)) if many == "recalls" else (),
    )
    piece = piece_of(made)
    assert (len(getattr(piece, many)), piece.more) == (answers.GRANTS_MAX, True)


def test_an_asset_of_a_kind_to_come_is_refused_not_guessed() -> None:
    with pytest.raises(ValueError, match="seats"):
        AssetSent(kind="seats", key="x").read()


@pytest.mark.parametrize(
    "policy",
    [
        RiskPolicy(),
        RiskPolicy(floor_minor=0, card_offline=True, member_debt=True),
        RiskPolicy(returns_minor=0),
        RiskPolicy(returns_minor=5_000),
    ],
)
def test_a_policy_travels_whole(policy: RiskPolicy) -> None:
    assert PolicySent.of(policy).read() == policy


def test_a_policy_without_a_key_has_the_default_there() -> None:
    assert msgspec.json.decode(b"{}", type=PolicySent).read() == RiskPolicy()


def test_a_telling_is_written_again_as_it_came() -> None:
    assert telling_sent(telling_of(TELLING)) == TELLING


def ids(tellings: Iterable[Telling]) -> list[int]:
    return [int.from_bytes(one.event_id, "big") for one in tellings]


@pytest.mark.parametrize(
    ("owners", "groups"),
    [
        (["a", "b", "a"], [[0, 2], [1]]),
        (["a", "b", "ab", "c"], [[0, 1, 2], [3]]),
        (["a", "b", "c", "bc", "ac"], [[0, 1, 2, 3, 4]]),
        (["a", "", "a", ""], [[0, 2], [1], [3]]),
        ([], []),
    ],
)
def test_what_is_about_the_same_owners_belongs_together_in_its_order(
    owners: list[str], groups: list[list[int]]
) -> None:
    told = [_small(n, of=names) for n, names in enumerate(owners)]
    assert [ids(group) for group in together(told)] == groups


def test_a_piece_never_ends_amid_what_is_about_somebody() -> None:
    told = [_small(n, of="ab"[n % 2]) for n in range(60)]
    first = piece_of(Answer(base=BASE, tellings=tuple(told)))
    assert ids(telling_of(one) for one in first.tellings) == list(range(0, 60, 2))
    assert first.more
    rest = piece_of(Answer(base=BASE, tellings=tuple(told[1::2])))
    assert (len(rest.tellings), rest.more) == (30, False)


@pytest.mark.parametrize(
    ("count", "told", "more"),
    [(TELLINGS_MAX + 1, TELLINGS_MAX + 1, False), (TOGETHER_MAX, TOGETHER_MAX, False),
     (TOGETHER_MAX + 1, TELLINGS_MAX, True)],
)  # fmt: skip
def test_somebody_with_years_behind_them_is_told_at_once_as_far_as_that_goes(
    count: int, told: int, more: bool
) -> None:
    tellings = tuple(_small(n, of="a") for n in range(count))
    piece = piece_of(Answer(base=BASE, tellings=tellings))
    assert (len(piece.tellings), piece.more) == (told, more)


def test_what_would_not_be_taken_for_its_bytes_is_cut() -> None:
    long = tuple(_small(n, of="a", facts=(("x", "x" * (PIECE_BYTES_MAX // 2)),)) for n in range(9))
    assert len(piece_of(Answer(base=BASE, tellings=long)).tellings) == 1
    assert len(piece_of(Answer(base=BASE, tellings=long[:3])).tellings) == 3


def _small(number: int, facts: tuple[tuple[str, str], ...] = (), of: str = "") -> Telling:
    return Telling(
        event_id=number.to_bytes(16, "big"),
        at="2026-11-22T10:00:00.000+08:00",
        what="sale",
        src=b"T" * 16,
        facts=facts,
        owners=frozenset(name.encode().ljust(16, b".") for name in of),
    )


def _grant(number: int) -> Grant:
    return Grant(
        lease_id=number.to_bytes(16, "big"),
        asset=Asset(AssetKind.POINTS, "club/points", b"m" * 16),
        amount=1,
        last_day=date(2026, 12, 31),
    )


if __name__ == "__main__":
    for name, message in MESSAGES.items():
        path = FIXTURES / f"{name}.json"
        if not path.exists():
            path.write_bytes(msgspec.json.encode(message))
