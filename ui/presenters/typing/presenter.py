"""The on-screen keyboard: which layer is shown, what is composed, and what a key does.

Shape: `TypingState` is rows of worded cells. A key that types hands its sign on at once; in the
Chinese layers signs are composed first and a candidate that is taken is handed on. All of it goes
to the `Hand`, which does to the field what a real key would do. Nothing that is composed is ever in
the field, so that a scan cannot mix with it.

The lexicon is read on the look-up lane, a moment after a Chinese layer is first shown: at once it
would be in the way of the painting. Until it is there, keys are kept and answered when it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from ui.presenters.base import Presenter
from ui.presenters.session import Session
from ui.presenters.typing import cells
from ui.presenters.typing.candidates import Taste
from ui.presenters.typing.cells import OFFERED, Cell, Dressing
from ui.presenters.typing.composing import Composing
from ui.presenters.typing.keys import (
    CHINESE,
    COLUMNS,
    FIGURES,
    LAYERS,
    PAD_COLUMNS,
    PADS,
    SHIFTED,
    SYMBOL_LAYERS,
    TONGUES,
    ZHUYIN_SIGNS,
    Act,
    Layer,
    Writes,
    is_pad,
)
from ui.presenters.typing.lexicon import SCRIPTS, Lexicon, read_lexicon
from ui.presenters.typing.pages import page_of, starts_of
from ui.presenters.typing.spelling import TONES, Spelling, pinyin, zhuyin

READ_AFTER_MS: Final = 150
NAMES: Final = frozenset({Writes.NAME, Writes.PERSON})


class Hand(Protocol):
    """Does in the field what a key of a real keyboard would do."""

    def type(self, sign: str) -> None:
        """Press the key of one sign."""

    def write(self, text: str) -> None:
        """Write what an input method has composed."""

    def press(self, act: Act) -> None:
        """Backspace, enter, left, right, clear, next field, or hide the keyboard."""

    def before(self) -> str:
        """What stands before the caret; nothing is known of fields that are no text fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingState:
    """What the panel shows; no rows while the keyboard is closed."""

    rows: tuple[tuple[Cell, ...], ...] = ()
    columns: int = COLUMNS

    @property
    def open(self) -> bool:
        """Whether the keyboard is shown."""
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class _Tongue:
    """A lexicon and how its readings are spelled in each layer."""

    lexicon: Lexicon
    spellings: dict[Layer, Spelling]


