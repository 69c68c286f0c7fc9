"""A list that is reckoned when somebody reads it, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

Item_co = TypeVar("Item_co", covariant=True)


class Later(Sequence[Item_co]):
    """A sequence whose items are made at the first look; two are equal when their items are."""

    __slots__ = ("_items", "_make")

    def __init__(self, make: Callable[[], tuple[Item_co, ...]]) -> None:
        self._make: Callable[[], tuple[Item_co, ...]] | None = make
        self._items: tuple[Item_co, ...] = ()

    def _made(self) -> tuple[Item_co, ...]:
        make = self._make
        if make is not None:
            self._items = make()
            self._make = None
        return self._items

    def __len__(self) -> int:
        return len(self._made())

    @overload
    def __getitem__(self, index: int) -> Item_co: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Item_co, ...]: ...

    def __getitem__(self, index: int | slice) -> Item_co | tuple[Item_co, ...]:
        return self._made()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._made() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made())

    def __repr__(self) -> str:
        return repr(self._made())
