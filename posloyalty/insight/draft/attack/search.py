"""The search for the moves that take most: seeded, bounded, by the till's own engine.

From the opening every basket that the draft names is tried; then a beam of the best positions goes
on, and with them some that hold much and some at random, because what costs at first may pay later.
Better is: goods got for nothing; else the larger share of what was kept; else fewer moves, and the
larger amount. In the end every move is left out that is not needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.programme.kinds.conversion import Conversion
from posloyalty.domain.programme.kinds.reward import Reward
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.draft.attack.counter import Position, openings
from posloyalty.insight.draft.attack.dice import Dice
from posloyalty.insight.draft.attack.moves import (
    Buy,
    Convert,
    Exchange,
    GiveBack,
    Move,
    Piece,
    Wait,
)
from posloyalty.insight.draft.attack.shelf import Shelf
from posloyalty.insight.draft.draft import Draft

STEPS: Final = 3000
MOVES_MAX: Final = 6
KEPT: Final = 6
BUYS: Final = 10
SALES_BACK: Final = 3
LINES_BACK: Final = 3
DAYS: Final = (1, 32)
EVERYTHING: Final = Ratio(1)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Attack:
    """The worst that was found, and how many steps were looked at."""

    position: Position
    steps: int

    @property
    def share(self) -> Ratio | None:
        """What was taken, of the goods that were kept; None where nothing was kept."""
        return self.position.share

    def above(self, most: Ratio) -> bool:
        """Whether more than a share was taken: of nothing, anything is."""
        taken, kept = self.position.taken_minor, self.position.kept_minor
        return taken > 0 and (kept <= 0 or Ratio(taken, kept) > most)

    @property
    def hole(self) -> bool:
        """Whether goods are had for nothing, or money for no goods."""
        taken, kept = self.position.taken_minor, self.position.kept_minor
        return taken > 0 and taken >= kept


def attack(
    draft: Draft,
    *,
    seed: int = 0,
    steps: int = STEPS,
    moves: int = MOVES_MAX,
    progress: Progress = lambda done, total: None,
) -> Attack:
    """The most that was found to be taken out of a draft, by so many moves, in so many steps.

    `progress` is told (done, total) and may raise to stop.
    """
    search = _Search(draft, Dice(seed), steps, progress)
    best = search.run(moves)
    return Attack(search.without_detours(best), search.done)


class _Search:
    def __init__(self, draft: Draft, chance: Dice, steps: int, progress: Progress) -> None:
        self._starts = openings(draft)
        self._shelf = Shelf(draft.table, draft.programme.currency)
        self._trades: list[Move] = [Convert(one.id) for one in draft.programme.of(Conversion)]
        self._trades += [Exchange(one.id) for one in draft.programme.of(Reward) if one.gives.gifts]
        self._chance = chance
        self._steps = steps
        self._progress = progress
        self.done = 0

    def run(self, moves: int) -> Position:
        """The best position found by so many moves."""
        first = self._play(self._first(self._steps if moves == 1 else self._steps // 3))
        best = max(first, key=_good, default=self._starts[0])
        beam = self._beam(first)
        for depth in range(1, moves):
            # What is left is shared out, so that long sequences get their turn.
            share = (self._steps - self.done) // (moves - depth)
            grown = self._play(self._moves(beam, share))
            if not grown:
                break
            best = max((best, *grown), key=_good)
            beam = self._beam(grown)
        return best

    def without_detours(self, position: Position) -> Position:
        """The same without the moves, and the goods, that it is no worse without."""
        start = next(one for one in self._starts if one.began == position.began)
        moves = [done.move for done in position.done]
        tried = True
        while tried:
            tried = False
            for less in _less(moves):
                shorter = start.all_of(less)
                if shorter is not None and _good(shorter)[:2] >= _good(position)[:2]:
                    moves, position, tried = less, shorter, True
                    break
        return position

    def _first(self, room: int) -> Iterator[tuple[Position, Move]]:
        """Every opening, in an order of chance, and some baskets more."""
        found = [(start, move) for start in self._starts for move in self._shelf.openings()]
        self._chance.shuffle(found)
        yield from found[:room]
        for start in self._starts:
            yield from ((start, self._shelf.any(self._chance, redeem=False)) for _ in range(BUYS))

    def _moves(self, beam: list[Position], share: int) -> Iterator[tuple[Position, Move]]:
        """The moves of each position in turn, so that a bound cuts none of them off."""
        each = [(position, self._of(position)) for position in beam]
        left = share
        while each and left > 0:
            for pair in tuple(each):
                move = next(pair[1], None)
                if move is None:
                    each.remove(pair)
                    continue
                left -= 1
                yield pair[0], move

    def _of(self, position: Position) -> Iterator[Move]:
        for place in range(len(position.sold))[-SALES_BACK:]:
            yield GiveBack(place)
            lines = position.sold[place].sale.lines
            # At a counter goods are named by what they are: the first of their kind is meant.
            firsts = list({line.sku: line.number for line in reversed(lines)}.values())
            if len(lines) > 1:
                yield from (GiveBack(place, (line,)) for line in firsts[:LINES_BACK])
        yield from self._trades
        if position.held_minor > 0 or position.state.rights:
            yield from self._spending(position)
        yield from (self._shelf.any(self._chance, redeem=False) for _ in range(BUYS))
        yield from (Wait(days) for days in DAYS)

    def _spending(self, position: Position) -> Iterator[Move]:
        """What the points pay exactly, and any basket."""
        ware = self._shelf.wares[0]
        if position.held_minor > 0:
            yield Buy((Piece(ware, 1, position.held_minor),), redeem=True)
        yield from (self._shelf.any(self._chance, redeem=True) for _ in range(BUYS))

    def _play(self, tries: Iterable[tuple[Position, Move]]) -> list[Position]:
        found = []
        for position, move in tries:
            if self.done >= self._steps:
                break
            self.done += 1
            self._progress(self.done, self._steps)
            then = position.after(move)
            if then is not None:
                found.append(then)
        return found

    def _beam(self, positions: list[Position]) -> list[Position]:
        """The best, those who hold most, those who gave most away, and some at random."""
        best = sorted(positions, key=_good, reverse=True)[:KEPT]
        rich = sorted(positions, key=lambda one: one.held_minor, reverse=True)[:KEPT]
        taking = sorted(positions, key=lambda one: one.taken_minor, reverse=True)[:KEPT]
        some = self._chance.some(positions, KEPT)
        return list({id(one): one for one in (*best, *rich, *taking, *some)}.values())


def _good(position: Position) -> tuple[int, Ratio, int, int]:
    """The larger the better: goods for nothing, the share, few moves, the amount."""
    taken, kept = position.taken_minor, position.kept_minor
    if kept <= 0 or taken >= kept:
        return (1 if taken > 0 else -1, EVERYTHING, -len(position.done), taken)
    return (0, Ratio(taken, kept), -len(position.done), taken)


def _less(moves: list[Move]) -> Iterator[list[Move]]:
    """The moves without one, or with less of one."""
    for place in reversed(range(len(moves))):
        if len(moves) > 1:
            yield _left_out(moves, place)
        move = moves[place]
        sale = sum(isinstance(one, Buy) for one in moves[:place])
        # Lines that are given back go by their numbers: such a basket stays as it is.
        if not isinstance(move, Buy) or _by_line(moves, sale):
            continue
        for at, piece in enumerate(move.pieces):
            if len(move.pieces) > 1:
                fewer = (*move.pieces[:at], *move.pieces[at + 1 :])
                yield [*moves[:place], Buy(fewer, move.redeem), *moves[place + 1 :]]
            if piece.pieces > 1:
                one = (*move.pieces[:at], replace(piece, pieces=1), *move.pieces[at + 1 :])
                yield [*moves[:place], Buy(one, move.redeem), *moves[place + 1 :]]


def _by_line(moves: list[Move], sale: int) -> bool:
    return any(isinstance(one, GiveBack) and one.sale == sale and one.lines for one in moves)


def _left_out(moves: list[Move], place: int) -> list[Move]:
    """The moves without one; without a sale, what was given back of it is left out with it."""
    if not isinstance(moves[place], Buy):
        return [*moves[:place], *moves[place + 1 :]]
    sale = sum(isinstance(one, Buy) for one in moves[:place])
    left: list[Move] = []
    for at, move in enumerate(moves):
        if at == place or (isinstance(move, GiveBack) and move.sale == sale):
            continue
        if isinstance(move, GiveBack) and move.sale > sale:
            move = GiveBack(move.sale - 1, move.lines)
        left.append(move)
    return left