class TypingPresenter(Presenter[TypingState]):
    """One for the window; `begin` is told what kind of field is written."""

    def __init__(
        self, session: Session, hand: Hand, read: Callable[[str], Lexicon] = read_lexicon
    ) -> None:
        super().__init__(TypingState())
        self._session = session
        self._hand = hand
        self._read = read
        # By script: what was read, or None while it is being read.
        self._tongues: dict[str, _Tongue | None] = {}
        self._writes = Writes.TEXT
        self._alone = False
        self._layer = Layer.LETTERS
        # The layer that a person chose last for names, and the one to come back to from symbols.
        self._chosen: dict[str, Layer] = {}
        self._letters = Layer.LETTERS
        self._caps: bool | None = None
        self._composing = Composing()
        self._page = 0
        self._all = False
        self._open = False

    def begin(self, writes: Writes, *, alone: bool = False) -> None:
        """Show the keys for a field; `alone` says that no other field follows it."""
        self._open, self._writes, self._alone = True, writes, alone
        self._caps = None
        self._stop()
        language = self._session.words.language
        self._letters = Layer.LETTERS
        if writes in NAMES:
            self._letters = self._chosen.get(language, TONGUES[language][0])
        self._turn(PADS.get(writes, self._letters))

    def end(self) -> None:
        """Close; what was being composed is forgotten."""
        self._open = False
        self._stop()
        self._tell()

    def reworded(self) -> None:
        """Another language: other layers, other characters."""
        if self._open:
            self.begin(self._writes, alone=self._alone)

    def press(self, cell_id: str) -> None:
        """A cell was pressed."""
        kind, _, told = cell_id.partition(":")
        if kind == "sign":
            self._sign(told)
        elif kind == "take":
            self._take(int(told))
        elif kind == "page":
            self._turn_page(told)
        elif kind == "act":
            self._act(Act(told))

    # Signs

    def _sign(self, sign: str) -> None:
        if self._layer in CHINESE and self._composes(sign):
            self._compose(self._composing.key(sign))
            return
        if self._composing and sign == " ":
            self._take_first()
            return
        while self._composing and self._composing.offered:
            self._take(0)
        self._stop()
        self._hand.type(sign)
        if self._caps is False:
            self._caps = None
        self._tell()

    def _composes(self, sign: str) -> bool:
        """Whether a sign is part of a reading: a tone or an apostrophe only after something."""
        if self._layer is Layer.PINYIN:
            return sign.isascii() and (sign.isalpha() or (sign == "'" and bool(self._composing)))
        return sign in (TONES if self._composing else ()) or sign in ZHUYIN_SIGNS

    def _compose(self, composing: Composing) -> None:
        self._composing, self._page = composing, 0
        if not composing:
            self._all = False
        self._look_up()
        self._tell()

    def _look_up(self) -> None:
        tongue = self._tongue()
        if self._composing and tongue is None:
            self._read_tongue()
        elif self._composing and tongue is not None:
            spelling = tongue.spellings[self._layer]
            self._composing = self._composing.looked_up(tongue.lexicon, spelling, self._taste())

    def _taste(self) -> Taste:
        if self._writes is not Writes.PERSON:
            return Taste.PLAIN
        return Taste.GIVEN if self._hand.before().strip() else Taste.FAMILY

    def _take(self, place: int) -> None:
        if place < len(self._composing.offered):
            text, rest = self._composing.took(place)
            self._hand.write(text)
            self._all = self._all and bool(rest)
            self._compose(rest)

    def _take_first(self) -> None:
        """The first on offer; what no reading is stays as it was typed."""
        if self._composing.offered:
            self._take(0)
        elif self._tongue() is not None or self._script not in self._tongues:
            self._write_typed()

    def _write_typed(self) -> None:
        typed = self._composing.typed
        self._stop()
        self._hand.write(typed)
        self._tell()

    def _stop(self) -> None:
        self._composing, self._page, self._all = Composing(), 0, False

    # Acts

    def _act(self, act: Act) -> None:
        if act is Act.SHIFT:
            # Off, the next letter, locked: three taps go round.
            self._caps = {None: False, False: True, True: None}[self._caps]
        elif act is Act.TONGUE:
            self._change_tongue()
        elif act is Act.LETTERS:
            self._turn(self._letters)
        elif act is Act.SYMBOLS:
            self._stop()
            chinese = self._layer in CHINESE
            self._turn(Layer.PUNCTUATION if chinese else Layer.SYMBOLS)
        elif act is Act.MORE_SYMBOLS:
            self._turn(cells.following(self._layer, SYMBOL_LAYERS))
        elif self._composing:
            self._act_composing(act)
        else:
            self._hand.press(act)
        self._tell()

    def _act_composing(self, act: Act) -> None:
        if act is Act.BACKSPACE:
            self._compose(self._composing.backspace())
        elif act is Act.ENTER and self._layer is Layer.PINYIN:
            self._write_typed()
        elif act is Act.ENTER:
            self._take_first()
        elif act in (Act.LEFT, Act.RIGHT):
            self._turn_page("back" if act is Act.LEFT else "next")
        else:
            self._stop()
            self._hand.press(act)

    def _change_tongue(self) -> None:
        if self._writes is Writes.SECRET:
            return
        if self._writes in PADS:
            self._turn(PADS[self._writes])
            return
        language = self._session.words.language
        begun, was = self._composing.typed, self._layer
        self._stop()
        before = self._letters if self._layer in SYMBOL_LAYERS else self._layer
        layer = cells.tongue_after(before, language)
        if self._writes in NAMES:
            self._chosen[language] = layer
        self._letters = layer
        if begun and was is Layer.PINYIN and layer is Layer.LETTERS:
            self._hand.write(begun)  # letters were meant
        self._turn(layer)

    def _turn(self, layer: Layer) -> None:
        self._layer = layer
        if layer in CHINESE and self._script not in self._tongues:
            self._session.timer.after(READ_AFTER_MS, self._read_tongue)
        self._tell()

    def _turn_page(self, way: str) -> None:
        if way in ("all", "keys"):
            self._all, self._page = way == "all", 0
        else:
            pages = len(self._starts())
            self._page = (self._page + (1 if way == "next" else -1)) % pages
        self._tell()

    # The lexicon

    @property
    def _script(self) -> str:
        return SCRIPTS[self._session.words.language]

    def _tongue(self) -> _Tongue | None:
        return self._tongues.get(self._script)

    def _read_tongue(self) -> None:
        script, read = self._script, self._read
        if script in self._tongues or not self._open:
            return
        self._tongues[script] = None

        def job() -> _Tongue:
            lexicon = read(script)
            spellings = {Layer.PINYIN: pinyin(lexicon), Layer.ZHUYIN: zhuyin(lexicon)}
            return _Tongue(lexicon, spellings)

        def there(tongue: _Tongue) -> None:
            self._tongues[script] = tongue
            self._look_up()
            self._tell()

        def failed(_fault: Exception) -> None:
            # The next opening tries again; until then letters can be written as they are.
            del self._tongues[script]
            self._tell()

        self._session.lanes.look_up(job, there, failed)

    # What is shown

    def _tell(self) -> None:
        if not self._open:
            self._show(TypingState())
        elif is_pad(self._layer):
            self._show(TypingState(rows=self._rows(), columns=PAD_COLUMNS))
        elif self._all:
            self._show(TypingState(rows=self._all_rows()))
        else:
            self._show(TypingState(rows=(self._head(), *self._rows())))

    def _rows(self) -> tuple[tuple[Cell, ...], ...]:
        dressing = self._dressing()
        return tuple(tuple(cells.cells_of(row, dressing)) for row in LAYERS[self._layer])

    def _dressing(self) -> Dressing:
        words = self._session.words
        return Dressing(
            words=words,
            layer=self._layer,
            caps=self._caps if self._layer in SHIFTED else None,
            tongue=self._next_tongue(),
            alone=self._alone,
        )

    def _next_tongue(self) -> Layer | None:
        """Where the tongue key leads: round the tongues, or from letters back to a number pad."""
        if self._writes is Writes.SECRET:
            return None
        before = self._letters if self._layer in SYMBOL_LAYERS else self._layer
        language = self._session.words.language
        return PADS.get(self._writes, cells.tongue_after(before, language))

    def _head(self) -> tuple[Cell, ...]:
        """The figures; while something is composed, what is offered for it."""
        if not self._composing:
            return tuple(cells.cells_of(FIGURES, self._dressing()))
        words, offered = self._session.words, self._composing.offered
        reading = self._script in self._tongues and self._tongue() is None
        said = words("keyboard.reading" if reading else "keyboard.nothing")
        page, _ = page_of(self._texts(), self._starts()[self._page], rows=1, cells=OFFERED)
        return cells.offer_row(words, self._composing.typed, said, offered, page)

    def _all_rows(self) -> tuple[tuple[Cell, ...], ...]:
        starts, texts = self._starts(), self._texts()
        rows = len(LAYERS[self._layer])
        page, _ = page_of(texts, starts[self._page], rows=rows, cells=COLUMNS)
        return cells.all_rows(
            self._session.words,
            self._composing.typed,
            self._composing.offered,
            page,
            self._page + 1,
            len(starts),
        )

    def _texts(self) -> tuple[str, ...]:
        return tuple(candidate.text for candidate in self._composing.offered)

    def _starts(self) -> tuple[int, ...]:
        if self._all:
            return starts_of(self._texts(), rows=len(LAYERS[self._layer]), cells=COLUMNS)
        return starts_of(self._texts(), rows=1, cells=OFFERED)
