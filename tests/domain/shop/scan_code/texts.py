"""Rules and strategies that the scan code tests share."""

from hypothesis import strategies as st

from posloyalty.domain.shop.scan_code import (
    Charset,
    EmbedKind,
    EmbedRule,
    ForeignRule,
    Recognised,
    Refused,
    ScanRules,
    ScanScreen,
    resolve,
)
from posloyalty.domain.values.check_digit import gs1_check_digit

RULES = ScanRules(
    embeds=(
        EmbedRule(prefix="21", item_digits=5, kind=EmbedKind.PRICE, decimals=2),
        EmbedRule(prefix="22", item_digits=5, kind=EmbedKind.WEIGHT, decimals=3),
        EmbedRule(
            prefix="23", item_digits=4, kind=EmbedKind.PRICE, decimals=2, inner_check_digit=True
        ),
        EmbedRule(
            prefix="26",
            item_digits=5,
            kind=EmbedKind.PRICE,
            decimals=2,
            length=18,
            weight_digits=5,
        ),
    ),
    foreign=(
        ForeignRule(
            scheme="mini-program",
            prefix="WX",
            length_min=8,
            length_max=20,
            charset=Charset.UPPER_ALPHANUMERIC,
        ),
        ForeignRule(
            scheme="mall", prefix="mall:", length_min=4, length_max=10, charset=Charset.DIGITS
        ),
    ),
    known_codes=frozenset({"42", "00777", "TEA-1", "2000000000008", "06901234567892"}),
)


def scan(
    text: str,
    *,
    rules: ScanRules = RULES,
    screen: ScanScreen = ScanScreen.SALE,
    aim: str | None = None,
) -> Recognised | Refused:
    """Resolve on the sale screen of the test shop."""
    return resolve(text, rules=rules, screen=screen, aim=aim)


def with_check(body: str) -> str:
    """Digits and their GS1 check digit."""
    return body + gs1_check_digit(body)


def digits(count: int) -> st.SearchStrategy[str]:
    """So many ASCII digits."""
    return st.text("0123456789", min_size=count, max_size=count)


screens = st.sampled_from(ScanScreen)
