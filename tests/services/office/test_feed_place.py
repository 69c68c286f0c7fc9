"""Up to where a till has heard the feed."""

from __future__ import annotations

from posloyalty.services.office.feed_place import Heard, behind_roll


def test_the_book_is_behind_the_roll_by_what_the_till_heard_meanwhile() -> None:
    life, other = "0a" * 16, "0b" * 16
    heard = Heard(erase=f"{life}:30", store=f"{life}:5", rest="")
    roll = f"{life}:20"
    assert behind_roll(heard, roll, chain=True) == Heard(
        erase=f"{life}:20", store=f"{life}:5", rest=f"{life}:20"
    )
    assert behind_roll(heard, roll, chain=False).rest == ""
    assert behind_roll(Heard(rest=f"{life}:9"), roll, chain=True).rest == f"{life}:9"
    assert behind_roll(Heard(erase=f"{other}:30"), roll, chain=True).erase == f"{other}:30"
