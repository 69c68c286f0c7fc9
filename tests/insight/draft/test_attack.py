"""The attack: known holes are found, a fair draft has none, and a seed finds the same again."""

from __future__ import annotations

import re
from datetime import date

import pytest

from posloyalty.cli.attack_telling import Telling
from posloyalty.domain.shop.place import Channel, Place
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.draft.attack import Attack, attack
from posloyalty.insight.draft.attack.moves import Buy, GiveBack
from posloyalty.insight.draft.draft import Draft, read_draft
from posloyalty.wording import Words
from tests.domain.programme.test_documented import BLOCKS, EXAMPLES, PAGES, whole
from tests.insight.draft.drafts import FAIR, HEAD, HOLES, TEN_PERCENT, points

TODAY = date(2026, 11, 29)
STEPS = 500


def draft(text: str) -> Draft:
    """A draft as of a day."""
    read = read_draft(text.encode("utf-8"), TODAY)
    assert isinstance(read, Draft), read
    return read


def attacked(text: str, *, seed: int = 0, steps: int = STEPS, moves: int = 6) -> Attack:
    """The worst that is found."""
    return attack(draft(text), seed=seed, steps=steps, moves=moves)


@pytest.mark.long(sample=5)  # each hole, from one of the seeds
@pytest.mark.parametrize("text", HOLES.values(), ids=HOLES)
@pytest.mark.parametrize("seed", [0, 7])
def test_a_known_hole_is_found(text: str, seed: int) -> None:
    found = attacked(text, seed=seed)
    assert found.hole
    assert found.above(Ratio(99, 100))
    assert len(found.position.done) <= 3


def test_a_fair_draft_has_none() -> None:
    found = attacked(FAIR)
    assert not found.hole
    # 10 % off, and a point for each 1.00 paid that is worth 0.01, both for goods that were kept.
    assert found.share is not None
    assert Ratio(10, 100) < found.share <= Ratio(12, 100)


def test_one_sale_alone_hands_out_what_its_offers_and_points_come_to() -> None:
    found = attacked(FAIR, moves=1)
    (bought,) = found.position.done
    assert isinstance(bought.move, Buy)
    assert found.share == Ratio(109, 1000)
    assert found.above(Ratio(10, 100))
    assert not found.above(Ratio(11, 100))


def test_to_be_let_off_a_fee_is_no_goods_for_nothing() -> None:
    waived = '[[offer]]\nid = "delivery"\nscope = "order"\npercent = "100%"\n'
    text = FAIR + waived + 'on = { fee = true, product = ["DELIVERY"] }\n'
    found = attacked(text)
    assert not found.hole
    bought = [one.move for one in found.position.done if isinstance(one.move, Buy)]
    assert "DELIVERY" not in {p.ware.product.sku for move in bought for p in move.pieces}
    assert attacked(text.replace("fee = true, ", "")).hole


def test_a_rule_that_gives_for_a_return_is_attacked_by_one() -> None:
    given = '[[rule]]\nid = "sorry"\ntrigger = "return"\ngives = { points = 20 }\n'
    found = attacked(FAIR + given)
    assert found.hole
    assert any(isinstance(one.move, GiveBack) for one in found.position.done)


def test_nothing_is_taken_where_nothing_is_given() -> None:
    found = attacked(HEAD + '[[wallet]]\nid = "points"\n', steps=100)
    assert (found.position.taken_minor, found.hole) == (0, False)
    told = list(Telling(Words("en"), draft(FAIR).programme.currency).attack(found, 0))
    assert len(told) == 1


def test_an_offer_of_certain_hours_is_attacked_in_them() -> None:
    at_night = (
        '[[offer]]\nid = "night"\nscope = "order"\npercent = "90%"\n'
        'when = { hours = { from = "22:00", to = "02:00" }, weekdays = ["tue"] }\n'
    )
    found = attacked(HEAD + points() + at_night, moves=1)
    assert found.above(Ratio(90, 100))
    assert (found.position.at.hour >= 22 or found.position.at.hour < 2) is True


@pytest.mark.parametrize(
    ("when", "place", "kind"),
    [
        ('{ tender = "card" }', Place("S1", "T1"), TenderKind.CARD),
        ('{ not = { tender = ["card", "cash"] } }', Place("S1", "T1"), TenderKind.QR_WALLET),
        ('{ channel = "online" }', Place("S1", "T1", Channel.ONLINE), TenderKind.CASH),
        ('{ store = "S9", till = ["T4"] }', Place("S9", "T4"), TenderKind.CASH),
    ],
)
def test_an_offer_of_a_place_or_a_payment_is_attacked_there(
    when: str, place: Place, kind: TenderKind
) -> None:
    half = f'[[offer]]\nid = "half"\nscope = "order"\npercent = "50%"\nwhen = {when}\n'
    found = attacked(HEAD + points() + half, moves=1)
    assert found.above(Ratio(49, 100))
    assert found.position.table.store.place == place
    assert found.position.sold[0].sale.paid_by == {kind}


def test_the_same_seed_finds_the_same() -> None:
    text = HOLES["debts are let go, and what the points bought is kept"]
    first, again = attacked(text, seed=3), attacked(text, seed=3)
    assert first.position.done == again.position.done
    assert first.steps == again.steps


def test_the_search_is_bounded_told_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if done == 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attack(draft(FAIR), steps=120, progress=tell)
    assert told[-1] == (50, 120)
    assert attack(draft(FAIR), steps=120).steps <= 120


def test_the_steps_are_told_in_words() -> None:
    text = HOLES["debts are let go, and what the points bought is kept"]
    found = attacked(text)
    assert [type(done.move) for done in found.position.done] == [Buy, Buy, GiveBack]
    told = list(Telling(Words("en"), draft(text).programme.currency).attack(found, 0))
    assert told[0].startswith("1. Buys 1 × PLAIN at ")
    assert "uses what is held" in told[1]
    assert told[2].startswith("3. Gives back 1 × PLAIN at ")
    assert told[4].startswith("This is a hole: ")


def test_the_guide_shows_what_is_found() -> None:
    texts = [text for page, kind, text in BLOCKS if (page, kind) == ("tools.md", "text")]
    (shown,) = [text for text in texts if text.startswith("1. ")]
    (example,) = [one for page, one in EXAMPLES if page == "tools.md" and "within_balance" in one]
    text = whole(example).decode("utf-8")
    found = attack(draft(text))
    told = Telling(Words("en"), draft(text).programme.currency).attack(found, 0)
    counted = re.compile(r"\d+ steps")
    assert [counted.sub("", one) for one in told] == counted.sub("", shown).strip().splitlines()
    closed = attacked(text.replace('"within_balance"', '"offset"'))
    assert not closed.hole


def test_the_guide_shows_how_a_sale_that_hands_out_too_much_is_told() -> None:
    text = HEAD + points() + TEN_PERCENT.replace("10%", "40%")
    telling = Telling(Words("en"), draft(text).programme.currency)
    told = telling.too_much(attacked(text, moves=1), Ratio(30, 100))
    assert f"```text\nWarning: {told}\n```" in PAGES["tools.md"]
