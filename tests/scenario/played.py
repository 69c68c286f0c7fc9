"""Scenarios of a test: pieces under a head, played, and what came of them as sentences."""

from __future__ import annotations

from pathlib import Path

from posloyalty.scenario.files import Ran, run_file
from posloyalty.scenario.workshop import Workshop
from posloyalty.wording import Words

HEAD = 'scenario = 1\nname = "example"\n'
PROGRAMME = """
[programme]
text = '''
[[wallet]]
id = "points"

[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }
'''
"""
GOODS = """
[[product]]
sku = "COFFEE"
price = "28.00"
tags = ["coffee"]

[[product]]
sku = "CAKE"
price = "15.50"

[[product]]
sku = "APPLES"
price = "12.80"
weighed = true

[[product]]
sku = "BAG"
"""
MEMBER = '\n[[member]]\nid = "wang"\n'
WAIT = '\n[[when]]\nstep = "wait"\n'


def whole(piece: str) -> str:
    """A piece as a file, with a programme, goods, a member and a step where it has none."""
    if piece.lstrip().startswith("scenario"):
        return piece
    parts = [HEAD, piece]
    parts += [PROGRAMME] if "[programme]" not in piece and "[[programme]]" not in piece else []
    parts += [GOODS] if "[[product]]" not in piece else []
    parts += [MEMBER] if "[[member]]" not in piece else []
    parts += [WAIT] if "[[when]]" not in piece else []
    return "\n".join(parts)


def ran(piece: str, workshop: Workshop, *, beside: Path = Path("folder")) -> Ran:
    """What became of a piece, as of a file `case.toml`."""
    return run_file(beside / "case.toml", whole(piece).encode("utf-8"), workshop)


def said(piece: str, workshop: Workshop, *, language: str = "en") -> list[str]:
    """The sentences about a piece, without the name of the file; none when it passed."""
    done = ran(piece, workshop)
    assert done.unreadable or done.played
    return [
        text.removeprefix("folder/case.toml, ").removeprefix("folder/case.toml ")
        for text in done.sentences(Words(language))
    ]
