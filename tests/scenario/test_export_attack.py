"""An attack that is left as a scenario happens again on a real till, to the last figure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from posloyalty.insight.draft.attack import attack
from posloyalty.insight.draft.draft import Draft, read_draft
from posloyalty.scenario.export_attack import scenario_of_attack
from posloyalty.scenario.files import run_file
from posloyalty.scenario.workshop import Workshop
from posloyalty.wording import Words
from tests.insight.draft.drafts import FAIR, HEAD, HOLES, points

GOODS = (
    '[[offer]]\nid = "cakes"\nscope = "line"\npercent = "40%"\n'
    'on = { category = ["bakery"], tag = ["cake"], not = { product = ["TART"] } }\n'
    "when = { quantity = { at_least = 3 } }\n"
    '[[offer]]\nid = "nights"\nscope = "order"\npercent = "20%"\n'
    'when = { hours = { from = "22:00", to = "23:00" } }\n'
)
ELSEWHERE = (
    '[[offer]]\nid = "web"\nscope = "order"\npercent = "50%"\nwhen = { channel = "online" }\n'
    '[[offer]]\nid = "here"\nscope = "order"\npercent = "20%"\nexclusive = true\n'
    'when = { store = "S9", till = "T4", not = { tender = "cash" } }\n'
)
ONE_STORE = HEAD.replace("\n\n", '\nstores = ["S7"]\neffective = { from = 2027-01-10 }\n\n')
BY_ITSELF = (
    '[[wallet]]\nid = "stamps"\nnegative = "within_balance"\n'
    '[[earn]]\nid = "stamp"\nwallet = "stamps"\nper_piece = { points = 1 }\n'
    '[[reward]]\nid = "free"\nwallet = "stamps"\ncost = 3\nfree = {}\nauto_use = "always"\n'
)
DRAFTS = {
    **HOLES,
    "a fair one": FAIR,
    "one by category, tag, number and hour": HEAD + points() + GOODS,
    "one by place and payment": HEAD + points() + ELSEWHERE,
    "one whose reward is taken by itself": HEAD
    + points().replace("[[earn]]", "[[earn]]\nwallet = 'points'")
    + BY_ITSELF,
    "one of a certain store and day": ONE_STORE + points(points=1),
}


@pytest.mark.long(sample=4)
@pytest.mark.parametrize("text", DRAFTS.values(), ids=DRAFTS)
def test_what_was_found_happens_on_a_till(text: str, workshop: Workshop) -> None:
    data = text.encode("utf-8")
    draft = read_draft(data, date(2026, 11, 29))
    assert isinstance(draft, Draft)
    found = attack(draft, steps=400)
    assert found.position.done
    told = scenario_of_attack(found.position, programme=data, name="attack", shows="what it takes")
    ran = run_file(Path("attack.toml"), told.encode("utf-8"), workshop)
    assert (list(ran.sentences(Words("en"))), ran.passed) == ([], 1), told
