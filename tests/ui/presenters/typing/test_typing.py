"""The keyboard's presenter: layers, composing, and what reaches the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.lanes import LanesAtOnce, LanesByStep, Shell
from tests.ui.presenters.typing.test_lexicon import lexicon
from ui.presenters.typing.cells import Dress
from ui.presenters.typing.keys import COLUMNS, LAYERS, PAD_COLUMNS, Act, Layer, Writes, is_pad
from ui.presenters.typing.lexicon import Lexicon
from ui.presenters.typing.presenter import TypingPresenter


@dataclass
class Field:
    """A field as the hand writes it: text, caret at the end, and the acts that it was told."""

    text: str = ""
    acts: list[Act] = field(default_factory=list)

    def type(self, sign: str) -> None:
        self.text += sign

    def write(self, text: str) -> None:
        self.text += text

    def press(self, act: Act) -> None:
        self.acts.append(act)
        if act is Act.BACKSPACE:
            self.text = self.text[:-1]

    def before(self) -> str:
        return self.text


@dataclass
class Desk:
    """The presenter, the field it writes and the shell around it."""

    shell: Shell
    written: Field
    typing: TypingPresenter

    def keys(self, *ids: str) -> None:
        for cell_id in ids:
            self.typing.press(cell_id)

    def type(self, signs: str) -> None:
        self.keys(*(f"sign:{sign}" for sign in signs))

    def faces(self, row: int = 0) -> list[str]:
        return [cell.face for cell in self.typing.state.rows[row]]

    def offers(self) -> list[str]:
        return [
            cell.face for row in self.typing.state.rows for cell in row if cell.dress is Dress.OFFER
        ]

    def has(self, cell_id: str) -> bool:
        return any(cell.id == cell_id for row in self.typing.state.rows for cell in row)


def desk(
    language: str = "zh_CN",
    writes: Writes = Writes.NAME,
    *,
    read: Callable[[str], Lexicon] = lexicon,
    held: bool = False,
) -> Desk:
    shell = Shell(language=language, lanes=LanesByStep() if held else LanesAtOnce())
    written = Field()
    made = Desk(shell, written, TypingPresenter(shell.session, written, read))
    made.typing.begin(writes)
    return made


@pytest.mark.parametrize(
    ("language", "writes", "has", "lacks"),
    [
        ("zh_CN", Writes.NAME, "sign:，", "sign:ㄅ"),
        ("zh_TW", Writes.NAME, "sign:ㄅ", "sign:q"),
        ("en", Writes.NAME, "act:shift", "sign:，"),
        ("zh_CN", Writes.TEXT, "act:shift", "sign:，"),
        ("zh_CN", Writes.PIN, "sign:7", "sign:q"),
        ("zh_CN", Writes.AMOUNT, "sign:.", "sign:q"),
        ("zh_CN", Writes.PHONE, "sign:+", "sign:q"),
        ("zh_CN", Writes.DATE, "sign:-", "sign:q"),
        ("zh_CN", Writes.TIME, "sign::", "sign:q"),
        ("zh_CN", Writes.CODES, "sign: ", "sign:q"),
        ("zh_CN", Writes.SECRET, "sign:q", "sign:，"),
    ],
)
def test_a_field_begins_with_the_layer_it_needs(
    language: str, writes: Writes, has: str, lacks: str
) -> None:
    made = desk(language, writes)
    assert made.has(has)
    assert not made.has(lacks)
    assert made.typing.state.columns == (PAD_COLUMNS if writes in _PADS else COLUMNS)


_PADS = {Writes.PIN, Writes.AMOUNT, Writes.PHONE, Writes.DATE, Writes.TIME, Writes.CODES}


def test_pinyin_is_composed_beside_the_field_and_a_tap_writes_it() -> None:
    made = desk()
    made.type("niunai")
    assert made.written.text == ""
    assert made.faces()[0] == "niunai"
    assert made.offers()[0] == "牛奶"
    made.keys("take:0")
    assert made.written.text == "牛奶"
    assert made.faces() == list("1234567890")


def test_what_a_candidate_does_not_use_goes_on_being_composed() -> None:
    made = desk()
    made.type("ouyangxiao")
    place = made.typing.state.rows[0][1].id
    made.keys("page:all")
    taken = next(cell.id for row in made.typing.state.rows for cell in row if cell.face == "欧阳")
    assert taken != place
    made.keys(taken)
    assert made.written.text == "欧阳"
    assert made.faces()[0] == "xiao"


def test_a_persons_name_begins_with_a_family_name_and_goes_on_with_given_names() -> None:
    made = desk(writes=Writes.PERSON)
    made.type("li")
    made.keys("sign: ")
    made.type("li")
    made.keys("sign: ")
    assert made.written.text == "李丽"


def test_space_takes_the_first_enter_writes_the_letters_backspace_takes_them_back() -> None:
    made = desk()
    made.type("wo")
    made.keys("sign: ")
    made.type("pos")
    made.keys("act:backspace", "act:enter")
    assert made.written.text == "我po"
    made.keys("act:backspace", "act:enter")
    assert made.written.text == "我p"
    assert made.written.acts == [Act.BACKSPACE, Act.ENTER]


def test_a_comma_takes_the_first_candidates_of_all_that_was_composed() -> None:
    made = desk()
    made.type("niunai")
    made.type("，")
    assert made.written.text == "牛奶，"


def test_zhuyin_takes_tones_and_a_tone_alone_is_typed() -> None:
    made = desk("zh_TW", Writes.PERSON)
    made.type("ㄔㄣˊ")
    made.keys("act:enter")
    assert made.written.text == "陳"
    made.type("ˊ")
    assert made.written.text == "陳ˊ"


def test_shift_goes_round_off_next_locked() -> None:
    made = desk("en", Writes.TEXT)
    made.keys("act:shift")
    made.type("A")
    made.type("b")
    made.keys("act:shift", "act:shift")
    made.type("CD")
    assert made.has("sign:E")
    made.keys("act:shift")
    assert made.has("sign:e")
    assert made.written.text == "AbCD"


def test_symbols_and_back_to_the_layer_before() -> None:
    made = desk()
    made.keys("act:symbols")
    assert made.has("sign:。") or made.has("sign:？")
    seen = {tuple(made.faces(1))}
    for _ in range(3):
        made.keys("act:more_symbols")
        seen.add(tuple(made.faces(1)))
    assert len(seen) == 4
    made.keys("act:letters")
    assert made.has("sign:，")
    assert made.has("sign:q")


def test_the_tongue_key_goes_round_and_is_remembered_for_names() -> None:
    made = desk("zh_TW")
    made.keys("act:tongue")
    assert made.has("sign:，")
    made.keys("act:tongue")
    assert made.has("act:shift")
    made.typing.begin(Writes.PERSON)
    assert made.has("act:shift")
    made.keys("act:tongue")
    assert made.has("sign:ㄅ")


def test_letters_that_were_meant_as_letters_are_kept_when_the_tongue_changes() -> None:
    made = desk()
    made.type("pos")
    made.keys("act:tongue")
    assert made.written.text == "pos"


def test_all_candidates_are_turned_page_by_page_and_the_way_back_is_there() -> None:
    made = desk()
    made.type("yi")
    first = made.offers()
    made.keys("page:next")
    assert made.offers() != first
    made.keys("act:left")
    assert made.offers() == first
    made.keys("page:all")
    seen: set[str] = set()
    pages = int(made.faces()[1].split("/")[1].split()[0])
    assert pages > 10
    for _ in range(pages):
        seen |= set(made.offers())
        made.keys("page:next")
    assert {sign.text for sign in lexicon("zh_CN").signs("yi")} <= seen
    made.keys("page:keys")
    assert made.has("sign:q")


def test_a_secret_field_has_no_way_to_compose() -> None:
    made = desk("zh_CN", Writes.SECRET)
    tongue = next(c for row in made.typing.state.rows for c in row if c.id == "act:tongue")
    assert tongue.dress is Dress.IDLE
    made.keys("act:tongue")
    assert not made.has("sign:，")
    made.type("abc")
    assert made.written.text == "abc"


def test_a_number_that_has_letters_leads_to_them_and_back_to_its_pad() -> None:
    made = desk("zh_CN", Writes.CODES)
    made.type("12")
    made.keys("act:letters", "act:shift")
    made.type("A")
    made.keys("act:symbols")
    made.type("/")
    made.keys("act:tongue")
    assert not made.has("sign:q")
    made.type("3")
    assert made.written.text == "12A/3"


def test_keys_before_the_words_are_read_are_kept_and_answered_when_they_come() -> None:
    made = desk(held=True)
    lanes = made.shell.lanes
    assert isinstance(lanes, LanesByStep)
    # Reading waits until the keyboard is painted, or until the first key wants it.
    assert not lanes.waiting["look_up"]
    made.type("niu")
    assert made.offers() == []
    assert made.faces()[1] == made.shell.session.words("keyboard.reading")
    made.keys("sign: ")
    assert made.written.text == ""
    lanes.run("look_up")
    assert made.offers()[0] == "牛"
    made.keys("sign: ")
    assert made.written.text == "牛"


def test_without_a_lexicon_the_letters_can_be_written_as_they_are() -> None:
    def missing(language: str) -> Lexicon:
        raise FileNotFoundError(language)

    made = desk(read=missing)
    made.type("niu")
    assert made.offers() == []
    assert made.faces()[1] == made.shell.session.words("keyboard.nothing")
    made.keys("sign: ")
    assert made.written.text == "niu"


def test_another_field_forgets_what_was_composed() -> None:
    made = desk()
    made.type("niu")
    made.typing.begin(Writes.TEXT)
    made.type("x")
    assert made.written.text == "x"
    made.typing.end()
    assert not made.typing.state.open


def test_another_language_has_its_own_layers() -> None:
    made = desk("zh_CN")
    made.shell.session.speak("zh_TW")
    made.typing.reworded()
    assert made.has("sign:ㄅ")


def test_a_field_alone_has_no_next_one() -> None:
    made = desk("en", Writes.TEXT)
    made.typing.begin(Writes.TEXT, alone=True)
    after = next(c for row in made.typing.state.rows for c in row if c.id == "act:next")
    assert after.dress is Dress.IDLE


@pytest.mark.parametrize("layer", list(Layer))
def test_the_rows_of_a_layer_are_all_of_one_width(layer: Layer) -> None:
    width = PAD_COLUMNS if is_pad(layer) else COLUMNS
    for row in LAYERS[layer]:
        assert sum(key.span for key in row) == width


@given(st.data(), st.sampled_from(["zh_CN", "zh_TW", "en"]), st.sampled_from(list(Writes)))
def test_whatever_is_tapped_the_rows_stay_whole_and_named(
    data: st.DataObject, language: str, writes: Writes
) -> None:
    made = desk(language, writes)
    for _ in range(12):
        state = made.typing.state
        cells = [cell for row in state.rows for cell in row]
        assert all(sum(cell.span for cell in row) <= state.columns for row in state.rows)
        assert all(cell.name for cell in cells if cell.id)
        usable = [cell.id for cell in cells if cell.id and cell.dress is not Dress.IDLE]
        made.keys(data.draw(st.sampled_from(usable)))


def test_lanes_that_answer_at_once_need_no_waiting() -> None:
    made = desk()
    assert isinstance(made.shell.session.lanes, LanesAtOnce)
    made.type("wo")
    assert made.offers()[0] == "我"
