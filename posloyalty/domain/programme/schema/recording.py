"""A section that has no table behind it: it answers readers as it is told, and notes what they ask.

Shape: a `Run` is one reading. A reader's question that can be answered in several ways (is this key
there, which word, which kind) is a `Question`; `forced` says how to answer it, else the first
option is the answer. `seen` holds what each table was asked for. A text whose words turn out to be
a fixed list (the reader finds NOT_CHOICE or KIND_UNKNOWN and says what is known) is learned, and
the run is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any, Final, Self, TypeVar

from posloyalty.domain.programme.finding import Path
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.schema import typed
from posloyalty.domain.programme.schema.typed import Json
from posloyalty.domain.programme.section import WHOLE_MAX, Reading, Section
from posloyalty.domain.values.money import CURRENCIES
from posloyalty.domain.values.ratio import Ratio

Place = tuple[str, ...]
ITEM: Final = "*"
PROBE: Final = "x"
DEPTH_MAX: Final = 24
ONE: Final = Ratio(1)
_MORE: Final = "wallet"
"""Read in every run: other tables name its tables. They name levels, too, which the first run knows
and tells.
"""

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")


class Again(Exception):
    """A list of words was learned: the run has to be made again."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a reader may branch on: `sort` is in, word, flag or kind."""

    place: Place
    sort: str
    key: str


@dataclass(slots=True)
class Seen:
    """What a key was asked for; `required` where it must be there."""

    schema: Json
    required: bool


@dataclass(slots=True)
class Learned:
    """What holds for all runs: words of texts by (place, key), and the readers that are shared."""

    words: dict[tuple[Place, str], tuple[str, ...]] = field(default_factory=dict)
    shared: dict[str, Callable[[Section], object]] = field(default_factory=dict)


@dataclass(slots=True)
class Run(Reading):
    """One reading. `focus` is the one table of the file that is read besides the wallets."""

    forced: Mapping[Question, object] = field(default_factory=dict)
    learned: Learned = field(default_factory=Learned)
    focus: str = ""
    asked: dict[Question, tuple[tuple[object, ...], object]] = field(default_factory=dict)
    seen: dict[Place, dict[str, Seen]] = field(default_factory=dict)
    refs: dict[Place, str] = field(default_factory=dict)

    def found(self, path: Path, code: str, **facts: object) -> None:
        """Learn from a finding; nothing is wrong with a file that is not there."""
        place, key = tuple(str(step) for step in path[:-1]), str(path[-1]) if path else ""
        if code in ("NOT_CHOICE", "KIND_UNKNOWN") and (place, key) not in self.learned.words:
            known = tuple(str(facts["known"]).split(", "))
            self.learned.words[place, key] = known
            raise Again
        if code == "MISSING_KEY" and key in self.seen.get(place, {}):
            self.seen[place][key].required = True

    def is_about(self, place: Place) -> bool:
        """Whether this run can tell something of a place that the first one does not."""
        return not place or self.focus in ("", place[0])

    def answer(self, question: Question, options: tuple[object, ...]) -> Any:
        """How a question is answered in this run; the same every time."""
        if question not in self.asked:
            self.asked[question] = (options, self.forced.get(question, options[0]))
        return self.asked[question][1]


def new_run(
    forced: Mapping[Question, object] | None = None,
    learned: Learned | None = None,
    focus: str = "",
) -> Run:
    """A run before anything is read."""
    return Run(CURRENCIES["CNY"], forced=forced or {}, learned=learned or Learned(), focus=focus)


