"""What is quickly made is what `dataclasses` makes: frozen, equal, hashed, copied and pickled."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.members.member import Member
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.values.quick_init import quickly_made


class _Reckoned:
    """Something below, with a slot of its own."""

    __slots__ = ("seen",)
    seen: int


@dataclass(frozen=True, slots=True)
class Slow(_Reckoned):
    """As `dataclasses` makes it."""

    first: int
    second: str = "b"
    made: list[int] = field(default_factory=list)
    keyed: tuple[int, ...] = field(default=(1,), kw_only=True)
    needed: int = field(kw_only=True)


@quickly_made
@dataclass(frozen=True, slots=True)
class Quick(_Reckoned):
    """The same, quickly."""

    first: int
    second: str = "b"
    made: list[int] = field(default_factory=list)
    keyed: tuple[int, ...] = field(default=(1,), kw_only=True)
    needed: int = field(kw_only=True)


@quickly_made
@dataclass(frozen=True, slots=True, order=True)
class Point:
    """Something that can be hashed."""

    x: int
    y: int = 0


GIVEN = [((1,), {"needed": 2}), ((1, "c", [3]), {"needed": 2, "keyed": ()})]


@pytest.mark.parametrize(("given", "named"), GIVEN)
def test_it_has_what_it_was_given_and_the_defaults(
    given: tuple[object, ...], named: dict[str, object]
) -> None:
    slow, quick = Slow(*given, **named), Quick(*given, **named)  # type: ignore[arg-type]
    names = [one.name for one in fields(Slow)]
    assert [getattr(quick, name) for name in names] == [getattr(slow, name) for name in names]
    assert type(quick) is Quick
    assert repr(quick) == repr(slow).replace("Slow", "Quick")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda kind: kind(1),
        lambda kind: kind(needed=1),
        lambda kind: kind(1, "b", [], (), 2),
        lambda kind: kind(1, needed=2, other=3),
    ],
)
def test_what_the_slow_one_refuses_it_refuses(wrong: Callable[[type], object]) -> None:
    for kind in (Slow, Quick):
        with pytest.raises(TypeError):
            wrong(kind)


def test_nobody_writes_it_and_nothing_can_be_added() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del point.x
    with pytest.raises((AttributeError, TypeError)):
        point.z = 2  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


def test_what_is_made_by_default_is_made_anew_each_time() -> None:
    assert Quick(1, needed=2).made is not Quick(1, needed=2).made


def test_it_is_equal_ordered_hashed_replaced_copied_and_pickled_as_before() -> None:
    assert Point(1) == Point(1, 0)
    assert Point(1) != Point(2)
    assert Point(1) < Point(1, 2)
    assert hash(Point(1)) == hash(Point(1, 0))
    assert replace(Point(1), y=3) == Point(1, 3)
    for other in (
        copy.copy(Point(1)),
        copy.deepcopy(Point(1)),
        pickle.loads(pickle.dumps(Point(1))),
    ):
        assert (type(other), other) == (Point, Point(1))


@pytest.mark.parametrize("kind", [Member, Facts, Quote])
def test_its_signature_is_that_of_its_fields(kind: type) -> None:
    asked = inspect.signature(kind).parameters
    every = fields(kind)
    assert list(asked) == [one.name for one in every if not one.kw_only] + [
        one.name for one in every if one.kw_only
    ]
    for one in every:
        kinds = inspect.Parameter
        assert asked[one.name].kind is (
            kinds.KEYWORD_ONLY if one.kw_only else kinds.POSITIONAL_OR_KEYWORD
        )


def test_a_class_for_which_it_is_not_made_is_refused() -> None:
    @dataclass(frozen=True)
    class Loose:
        x: int

    @dataclass(frozen=True, slots=True)
    class Busy:
        x: int

        def __post_init__(self) -> None:
            pass

    @dataclass(frozen=True, slots=True)
    class Derived:
        x: int = field(init=False, default=1)

    for kind in (Loose, Busy, Derived):
        with pytest.raises(TypeError, match=kind.__name__):
            quickly_made(kind)
