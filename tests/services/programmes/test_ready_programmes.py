"""Ready programmes: each ships good, worded, and fits every market's money."""

from __future__ import annotations

import pytest

import resources
from posloyalty.domain.engine.risk import risk_of
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.risk import Risk
from posloyalty.domain.programme.load import load
from posloyalty.services.programmes.ready_programmes import SHOPS, fitted, ready_keys
from posloyalty.wording import LANGUAGES, Words
from ui.presenters.markets import countries

KEYS = ready_keys(file.stem for file in resources.path("programmes").glob("*.toml"))
MONEYS = sorted({country.currency for country in countries()})


def read(data: bytes) -> Programme:
    programme = load(data)
    assert isinstance(programme, Programme), programme
    return programme


def test_the_replays_reference_is_no_shops_programme() -> None:
    assert ready_keys(["bakery", "cdnow", "cafe"]) == ("cafe", "bakery")


def test_programmes_for_kinds_of_shops_come_before_those_of_well_known_names() -> None:
    assert ready_keys(["aeroplan", "fashion", "nike-run-club", "dawn-club"]) == (
        "dawn-club",
        "fashion",
        "aeroplan",
        "nike-run-club",
    )
    assert set(SHOPS) < set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_each_has_a_name_and_a_sentence_in_every_language(key: str) -> None:
    for language in LANGUAGES:
        words = Words(language)
        assert words.has(f"ready.{key}")
        assert words.has(f"ready.{key}_about")


@pytest.mark.long(sample=5)
@pytest.mark.parametrize("key", KEYS)
def test_each_fits_the_money_of_every_market(key: str) -> None:
    data = resources.read(f"programmes/{key}.toml")
    for code in MONEYS:
        programme = read(fitted(data, currency_code=code, timezone="Asia/Tokyo"))
        assert programme.currency.code == code
        assert str(programme.zone) == "Asia/Tokyo"


def test_in_its_own_money_only_the_zone_changes() -> None:
    data = resources.read("programmes/dawn-club.toml")
    other = fitted(data, currency_code="CNY", timezone="Asia/Urumqi")
    assert other == data.replace(b"Asia/Shanghai", b"Asia/Urumqi")


HEAD = b"""language = 2
id = "mine"
version = 1
currency = "CNY"  # yuan
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
spend = { points = 100, money = "1.00" }

[[offer]]
id = "ten"
scope = "order"
amount = "10.00"  # off
when = { min_spend = "99.95" }
"""


@pytest.mark.parametrize(
    ("code", "worth", "off", "least"),
    [
        ("TWD", b'"5.00"', b'"50.00"', b'"499.75"'),
        ("USD", b'"0.20"', b'"2.00"', b'"19.99"'),
        ("JPY", b'"20"', b'"200"', b'"1999"'),
        ("KWD", b'"0.050"', b'"0.500"', b'"4.998"'),
    ],
)
def test_amounts_are_written_anew_where_they_stand_and_comments_stay(
    code: str, worth: bytes, off: bytes, least: bytes
) -> None:
    data = fitted(HEAD, currency_code=code, timezone="UTC")
    assert b"money = " + worth in data
    assert b"amount = " + off + b"  # off" in data
    assert b"min_spend = " + least in data
    assert f'currency = "{code}"  # yuan'.encode() in data


def test_money_back_stays_the_same_share_in_any_money() -> None:
    data = resources.read("programmes/daily-cash.toml")
    other = fitted(data, currency_code="JPY", timezone="Asia/Tokyo")
    assert other.count(b'points = 3, money = "100" }') == 1
    assert other.count(b'money = "100" }') == 3


def test_a_file_with_findings_is_not_fitted() -> None:
    with pytest.raises(ValueError, match="findings"):
        fitted(HEAD.replace(b"99.95", b"-1"), currency_code="USD", timezone="UTC")


@pytest.mark.parametrize("key", sorted({*SHOPS} - {"dawn-club"}))
def test_each_kind_of_shop_looks_twice_at_what_looks_like_fraud(key: str) -> None:
    assert risk_of(read(resources.read(f"programmes/{key}.toml"))) == Risk()
