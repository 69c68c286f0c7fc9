"""Whatever a scanner, a cat or an input method types, the resolver answers a value."""

from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.scan_code import Refused, ScanScreen
from tests.domain.shop.scan_code.texts import scan, screens

code_like = st.text("0123456789ABCLPVGRX1:()-] \x1d\r\n", max_size=60)
led = st.builds(
    str.__add__,
    st.sampled_from(["LP1:", "LV1:", "(01)", "]C1", "]d2", "01", "21", "26", "M", "62", "(310"]),
    st.one_of(code_like, st.text("0123456789", max_size=40)),
)
aims = st.one_of(st.none(), st.sampled_from(["]C1", "]E0", "]E4", "]Q3", "", "x"]), st.text())


@given(text=st.one_of(st.text(), code_like, led), screen=screens, aim=aims)
def test_any_text_on_any_screen_is_recognised_or_refused(
    text: str, screen: ScanScreen, aim: str | None
) -> None:
    found = scan(text, screen=screen, aim=aim)
    assert found == scan(text, screen=screen, aim=aim)
    assert isinstance(found, Refused) or repr(found)


@given(text=st.one_of(code_like, led), screen=screens)
def test_a_line_end_and_full_width_typing_change_nothing(text: str, screen: ScanScreen) -> None:
    trimmed = text.strip("\r\n ")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in trimmed)
    plain = scan(trimmed, screen=screen)
    assert scan(trimmed + "\r\n", screen=screen) == plain
    assert scan(wide, screen=screen) == plain


@given(length=st.integers(401, 100_000), screen=screens)
def test_endless_input_is_cut_short_at_the_door(length: int, screen: ScanScreen) -> None:
    found = scan("9" * length, screen=screen)
    assert isinstance(found, Refused)
    assert found.length == length