class Recording(Section):
    """A table that readers ask, and that answers without being there."""

    def __init__(self, table: Mapping[str, object], path: Path, reading: Reading) -> None:
        assert isinstance(reading, Run)
        super().__init__({}, path, reading)
        self.run = reading
        self.place = tuple(str(step) for step in path)
        reading.seen.setdefault(self.place, {})

    def __contains__(self, key: object) -> bool:
        if len(self.place) > DEPTH_MAX:
            return False
        if not self._is_read(str(key)):
            self.run.seen[self.place].setdefault(str(key), Seen({}, required=False))
            return False
        return bool(self.run.answer(Question(self.place, "in", str(key)), (True, False)))

    def present(self, keys: Iterable[str]) -> list[str]:
        """All that are there in this run."""
        return [key for key in keys if key in self]

    def close(self, known: Iterable[str] = ()) -> None:
        """Nothing is left over."""

    def shared(self, name: str, reader: Callable[[Section], object]) -> Section:
        """The table of a definition that many tables share is noted and read once, by itself."""
        if self.place == (f"#{name}",):
            return self
        self.run.learned.shared.setdefault(name, reader)
        self.run.refs[self.place] = name
        return Section({}, self.path, Reading(self.run.currency))

    def refer(self, key: str, kind: str, default: str | None = None) -> str:
        """An id."""
        self._note(key, typed.TEXT, default)
        return default or PROBE

    def wallet(self, key: str = "wallet") -> str:
        """The only one."""
        self._note(key, typed.TEXT, "")
        return next(iter(self.reading.scales), PROBE)

    def points(self, key: str, wallet: str, default: int | None = None) -> int:
        """Points."""
        self._note(key, typed.RATE, default)
        return 1 if default is None else default

    def text(self, key: str, default: str | None = None) -> str:
        """A text, or one of the words that were learned."""
        known = self.run.learned.words.get((self.place, key))
        if known is None:
            self._note(key, typed.TEXT, default)
            return PROBE
        ordered = tuple(sorted(known, key=lambda word: word != default))
        self._note(key, typed.one_of_words(known), default, told=True)
        return str(self.run.answer(Question(self.place, "word", key), ordered))

    def names(self, key: str, fallback: str) -> Names:
        """Names."""
        self._note(key, typed.NAMES, fallback)
        return Names(fallback)

    def names_list(self, key: str) -> tuple[Names, ...]:
        """A list of names."""
        self._note(key, typed.NAMES_LIST, ())
        return ()

    def flag(self, key: str, default: bool) -> bool:
        """Both, one after the other."""
        self._note(key, typed.FLAG, default, told=True)
        return bool(self.run.answer(Question(self.place, "flag", key), (default, not default)))

    def whole(
        self, key: str, default: int | None = None, *, least: int = 0, most: int = WHOLE_MAX
    ) -> int:
        """A whole number."""
        self._note(key, typed.whole(least, most), default, told=True)
        return least if default is None else default

    def ratio(self, key: str, default: Ratio | None = None, *, most: Ratio | None = None) -> Ratio:
        """A rate."""
        self._note(key, typed.SHARE if most == ONE else typed.RATE, default)
        return ONE if default is None else default

    def money(self, key: str, default: int | None = None, *, least: int = 1) -> int:
        """An amount."""
        self._note(key, typed.MONEY, default)
        return least if default is None else default

    def day(self, key: str) -> date | None:
        """A day."""
        self._note(key, typed.DAY, "")
        return date(2024, 1, 1)

    def hour(self, key: str, default: time) -> time:
        """A time of day."""
        self._note(key, typed.HOUR, default)
        return default

    def choice(self, key: str, options: Iterable[Choice], default: Choice | None = None) -> Choice:
        """Each of them, one after the other, the default first."""
        by_word = {option.value: option for option in options}
        known = tuple(by_word)
        self._note(key, typed.one_of_words(known), default, told=True)
        ordered = tuple(sorted(known, key=lambda word: word != default))
        return by_word[self.run.answer(Question(self.place, "word", key), ordered)]

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        known = self.run.learned.words.get((self.place, key), ())
        self._note(key, typed.words(known), None)
        return known[:1] or (PROBE,)

    def section(self, key: str) -> Self | None:
        """A table below; not one that this run leaves out."""
        below = (*self.place, key)
        self._note(key, {"$place": below}, None)
        return type(self)({}, below, self.run) if self._is_read(key) else None

    def sections(self, key: str, *, some: bool = False) -> list[Self]:
        """One table stands for all."""
        below = (*self.place, key, ITEM)
        schema: Json = {"type": "array", "items": {"$place": below}}
        if some:
            schema["minItems"] = 1
        self._note(key, schema, None if some else ())
        return [type(self)({}, below, self.run)] if self._is_read(key) else []

    def tables(self, key: str) -> list[Self]:
        """One table stands for all, alone or in a list."""
        below = (*self.place, key, ITEM)
        each = {"$place": below}
        self._note(key, {"anyOf": [each, {"type": "array", "minItems": 1, "items": each}]}, None)
        return [type(self)({}, below, self.run)] if self._is_read(key) else []

    def one_of(self, kinds: Mapping[str, Callable[[Section, str], Value]]) -> Value | None:
        """Each kind, one after the other."""
        key = self.run.answer(Question(self.place, "kind", " ".join(kinds)), tuple(kinds))
        read = kinds[key](self, key)
        if key in self.run.seen[self.place]:
            self.run.seen[self.place][key].required = False
        return read

    def _is_read(self, key: str) -> bool:
        return bool(self.place) or not self.run.focus or key in (self.run.focus, _MORE)

    def _take(self, key: str, default: object) -> object:
        # A reader of values that this class does not know yet.
        self._note(key, {}, default)
        return super()._take(key, default)

    def _note(self, key: str, schema: Json, default: object, *, told: bool = False) -> None:
        there = self.run.asked.get(Question(self.place, "in", key), ((), False))[1]
        if told and default is not None:
            schema = {**schema, "default": str(default) if isinstance(default, str) else default}
        required = default is None and not there
        before = self.run.seen[self.place].get(key)
        if before is None or schema:
            self.run.seen[self.place][key] = Seen(schema, required)
