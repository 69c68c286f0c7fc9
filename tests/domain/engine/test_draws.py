"""A draw can be checked by anybody: winners follow from seed and entries, as the module says."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as some

from posloyalty.domain.engine.draws import entries_of, winners
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.draw import Draw, commitment
from tests.domain.engine.made import rules

SEED = bytes(range(32))


def draw(*, once_each: bool = True) -> Draw:
    flag = str(once_each).lower()
    (found,) = rules(
        f"""
[[draw]]
id = "it"
within = {{ from = 2026-03-01, through = 2026-03-31 }}
odds = "Two among all"
terms = "https://example.org"
market = "cn"
once_each = {flag}
prize = [{{ id = "phone", value = "50000.00" }}, {{ id = "mug", value = "20.00", count = 2 }}]
"""
    ).of(Draw)
    return found


def entry(number: int, owner: int, cancelled: int = 0) -> Right:
    return Right(
        id=number.to_bytes(16, "big"),
        kind="entry",
        of="it",
        owner=owner.to_bytes(16, "big"),
        programme="test",
        cancelled=cancelled,
    )


def by_hand(entries: list[Right], prizes: int, *, once_each: bool) -> list[bytes]:
    """The same as somebody else would reckon it from what is published."""
    left = sorted(entries, key=lambda one: one.id)
    over = sha256(b"".join(one.id for one in left)).digest()
    won = []
    for k in range(prizes):
        if not left:
            break
        lot = int(sha256(SEED + over + bytes([0, 0, 0, k])).hexdigest(), 16)
        drawn = left[lot % len(left)]
        won.append(drawn.id)
        left = [
            one
            for one in left
            if one.id != drawn.id and not (once_each and one.owner == drawn.owner)
        ]
    return won


@given(
    owners=some.lists(some.integers(1, 6), max_size=30),
    once_each=some.booleans(),
    order=some.randoms(use_true_random=False),
)
def test_winners_follow_from_seed_and_entries_in_whatever_order(
    owners: list[int], once_each: bool, order: object
) -> None:
    entries = [entry(number, owner) for number, owner in enumerate(owners, 1)]
    mixed = list(entries)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    found = winners(draw(once_each=once_each), mixed, SEED)
    assert [one.entry.id for one in found] == by_hand(entries, 3, once_each=once_each)
    assert [one.prize for one in found] == ["phone", "mug", "mug"][: len(found)]
    if once_each:
        assert len({one.entry.owner for one in found}) == len(found)


def test_what_was_withdrawn_takes_no_part() -> None:
    entries = [entry(1, 1), entry(2, 2, cancelled=1)]
    assert [one.id for one in entries_of(draw(), entries)] == [entry(1, 1).id]


def test_the_promise_is_the_hash_of_the_seed() -> None:
    assert commitment(SEED.hex()) == sha256(SEED).hexdigest()
    assert commitment("no seed") == ""
