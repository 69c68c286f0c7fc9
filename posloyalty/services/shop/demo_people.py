"""The members of the demo shop: invented people with Chinese and Latin names.

Shape: `demo_people(n)` gives the same n people every time. Nothing is random: each choice
comes from a hash of the person's number, so that screenshots and tests see the same faces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.members.member import Birthday
from posloyalty.domain.values.identifiers import derive_id

FAMILY: Final = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
)
GIVEN: Final = tuple(
    "小明雨欣思远子涵若曦佳怡浩宇梓轩雪梅建国志强丽华晓峰美玲俊杰海燕文博雅静天佑心怡家豪诗涵"
    "一诺可馨宇航书瑶泽楷安琪"
)
LATIN_FIRST: Final = (
    "Anna Ben Chloe Daniel Elena Finn Grace Hugo Ines Jack Kira Liam Maria Noah Olivia Paul Quinn "
    "Rosa Sven Tess Uma Viktor Wanda Xavier Yara Zoë Amélie Björn Søren Łucja"
).split()
LATIN_LAST: Final = (
    "Adams Becker Castro Dubois Evans Fischer Garcia Hansen Ito Jensen Kowalski Lopez Murphy Novak "
    "O'Neil Petit Quist Rossi Smith Tanaka Ünal Varga Weiss Young Zhang-Lee"
).split()
LATIN_SHARE_PERCENT: Final = 18
# A name beyond the basic plane and one very long, so that every demo shows how they are handled.
SPECIAL: Final = {3: "𠮷田真弓", 11: "Maximiliana Alexandra von Hohenfels-Wolkenstein"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """One invented member; `points` is the opening balance, `birthday` has no year for some."""

    number: int
    name: str
    phone: str
    birthday: Birthday | None
    joined_days_ago: int
    points: int
    marketing: bool
    language: str


def demo_people(count: int) -> Iterator[DemoPerson]:
    """The first `count` people, the same ones at every call."""
    for number in range(count):
        yield _person(number)


def _person(number: int) -> DemoPerson:
    dice = _Dice(number)
    latin = dice.below(100) < LATIN_SHARE_PERCENT
    name = SPECIAL.get(number) or (_latin_name(dice) if latin else _chinese_name(dice))
    # 7919 is coprime to 10^8, so numbers look mixed and are never given twice.
    phone = f"1{(3, 5, 7, 8)[dice.below(4)]}{dice.below(10)}{number * 7919 % 100_000_000:08d}"
    birthday = None
    if dice.below(10) < 7:
        birthday = Birthday(1 + dice.below(12), 1 + dice.below(28), None)
    return DemoPerson(
        number=number,
        name=name,
        phone=phone,
        birthday=birthday,
        joined_days_ago=1 + dice.below(1200),
        points=_points(dice),
        marketing=dice.below(10) < 4,
        language="en" if latin else "zh_CN",
    )


def _points(dice: _Dice) -> int:
    band = dice.below(20)
    if band < 6:
        return 0
    if band < 15:
        return dice.below(900)
    return dice.below(900) + (2600 if band < 19 else 5200)


def _chinese_name(dice: _Dice) -> str:
    given = GIVEN[dice.below(len(GIVEN))]
    if dice.below(3):
        given += GIVEN[dice.below(len(GIVEN))]
    return FAMILY[dice.below(len(FAMILY))] + given


def _latin_name(dice: _Dice) -> str:
    first = LATIN_FIRST[dice.below(len(LATIN_FIRST))]
    return f"{first} {LATIN_LAST[dice.below(len(LATIN_LAST))]}"


class _Dice:
    """Numbers out of a hash: even enough for a demo, and the same on every machine."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._throws = 0

    def below(self, limit: int) -> int:
        self._throws += 1
        number = int.from_bytes(derive_id("demo-person", self._seed, self._throws)[:8], "big")
        return number % limit
