"""A folder of files is one programme, and what is wrong in it is found in its own file."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.bundle import HEAD, NoHead, bundle, origin
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load

FILES = {
    "offers.toml": b'[[offer]]\r\nid = "o"\r\nscope = "order"\r\npercent = "5%"\r\n',
    HEAD: b'language = 2\nid = "club"\nversion = 1\ncurrency = "CNY"\ntimezone = "Asia/Shanghai"\n',
    "a-wallet.toml": b'\xef\xbb\xbf[[wallet]]\nid = "points"\n\n\n',
}


def test_the_head_comes_first_and_the_rest_by_name() -> None:
    read = load(bundle(FILES))
    assert isinstance(read, Programme), read
    assert [offer.id for offer in read.offers] == ["o"]
    assert bundle(FILES) == bundle(dict(sorted(FILES.items())))


def test_a_joined_programme_can_be_read_again_from_its_bytes_alone() -> None:
    joined = bundle(FILES)
    assert load(joined) == load(bytes(joined))


def test_a_folder_without_a_head_says_so() -> None:
    with pytest.raises(NoHead):
        bundle({"offers.toml": b""})


def test_findings_name_the_file_and_its_own_line() -> None:
    files = FILES | {
        "offers.toml": b'# two things\n[[offer]]\nid = "o"\nscope = "order"\npercent = "105%"\n',
        "a-wallet.toml": b'[[wallet]]\nid = "points"\nscale = 77\n',
    }
    found = load(bundle(files))
    assert isinstance(found, list)
    assert [(one.code, one.file, one.line) for one in found] == [
        ("NOT_WHOLE", "a-wallet.toml", 3),
        ("NOT_RATIO_TO", "offers.toml", 5),
    ]


def test_a_syntax_error_names_its_file_too() -> None:
    found = load(bundle(FILES | {"offers.toml": b"[[offer]]\nid = \n"}))
    assert isinstance(found, list)
    assert [(one.code, one.file, one.line) for one in found] == [("SYNTAX", "offers.toml", 2)]


def test_a_text_that_was_never_joined_has_no_file() -> None:
    assert origin("a = 1\nb = 2", 2) == ("", 2)
